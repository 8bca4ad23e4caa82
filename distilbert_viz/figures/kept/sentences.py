"""What each page on what the student kept found on this text: one sentence for somebody who knows none of its terms."""

from collections import Counter
from collections.abc import Sequence

from distilbert_viz import comparison
from distilbert_viz.drawing.labels import visible
from distilbert_viz.figures.kept.atlas import TARGETS, Atlases
from distilbert_viz.records import Attribution, Encoding, MovedLabels, Similarity, TracePair


def heads(found: Similarity, measure: str, pair: TracePair) -> str:
    """How many student heads look most like the teacher head in their place, which they began as where that is known."""
    if not pair.one_shape:
        return f"None of the student's {len(found.student)} heads began as a copy of a teacher's: which of them look alike?"
    values = found.measures[measure]
    nearest = (values.argmin(1) if measure == comparison.JS else values.argmax(1)).tolist()
    same = sum(nearest[row] == column for row, column in comparison.initial_cells(found, pair.initial_layers))
    if pair.began_as_copies:
        return f"Of the student's {len(nearest)} heads, {same} still look most like the very teacher head that they began as."
    return f"Of the student's {len(nearest)} heads, {same} look most like the head in the same place of the teacher's layer beside."


def atlas(both: Atlases) -> str:
    """What most of the teacher's heads do on this text, and how many of the student's do it."""
    teacher, student = ([kind for layer in one.kinds for kind in layer] for one in both)
    named = Counter(kind for kind in teacher if kind not in (comparison.NO_KIND, "broad"))
    if not named:
        return f"On this text none of the teacher's {len(teacher)} heads gives most of its attention to one kind of place."
    (kind, count), *_ = named.most_common(1)
    return (
        f"On this text {count} of the teacher's {len(teacher)} heads look mostly at {TARGETS.get(kind, kind)}; of the student's "
        f"{len(student)} heads {student.count(kind)} do."
    )


def what_if(labels: Sequence[MovedLabels]) -> str:
    """Whether the change moves each model's answer."""
    said = []
    for voice, part in zip(("the teacher", "the student"), labels, strict=True):
        before, after = (f"“{visible(part.names[int(values.argmax())])}”" for values in (part.before, part.after))
        said.append(f"{voice} still says {before}" if before == after else f"{voice} says {after} instead of {before}")
    return f"With this change {said[0]}, and {said[1]}."


def attribution(found: Sequence[Attribution], encoding: Encoding, name: str) -> str:
    """The token that each model owes its answer to most."""
    said = [f"“{visible(encoding.tokens[int(part.scores.argmax())])}”" for part in found]
    what = f"“{visible(name)}”"
    if len(set(said)) == 1:
        return f"What makes both models say {what} is {said[0]} more than any other token of the text."
    return f"What makes the teacher say {what} is {said[0]} more than any other token of the text; for the student it is {said[1]}."
