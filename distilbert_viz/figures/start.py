"""Both models from the words to their answer: what every layer would already say, and what the student keeps of it."""

from collections.abc import Iterator, Sequence

from distilbert_viz.drawing.canvas import VOICES
from distilbert_viz.drawing.components import Candidate, Stack, StackRow, Stacks, Word, WordByWord
from distilbert_viz.drawing.labels import visible
from distilbert_viz.drawing.tables import Entry, Table, by_column
from distilbert_viz.families import family
from distilbert_viz.records import Agreement, Encoding, Predictions, Trace, TracePair, subject

SHOWN, LABEL = 3, 5  # candidates of a layer, and of the soft label
WIDEST = 14  # characters of a candidate


def stacks(pair: TracePair, predictions: tuple[Predictions, Predictions], block: str) -> Stacks:
    """Rows from the embeddings to the soft labels, each student layer beside its teacher layer.

    `block` is the page that the name of a layer opens.
    """
    encoding = pair.encoding
    teacher, student = (_rows(read) for read in predictions)
    beside = {0: student[0]} | {layer + 1: row for layer, row in zip(pair.initial_layers, student[1:], strict=True)}
    for layer, row in enumerate(teacher[1:]):
        row |= {"page": block, "layer": layer}
    for row, layer in zip(student[1:], pair.initial_layers, strict=True):
        row |= {"page": block, "layer": layer}
    columns = (teacher, [beside.get(i) or _gap(i - 1) for i in range(len(teacher))])
    parts = zip(VOICES, pair, predictions, columns, strict=True)
    return {"where": _where(encoding, predictions[0]), "stacks": [_stack(*part) for part in parts]}


def _where(encoding: Encoding, read: Predictions) -> str:
    if read.outcome == "class":
        return f"Both give the whole text one soft label, read at {visible(encoding.tokens[0])}:"
    if read.outcome == "place":
        return f"For {subject(read.outcome, read.position)}:"
    return f"At “{visible(encoding.tokens[read.position])}”, position {read.position}:"


def _stack(voice: str, trace: Trace, read: Predictions, rows: list[StackRow]) -> Stack:
    name = f"{voice.capitalize()} · {family(trace.architecture.family).title}, {trace.layers} layers"
    return {"voice": voice, "name": name, "rows": rows, "label": _candidates(read, -1, LABEL)}


def _rows(read: Predictions) -> list[StackRow]:
    names = ["words in", *(f"L{layer}" for layer in range(len(read.names) - 1))]
    return [{"name": name, "candidates": _candidates(read, state, SHOWN)} for state, name in enumerate(names)]


def _gap(layer: int) -> StackRow:
    return {"name": "", "candidates": [], "note": f"no layer beside teacher L{layer}"}


def _candidates(read: Predictions, state: int, most: int) -> list[Candidate]:
    answer = read.names[-1][0]
    return [
        {"text": visible(name, WIDEST), "words": f"{visible(name)} {share:.4f}", "probability": share, "answer": name == answer}
        for name, share in zip(read.names[state][:most], read.probabilities[state].tolist(), strict=False)
    ]


def table(pair: TracePair, predictions: tuple[Predictions, Predictions]) -> Table:
    """A row a state and candidate: model, layer, the teacher layer beside it, rank, outcome, probability."""
    beside = (range(pair.teacher.layers), pair.initial_layers)
    return by_column([row for parts in zip(VOICES, predictions, beside, strict=True) for row in _table_rows(*parts)])


def _table_rows(voice: str, read: Predictions, beside: Sequence[int]) -> Iterator[dict[str, Entry]]:
    states = ["embeddings", *(f"L{layer}" for layer in range(len(beside)))]
    for state, place, names, shares in zip(states, ["", *(f"L{i}" for i in beside)], read.names, read.probabilities, strict=True):
        for rank, (name, share) in enumerate(zip(names, shares.tolist(), strict=True), 1):
            yield {"model": voice, "after": state, "teacher layer beside it": place, "rank": rank, read.outcome: name, "p": share}


def kept_sentence(found: Agreement, has: str, hidden: Sequence[int] = ()) -> str:
    """What the student kept of this text with what it `has` ("3 of 6 layers"), and both answers: where words are `hidden`, at the
    one of these where the student is furthest from its teacher, else at the one of all. Plain words, unescaped.
    """
    if not found.words:
        return "There is no word in this text on which the two could agree."
    if found.outcome == "class":
        whose = "its teacher's" if found.kept else "another"
        return f"The student, with {has}, gives this text {whose} class: {_said(found, 0)}."
    if found.outcome == "place":
        kept = f"The student, with {has}, finds {found.kept} of the {len(found.words)} ends of the answer where its teacher does"
        return f"{kept}; it lost most at {found.words[found.worst]}: {_said(found, found.worst)}."
    kept = f"The student, with {has}, keeps its teacher's first choice at {agreement(found)}"
    at = max(hidden, key=lambda word: float(found.kl[word])) if hidden else found.worst
    return (
        f"{kept}; {'at' if hidden else 'it lost most at'} “{visible(found.words[at])}”{',' if hidden else ':'} {_said(found, at)}."
    )


def _said(found: Agreement, word: int) -> str:
    (theirs, teacher), (own, student) = found.teacher[word], found.student[word]
    shares = f"{100 * teacher:.0f}%", f"{100 * student:.0f}%"
    if theirs == own:
        return f"both say “{visible(own)}”, the teacher with {shares[0]}, the student with {shares[1]}"
    return f"the teacher says “{visible(theirs)}” ({shares[0]}), the student “{visible(own)}” ({shares[1]})"


def word_by_word(found: Agreement, position: int) -> WordByWord:
    """Every word, whether both models agree there, and whether the token at `position` is the one of it that is read."""
    words: list[Word] = [
        {"text": visible(word), "position": at, "agree": same, "said": _said(found, i), "chosen": at == position}
        for i, (word, at, same) in enumerate(zip(found.words, found.positions.tolist(), found.agree.tolist(), strict=True))
    ]
    return {"words": words, "note": "Dashed: first choices differ. Choose a word:"}


def agreement(found: Agreement) -> str:
    """The same as a number: "7 of 9 words and marks"."""
    if found.outcome == "class":
        return "on the class of this text" if found.kept else "not on the class of this text"
    return f"{found.kept} of {len(found.words)} {_parts(found)}"


def _parts(found: Agreement) -> str:
    if found.outcome == "place":
        return "ends of the answer"
    if len(found.words) == 1:
        return "word"
    return "words" if all(any(map(str.isalnum, word)) for word in found.words) else "words and marks"
