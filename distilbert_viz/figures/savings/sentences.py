"""What each page on what the student saves says of the two models: one sentence for somebody who knows none of its terms."""

from collections.abc import Mapping, Sequence
from statistics import median

from distilbert_viz.figures.savings.timings import Cell, Interval, cell, leading, texts_of
from distilbert_viz.records import Cause, Computation, Measurement, ModelSize, Offer, Score, Verdict


def size(sizes: tuple[ModelSize, ModelSize]) -> str:
    """How much smaller the student is."""
    teacher, student = (one.parameters for one in sizes)
    less = fewer(teacher, student)
    return f"The student has {student / 1e6:.1f} million numbers where its teacher has {teacher / 1e6:.1f} million: {less}."


def fewer(teacher: int, student: int, digits: int = 0) -> str:
    """By how many per cent the student has fewer of what is counted than its teacher, or more.

    >>> fewer(200, 121, 1), fewer(100, 150)
    ('39.5% fewer', '50% more')
    """
    return _by_how_much(teacher, student, "fewer", digits)


def _by_how_much(teacher: int, student: int, less: str, digits: int = 0) -> str:
    share = 1 - student / teacher
    return f"{100 * abs(share):.{digits}f}% {less if share >= 0 else 'more'}"


def times_less(teacher: int, student: int) -> str:
    """How many times less of what is counted the student has than its teacher, or more.

    >>> times_less(200, 100), times_less(100, 150)
    ('2.00 times less', '1.50 times more')
    """
    return f"{teacher / student:.2f} times less" if teacher >= student else f"{student / teacher:.2f} times more"


def arithmetic(both: tuple[Computation, Computation]) -> str:
    """How many times less the student computes."""
    teacher, student = both
    texts = "a text" if teacher.batch == 1 else f"{teacher.batch} texts"
    return (
        f"To read {texts} of {teacher.length} tokens the student multiplies {student.macs / 1e9:.3g} billion times, its teacher "
        f"{teacher.macs / 1e9:.3g} billion times: {teacher.macs / student.macs:.2f} times as often."
    )


def between(interval: Interval) -> str:
    """The ends of a ratio's 95% interval; where 1 lies between them nobody can say which of the two is less.

    >>> between((1.9, 1.7, 2.1)), between((1.9, 0.6, 8.2))
    ('1.70 to 2.10', '0.60 to 8.20, too close to call')
    """
    _, low, high = interval
    return f"{low:.2f} to {high:.2f}{', too close to call' if low <= 1 <= high else ''}"


def speed(measured: Measurement, ratios: Mapping[Cell, Interval]) -> str:
    """How fast both read one cell, and how many times as fast the student is, with its interval."""
    timing = leading(measured)
    teacher, student = (1000 * median(seconds) for seconds in (timing.teacher, timing.student))
    ratio = ratios[cell(timing)]
    return (
        f"The student reads {texts_of(timing)} in {student:.3g} ms, its teacher in {teacher:.3g} ms: it is "
        f"{ratio[0]:.2f} times as fast ({between(ratio)})."
    )


def memory(measured: Measurement) -> str:
    """How much less the student takes at rest."""
    teacher, student = measured.weights
    less = _by_how_much(teacher, student, "less")
    return f"Loaded and at rest the teacher takes {teacher / 1e6:,.0f} MB and the student {student / 1e6:,.0f} MB, {less}."


def quality(score: Score) -> str:
    """How much of the teacher's score the student keeps."""
    kept = f", {score.retained:.1%} of it" if score.retained else ""
    return f"Over nine published tasks the teacher scores {score.teacher:g} and the student {score.student:g}{kept}."


def choice(found: Verdict) -> str:
    """Who serves what is asked, as far as the intervals of what was measured let anybody say."""
    if found.chosen is None:
        close = any(offer.close for offer in found.offers)
        said = (
            "Whether a model does all that is asked here is too close to call"
            if close
            else "Neither model does all that is asked here"
        )
        return f"{said}; the {found.nearest.voice} comes nearest."
    other = next(offer for offer in found.offers if offer.voice != found.chosen)
    return f"For what is asked here, take the {found.chosen}: {_also(other)}."


def _also(other: Offer) -> str:
    if other.close:
        return f"whether the {other.voice} does all of it is too close to call"
    return "the other would do too" if other.serves else f"the {other.voice} doesn't do all of it"


def why_faster(time: Sequence[Cause]) -> str:
    """The first link of the chain and the last one."""
    first, last = time[0], time[-1]
    layers = f"{first.student:g} of its teacher's {first.teacher:g} layers"
    spread = f" ({between(last.paired)})" if last.paired else ""
    return f"The student has {layers}; its teacher takes {last.ratio:.2f} times as long for {last.what}{spread}."
