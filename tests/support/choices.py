"""A measurement made by hand, and what is chosen by it."""

from distilbert_viz.cost import choosing
from distilbert_viz.figures.savings import published
from distilbert_viz.records import Measurement, Needs, Score, Verdict
from tests.support.measured import measurement, timing

MB = 1e6
GLUE = published.MACRO
# At 128 tokens: teacher 100 ms alone and 10 texts a second; student 60 ms, and in a batch of eight 20 texts a second.
MADE = measurement(
    timing(128, 1, 0.1, 0.06, teacher_peak=12_000_000, student_peak=12_000_000),
    timing(128, 8, 0.8, 0.4, teacher_peak=96_000_000, student_peak=96_000_000),
)


def verdict(measured: Measurement = MADE, score: Score | None = GLUE, **needs: float) -> Verdict:
    """The verdict for texts of 128 tokens."""
    return choosing.choose(measured, Needs(128, **needs), score)
