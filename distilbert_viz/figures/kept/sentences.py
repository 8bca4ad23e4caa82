"""What each page on what the student kept found on this text: one sentence for somebody who knows none of its terms."""

from collections import Counter
from collections.abc import Sequence

from distilbert_viz import comparison
from distilbert_viz.drawing.labels import visible
from distilbert_viz.figures.kept.atlas import TARGETS, Atlases
from distilbert_viz.figures.kept.attribution import LEAST
from distilbert_viz.records import Attribution, Encoding, MovedLabels, Similarity, TracePair


def heads(found: Similarity, measure: str, pair: TracePair) -> str:
    """How many student heads look most like the teacher head in their place, which they began as where that is known."""
    if not pair.one_shape:
        return f"None of the student's {len(found.student)} heads began as a copy of a teacher's: which of them look alike?"
    values = found.measures[measure]
    nearest = (values.argmin(1) if measure == comparison.JS else values.argmax(1)).tolist()
    same = sum(nearest[row] == column for row, column in comparison.initial_cells(found, pair.initial_layers))
    look = "looks" if same == 1 else "look"
    if pair.began_as_copies:
        began = "it began as" if same == 1 else "they began as"
        return f"Of the student's {len(nearest)} heads, {same} still {look} most like the very teacher head that {began}."
    return (
        f"Of the student's {len(nearest)} heads, {same} {look} most like the head in the same place of the teacher's layer beside."
    )


def atlas(both: Atlases) -> str:
    """What most of the teacher's heads do on this text, and how many of the student's do it."""
    teacher, student = ([kind for layer in one.kinds for kind in layer] for one in both)
    named = Counter(kind for kind in teacher if kind not in (comparison.NO_KIND, "broad"))
    if not named:
        whose = f"none of the teacher's {len(teacher)} heads is of one kind"
        return f"On this text {whose}: each looks broadly, or at no single kind of place."
    (kind, count), *_ = named.most_common(1)
    same = student.count(kind)
    return (
        f"On this text {count} of the teacher's {len(teacher)} heads {'looks' if count == 1 else 'look'} mostly at "
        f"{TARGETS.get(kind, kind)}; of the student's {len(student)} heads {same} {'does' if same == 1 else 'do'}."
    )


def what_if(labels: Sequence[MovedLabels]) -> str:
    """Whether the change moves each model's answer."""
    said = []
    for voice, part in zip(("the teacher", "the student"), labels, strict=True):
        before, after = (f"“{visible(part.names[int(values.argmax())])}”" for values in (part.before, part.after))
        said.append(f"{voice} still says {before}" if before == after else f"{voice} says {after} instead of {before}")
    return f"With this change {said[0]}, and {said[1]}."


def attribution(found: Sequence[Attribution], encoding: Encoding, name: str) -> str:
    """The token that speaks most for an answer in each model, whether or not it is what the model says; none where none does."""
    places = [int(part.scores.argmax()) if part.scores.max() >= LEAST else None for part in found]
    teacher, student = ("no token" if place is None else f"“{visible(encoding.tokens[place])}”" for place in places)
    what = f"“{visible(name)}”"
    if places == [None, None]:
        return f"No token of your text speaks for {what} in either model."
    if places[0] == places[1]:
        return f"In both models {teacher} speaks for {what} more than any other token of your text."
    other = f"another {student}" if student == teacher else student
    return f"Most for {what} speaks {teacher} in the teacher, and {other} in the student."
