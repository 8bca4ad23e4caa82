"""The hand-over on average over many texts, one position in each."""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float

from distilbert_viz.pairs.layers import matched_depths
from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.records import Encoding, LostOverTexts, TracePair
from distilbert_viz.tracing.encoding import encode
from distilbert_viz.tracing.forward import trace_pair
from distilbert_viz.tracing.mixtures import hand_over
from distilbert_viz.tracing.stock_lost import stock_hand_over

SEED = 7
Seen = tuple[LostOverTexts, LostOverTexts]  # as the page shows it, and as stock passes have it


def over_texts(pair: Pair, stocks: tuple[Model, Model], lines: Sequence[str]) -> Iterator[Seen]:
    """After every line, means and deviations over the lines so far, and the same by stock passes.

    A line is read at its first [MASK]; where it has none, one of its ordinary tokens, drawn with SEED and the line's number, is
    masked. Of two classifiers the whole line is read as it is. Lines in which nothing can be read are left out.
    """
    ours, theirs = _Running(pair), _Running(pair)
    for number, line in enumerate(lines):
        read = _read(pair, line, number)
        if read is None:
            continue
        traces, position = read
        found = hand_over(pair, traces, position)
        ours.add(found.numbers)
        theirs.add(stock_hand_over(stocks, traces, found.position))
        yield ours.record(), theirs.record()


def _read(pair: Pair, line: str, number: int) -> tuple[TracePair, int] | None:
    try:
        encoding = encode(pair.teacher.tokenizer, line, most=pair.longest)
    except ValueError:
        return None
    if pair.task.labels == "text":
        return trace_pair(pair, line), 0
    if encoding.mask_positions:
        return trace_pair(pair, line), encoding.mask_positions[0]
    position = _drawn(encoding, number)
    return None if position is None else (trace_pair(pair, line, (position,)), position)


def _drawn(encoding: Encoding, number: int) -> int | None:
    ordinary = np.flatnonzero(~np.array(encoding.special))
    return int(np.random.default_rng((SEED, number)).choice(ordinary)) if len(ordinary) else None


class _Running:
    """Mean and sum of squared deviations so far (Welford 1962)."""

    def __init__(self, pair: Pair):
        self.depths = tuple(len(model.layers) + 1 for model in pair)
        self.matched = matched_depths(pair.initial_layers)
        self.texts, self.mean, self.squares = 0, np.zeros(1), np.zeros(1)

    def add(self, numbers: Float[np.ndarray, "number"]) -> None:
        """One more text."""
        self.texts += 1
        before = numbers - self.mean
        self.mean = self.mean + before / self.texts
        self.squares = self.squares + before * (numbers - self.mean)

    def record(self) -> LostOverTexts:
        """Of the texts so far."""
        deviation = np.sqrt(self.squares / max(1, self.texts - 1))
        teacher, student = self.depths
        maps = [self._maps(numbers, teacher, student) for numbers in (self.mean, deviation)]
        numbers = (float(self.mean[0]), float(deviation[0]))
        return LostOverTexts(self.texts, self.matched, *numbers, *maps[0], *maps[1])

    def _maps(self, numbers: Float[np.ndarray, "number"], teacher: int, student: int) -> tuple[np.ndarray, np.ndarray]:
        """The student's handed to the teacher (depth, start), then the teacher's to the student."""
        cut = 1 + student * teacher
        parts = (numbers[1:cut].reshape(student, teacher), numbers[cut:].reshape(teacher, student))
        return parts[0].astype(np.float32), parts[1].astype(np.float32)
