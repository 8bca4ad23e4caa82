"""What each page of the forward pass found on this text under this pair: one sentence for somebody who knows none of its terms."""

from collections.abc import Sequence

import numpy as np

from distilbert_viz import comparison
from distilbert_viz.drawing.canvas import VOICES
from distilbert_viz.drawing.labels import visible
from distilbert_viz.figures.forward import embeddings as embedding_figures
from distilbert_viz.figures.forward import words as word_figures
from distilbert_viz.figures.forward.norms import Groups
from distilbert_viz.figures.forward.rollout import Rolled
from distilbert_viz.records import Block, Predictions, SoftLabels, TracePair, subject

Head = tuple[int, int | None]  # None is the mean over the layer's heads


def quoted(token: str) -> str:
    """A word of the visitor's, told from ours."""
    return f"“{visible(token)}”"


def _token(pair: TracePair, position: int) -> str:
    return quoted(pair.encoding.tokens[position])


def answers(teacher: str, student: str, where: str) -> str:
    """What both say, told once where it is the same."""
    if teacher == student:
        return f"{where} both models say {quoted(teacher)}."
    return f"{where} the teacher says {quoted(teacher)}, the student {quoted(student)}."


def place(pair: TracePair, position: int, outcome: str) -> str:
    """Where an answer is read: at a token, or for the whole text."""
    at_token = outcome in ("token", "tag")
    return f"At {_token(pair, position)}" if at_token else f"For {subject(outcome, position)}"


def architecture(pair: TracePair, predictions: tuple[Predictions, Predictions] | None) -> str:
    """How many layers the text passes, and what comes out of them; of encoders without heads nothing does."""
    passed = f"Your text passes {pair.teacher.layers} layers in the teacher and {pair.student.layers} in the student."
    if predictions is None:
        return passed
    teacher, student = (part.names[-1][0] for part in predictions)
    return f"{passed} {answers(teacher, student, place(pair, predictions[0].position, predictions[0].outcome))}"


def tokens(pair: TracePair) -> str:
    """How many pieces the words fall into, and which word into most."""
    words = comparison.whole_words(pair.encoding)
    parts = words.lengths.tolist()
    most = int(np.argmax(parts))
    special = sum(pair.encoding.special)
    own = len(parts) - special
    read = "Your one word or mark is" if own == 1 else f"Your {own} words and marks are"
    whole = "it stays in one piece" if own == 1 else "each stays in one piece"
    apart = f"{quoted(words.labels[most])} falls into {parts[most]} pieces" if parts[most] > 1 else whole
    return f"{read} read as {len(pair.encoding)} tokens, {special} of them added around the text; {apart}."


def embeddings(pair: TracePair, position: int) -> str:
    """How many parts are added up, and how much of the sum is the word itself."""
    both = [embedding_figures.shares(trace.embeddings) for trace in pair]
    (parts, word), (parts_too, word_too) = ((len(one), float(one["word"][position])) for one in both)
    return (
        f"{_token(pair, position)} starts as a sum of {parts} parts in the teacher and {parts_too} in the student; the word itself "
        f"is {word:.0%} of the one and {word_too:.0%} of the other."
    )


def attention(pair: TracePair, chosen: Sequence[Head], position: int) -> str:
    """Where the chosen heads look from the chosen token."""
    rows = [trace.attention(*head)[position] for trace, head in zip(pair, chosen, strict=True)]
    return _looking(_token(pair, position), chosen, rows, pair.encoding.tokens)


def words(pair: TracePair, chosen: Sequence[tuple[int, int]], position: int) -> str:
    """Where the chosen heads look from the word of the chosen token, in whole words."""
    found = comparison.whole_words(pair.encoding)
    own = max(i for i, start in enumerate(found.starts.tolist()) if start <= position)
    maps = (
        word_figures.word_map(t.attentions[head], found, pair.encoding, word_figures.ALL)
        for t, head in zip(pair, chosen, strict=True)
    )
    return _looking(quoted(found.labels[own]), chosen, [one[own] for one in maps], found.labels)


def _looking(of: str, chosen: Sequence[Head], rows: Sequence[np.ndarray], names: Sequence[str]) -> str:
    (at, much), (at_too, much_too) = ((int(row.argmax()), float(row.max())) for row in rows)
    teacher, student = (_head(*head) for head in chosen)
    too = f"at {quoted(names[at_too])} ({much_too:.0%})" if at != at_too else f"there too ({much_too:.0%})"
    return (
        f"From {of}, the teacher's {teacher} looks most at {quoted(names[at])} ({much:.0%}); the student's {student} looks {too}."
    )


def _head(layer: int, head: int | None) -> str:
    return f"layer {layer}, over all its heads," if head is None else f"layer {layer}, head {head} (L{layer} H{head})"


def carried(groups: Groups, chosen: Sequence[tuple[int, int]]) -> str:
    """Of the kind of token that the chosen teacher head looks at most: how much attention it gets, and how much it carries."""
    most = max(range(len(groups[0])), key=lambda i: float(groups[0][i].attention[chosen[0]]))
    (got, carries), (got_too, carries_too) = (
        (float(part[most].attention[head]), float(part[most].carried[head])) for part, head in zip(groups, chosen, strict=True)
    )
    return (
        f"In the teacher's {_head(*chosen[0])}, {groups[0][most].name} gets {got:.0%} of the attention and makes up {carries:.0%} "
        f"of what is passed on; in the student's head beside it {got_too:.0%} and {carries_too:.0%}."
    )


def rollout(pair: TracePair, rolled: Rolled, layers: Sequence[int], position: int) -> str:
    """How much of the chosen token is still itself after the layers, and what else is most in it."""
    said = []
    for voice, part, layer in zip(VOICES, rolled, layers, strict=True):
        row = part[layer, position].copy()
        own, row[position] = float(row[position]), -1
        said.append(f"the {voice}'s is {own:.0%} itself and {row.max():.0%} {_token(pair, int(row.argmax()))}")
    return f"Followed down to the input, {_token(pair, position)} is a mixture: {said[0]}; {said[1]}."


def block(pair: TracePair, blocks: tuple[Block, Block], position: int) -> str:
    """How much a layer changes the chosen token."""
    teacher, student = (float(comparison.relative_distance(one.input, one.output)) for one in blocks)
    return (
        f"Layer {blocks[0].layer} of the teacher changes {_token(pair, position)} by {teacher:.0%} of its length, layer "
        f"{blocks[1].layer} of the student by {student:.0%}."
    )


def hidden_states(pair: TracePair) -> str:
    """After which student layer the two models are nearest to each other, and after which farthest."""
    # the states that lie side by side; the last ones are what L_cos pulls together
    beside = [layer + 1 for layer in pair.initial_layers]
    if not pair.one_width:
        widths = f"{pair.student.architecture.hidden} numbers to the teacher's {pair.teacher.architecture.hidden}"
        return f"The student's vectors are of another length ({widths}): what is compared is how your words lie to each other."
    cosines = [float(comparison.cosine(s, pair.teacher.hidden_states[t]).mean())
               for s, t in zip(pair.student.hidden_states[1:], beside, strict=True)]  # fmt: skip
    best, worst = int(np.argmax(cosines)), int(np.argmin(cosines))
    if f"{cosines[best]:.2f}" == f"{cosines[worst]:.2f}":
        after = "its only layer" if len(cosines) == 1 else f"each of its {len(cosines)} layers"
        return f"After {after} the student reads your text as the teacher does to {cosines[best]:.2f}, where 1 is the same."
    return (
        f"The student reads your text most like its teacher after its layer {best} ({cosines[best]:.2f}, where 1 is the same), and "
        f"least after its layer {worst} ({cosines[worst]:.2f})."
    )


def soft_labels(pair: TracePair, labels: SoftLabels) -> str:
    """What both models say, and what the student makes of the teacher's first choice."""
    first = int(labels.teacher_ranks.argmin())
    teacher, student = (labels.names[int(ranks.argmin())] for ranks in (labels.teacher_ranks, labels.student_ranks))
    said = answers(teacher, student, place(pair, labels.position, labels.outcome))
    rank = int(labels.student_ranks[first])
    what = "word" if labels.outcome == "token" else labels.outcome
    return said if rank == 1 else f"{said} The teacher's {what} is number {rank} on the student's list."
