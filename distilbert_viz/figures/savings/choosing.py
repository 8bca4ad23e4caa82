"""A verdict in words and as a table."""

from distilbert_viz.drawing.tables import Table
from distilbert_viz.records import Margin, Offer, Score, Verdict

UNITS = {"latency": (1e3, "ms"), "throughput": (1.0, "texts/s"), "memory": (1e-6, "MB"), "quality": (1.0, "points")}


def amount(need: str, value: float) -> str:
    """A value in the unit that people use, two or three significant digits."""
    scale, unit = UNITS[need]
    return f"{number(value * scale)} {unit}"


def number(value: float) -> str:
    """Thousands grouped, else three significant digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def answer(verdict: Verdict) -> str:
    """Who serves, in one sentence, as far as the intervals of what was measured let anybody say."""
    close = [offer.voice for offer in verdict.offers if offer.close]
    if verdict.chosen is None:
        return _not_surely(verdict, close)
    if close:
        return f"The {verdict.chosen} serves; whether the {close[0]} does is too close to call."
    if not all(offer.serves for offer in verdict.offers):
        return f"The {verdict.chosen} serves, and the other doesn't."
    if verdict.one_price:
        return "Both models serve; which one is cheaper is too close to call."
    return f"Both models serve, and the {verdict.chosen} is the cheaper one."


def _not_surely(verdict: Verdict, close: list[str]) -> str:
    if len(close) == 2:
        return "Too close to call, for both models."
    if close:
        other = next(offer.voice for offer in verdict.offers if offer.voice != close[0])
        return f"The {other} doesn't serve; whether the {close[0]} does is too close to call."
    return f"Neither model serves; the {verdict.nearest.voice} comes nearer."


def binding(verdict: Verdict) -> str:
    """Which need decides, and what both models were measured at."""
    margin = verdict.binding
    if margin is None:
        return "Nothing was asked but to be cheap."
    asked = f"{'at most' if margin.need in ('latency', 'memory') else 'at least'} {amount(margin.need, margin.asked)}"
    both = " and ".join(f"the {offer.voice} has {amount(margin.need, _found(offer, margin.need))}" for offer in verdict.offers)
    return f"**{margin.need.capitalize()} binds**: {asked} asked, {both}."


def consequences(verdict: Verdict, score: Score | None) -> list[str]:
    """How far each model misses, what the choice saves and what it gives up: a sentence each."""
    sentences = [_misses(offer) for offer in verdict.offers if offer.fails]
    sentences += [_close(offer.voice, margin) for offer in verdict.offers for margin in offer.margins if margin.close]
    if verdict.chosen is not None:
        sentences += [_saves(verdict), _gives_up(verdict, score)]
    return sentences


def _found(offer: Offer, need: str) -> float:
    return next(margin.found for margin in offer.margins if margin.need == need)


def _close(voice: str, margin: Margin) -> str:
    low, high = (amount(margin.need, end) for end in margin.interval or ())
    return (
        f"Too close to call: {margin.need} is asked at {amount(margin.need, margin.asked)}, and the 95% interval of the {voice}'s "
        f"is {low} to {high}. More repeats may tell."
    )


def _misses(offer: Offer) -> str:
    misses = [f"{margin.need} by {_miss(margin)}" for margin in offer.margins if margin.missed]
    return f"The {offer.voice} misses {', '.join(misses)}."


def _miss(margin: Margin) -> str:
    times = margin.found / margin.asked if margin.asked else 0
    share = f" ({number(times)} times what was asked)" if times > 2 else f" ({100 * abs(times - 1):.0f}%)"
    return amount(margin.need, margin.by) + (share if margin.asked else "")


def _saves(verdict: Verdict) -> str:
    chosen, other = _chosen_and_other(verdict)
    return (
        f"The {chosen.voice} reads {number(chosen.throughput)} texts a second where the {other.voice} reads "
        f"{number(other.throughput)}, {_times(verdict)}: a million texts take {_million(chosen)} against {_million(other)}."
    )


def _times(verdict: Verdict) -> str:
    times, low, high = verdict.throughput
    if verdict.chosen == "teacher":
        times, low, high = 1 / times, 1 / high, 1 / low
    close = ", which is too close to call" if verdict.one_price else ""
    return f"{times:.2f} times as many (95% interval {low:.2f} to {high:.2f}{close})"


def _million(offer: Offer) -> str:
    """The time that a million texts take, and what it costs where an hour has a price."""
    hours = f"{number(1e6 / offer.throughput / 3600)} h"
    return hours if offer.million is None else f"{hours} (cost {number(offer.million)})"


def _gives_up(verdict: Verdict, score: Score | None) -> str:
    chosen, other = _chosen_and_other(verdict)
    if score is None:
        return "What it gives up in quality is not known: no score of these two models is at hand."
    kept, left = (getattr(score, offer.voice) for offer in (chosen, other))
    what = f"{score.task} {number(kept)} against {number(left)} ({score.source})"
    return f"It gives up {number(left - kept)} points of quality: {what}." if left > kept else f"It gives up no quality: {what}."


def _chosen_and_other(verdict: Verdict) -> tuple[Offer, Offer]:
    chosen = verdict.nearest
    return chosen, verdict.teacher if chosen is verdict.student else verdict.student


def table(verdict: Verdict) -> Table:
    """A row a need, asked or not: what both models were measured at, and by how much they miss it."""
    asked = [getattr(verdict.needs, need) for need in UNITS]
    columns = {"": [*UNITS, "a million texts"], "asked": [*map(_or_dash, UNITS, asked), "–"]}
    for offer in verdict.offers:
        columns[offer.voice] = [_cell(offer, need) for need in UNITS] + [_million(offer)]
    return columns


def _cell(offer: Offer, need: str) -> str:
    margin = next((margin for margin in offer.margins if margin.need == need), None)
    said = "" if margin is None else ": too close to call" if margin.close else f": misses by {_miss(margin)}" * margin.missed
    return _or_dash(need, getattr(offer, need)) + said


def _or_dash(need: str, value: float | None) -> str:
    return "–" if value is None else amount(need, value)


def small_print(verdict: Verdict) -> str:
    """How the numbers of the table were taken."""
    batches = " and ".join(f"{offer.batch} ({offer.voice})" for offer in verdict.offers)
    peak = "weights and what one text's pass needs beside them"
    memory = peak if all(offer.peak_known for offer in verdict.offers) else "the weights alone: nobody could tell what a pass needs"
    return (
        f"At {verdict.needs.length} tokens a text. Latency: the median for one text alone. Throughput: the best measured batch "
        f"whose pass keeps within the latency and the memory asked for, here {batches}. Memory: {memory}."
    )
