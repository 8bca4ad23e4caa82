"""Quality against time, memory as area, and what is asked drawn as lines."""

from distilbert_viz.drawing.colours import BACKGROUND, TEXT
from distilbert_viz.drawing.plots import VOICE, Plot, Series, Value, plot
from distilbert_viz.figures.savings.choosing import amount, number
from distilbert_viz.records import Needs, Offer, Score, Verdict

TIMES = {"one text alone": "ms for one text alone", "a text of a batch": "ms a text at the batch that throughput is taken at"}
WIDEST = 70  # pixels, of the largest disc or ring
FAR = 3  # a need this many times beyond both models is named at the edge, not drawn


def pareto(verdict: Verdict, score: Score, time: str, theme: str) -> Plot:
    """Quality against time, a disc's area is memory; needs are lines, and for memory a ring that the disc must not outgrow.

    `time` is a key of TIMES.
    """
    needs, offers = verdict.needs, verdict.offers
    times = [_milliseconds(offer, time) for offer in offers]
    largest = max(*(offer.memory for offer in offers), needs.memory or 0)
    size: Series = {"sizemode": "area", "sizeref": 2 * largest / WIDEST**2, "sizemin": 4}
    traces: list[Series] = [_disc(offer, at, score, size) for offer, at in zip(offers, times, strict=True)]
    if needs.memory is not None:
        traces.append(_rings(times, score, needs.memory, size, theme))
    lines, names = _needs_drawn(needs, _asked_milliseconds(needs, time), max(times), theme)
    return plot(
        traces,
        height=340,
        shapes=lines,
        annotations=[*names, *(_voice(offer, at, score, largest, theme) for offer, at in zip(offers, times, strict=True))],
        xaxis={"title": {"text": TIMES[time]}, "range": _reach(times, _asked_milliseconds(needs, time))},
        yaxis={"title": {"text": f"{score.task}, {score.measure}"}, "range": _heights(score, needs)},
    )


def _milliseconds(offer: Offer, time: str) -> float:
    return 1e3 * offer.latency if time == "one text alone" else 1e3 / offer.throughput


def _asked_milliseconds(needs: Needs, time: str) -> float | None:
    if time == "one text alone":
        return None if needs.latency is None else 1e3 * needs.latency
    return None if needs.throughput is None else 1e3 / needs.throughput


def _reach(times: list[float], asked: float | None) -> list[float]:
    drawn = [*times, asked] if asked is not None and asked <= FAR * max(times) else times
    return [0.0, 1.25 * max(drawn)]


def _heights(score: Score, needs: Needs) -> list[float]:
    """From below the lowest to above the highest, with room for the discs."""
    drawn = [score.teacher, score.student, *([] if needs.quality is None else [needs.quality])]
    room = max(2.0, 0.6 * (max(drawn) - min(drawn)))
    return [min(drawn) - room, max(drawn) + room]


def _disc(offer: Offer, at: float, score: Score, size: Series) -> Series:
    quality = getattr(score, offer.voice)
    return {
        "type": "scatter", "mode": "markers", "name": offer.voice, "x": [at], "y": [quality], "cliponaxis": False,
        "marker": {"color": VOICE[offer.voice], "size": [offer.memory], "opacity": 0.85, **size},
        "hovertemplate": f"{offer.voice}, {offer.class_name}: %{{x:.3g}} ms, quality {quality:.1f}, "
        f"{amount('memory', offer.memory)}<extra></extra>",
    }  # fmt: skip


def _voice(offer: Offer, at: float, score: Score, largest: float, theme: str) -> Series:
    """The model's name above its disc, on the page's own colour: a line of a need that runs there is broken by it."""
    radius = WIDEST / 2 * (offer.memory / largest) ** 0.5
    place: Series = {"x": at, "y": getattr(score, offer.voice), "yanchor": "bottom", "yshift": radius + 2}
    return _name(offer.voice, bgcolor=BACKGROUND[theme], borderpad=1, **place)


def _rings(times: list[float], score: Score, memory: float, size: Series, theme: str) -> Series:
    marker = {"symbol": "circle-open", "color": TEXT[theme], "size": [memory, memory], "line": {"width": 2}, **size}
    return {
        "type": "scatter", "mode": "markers", "name": f"memory asked: {amount('memory', memory)}", "x": times,
        "y": [score.teacher, score.student], "marker": marker, "hoverinfo": "skip",
    }  # fmt: skip


def _needs_drawn(needs: Needs, asked: float | None, slowest: float, theme: str) -> tuple[list[Series], list[Series]]:
    line: Series = {"color": TEXT[theme], "width": 2, "dash": "dash"}
    lines: list[Series] = []
    names: list[Series] = []
    if needs.quality is not None:
        lines.append({"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": needs.quality, "y1": needs.quality, "line": line})
        names.append(_name(f"at least {number(needs.quality)}", xref="paper", x=0, xanchor="left", y=needs.quality, yanchor="top"))
    if asked is not None and asked <= FAR * slowest:
        lines.append({"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": asked, "x1": asked, "line": line})
        names.append(_name(f"at most {number(asked)} ms", yref="paper", y=0, yanchor="bottom", x=asked, xanchor="right"))
    elif asked is not None:
        words = f"asked: at most {number(asked)} ms, far to the right"
        names.append(_name(words, xref="paper", x=1, xanchor="right", yref="paper", y=0, yanchor="bottom"))
    return lines, names


def _name(text: str, **place: Value) -> Series:
    return {"text": text, "showarrow": False, **place}


def dominance(verdict: Verdict) -> str:
    """Whether one model is no worse in quality, time and memory alike; one is slower where the interval of the ratio says so."""
    _, low, high = verdict.latency
    for one, other, slower in ((*verdict.offers, low > 1), (*verdict.offers[::-1], high < 1)):
        worse = (slower, one.memory > other.memory, (one.quality or 0) < (other.quality or 0))
        if not any(worse):
            return f"The {one.voice} is no worse than the {other.voice} in quality, latency and memory."
    return "Neither model is better in quality, latency and memory alike: the needs decide."
