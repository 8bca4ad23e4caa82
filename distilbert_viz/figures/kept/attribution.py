"""What a prediction owes to each token, teacher beside student."""

from collections.abc import Sequence

from distilbert_viz.drawing.labels import numbered, visible
from distilbert_viz.drawing.plots import VOICE, Plot, Series, plot
from distilbert_viz.drawing.tables import Column, Table
from distilbert_viz.records import Attribution, Encoding

LEAST = 0.005  # nats: a score below it is rounding, or is written as 0.00


def bars(found: Sequence[Attribution], encoding: Encoding) -> Plot:
    """A pair of bars a token, in nats, of one method: what each model's log-probability owes to it."""
    traces: list[Series] = [
        {
            "type": "bar", "name": part.voice, "x": numbered(encoding.tokens), "y": part.scores,
            "marker": {"color": VOICE[part.voice]}, "hovertemplate": f"{part.voice}: %{{x}} %{{y:+.4f}} nats<extra></extra>",
        }
        for part in found
    ]  # fmt: skip
    return plot(
        traces,
        height=330,
        barmode="group",
        showlegend=True,
        bargap=0.25,
        yaxis={"title": {"text": "nats"}, "rangemode": "tozero", "zeroline": True},
        xaxis={"tickangle": -45, "automargin": True, "showgrid": False},
    )


def sums(found: Sequence[Attribution]) -> list[dict[str, str]]:
    """A row a model and method: what the scores add up to, and what they ought to add up to."""
    return [
        {
            "method": part.method,
            "model": part.voice,
            "ln p on the text": f"{part.output:.3f}",
            "ln p on the baseline": f"{part.baseline_output:.3f}",
            "text − baseline": f"{part.gap:+.3f}",
            "sum over tokens": f"{part.total:+.3f}",
            "convergence delta": "none: need not add up" if part.delta is None else f"{part.delta:+.1e}",
        }
        for part in found
    ]


def sentence(found: Sequence[Attribution], encoding: Encoding) -> str:
    """The token that each model's prediction owes most to, by one method; that there is none where no token lifts it."""
    sentences = []
    for part in found:
        most = int(part.scores.argmax())
        token = f"most is owed to {most} “{visible(encoding.tokens[most])}”, {part.scores[most]:+.2f} nats"
        sentences.append(f"{part.voice.capitalize()}: {token if part.scores[most] >= LEAST else 'no token lifts it'}.")
    return " ".join(sentences)


def table(found: Sequence[Attribution], encoding: Encoding) -> Table:
    """A row a token, a column a model and method."""
    columns: dict[str, Column] = {"position": list(range(len(encoding))), "token": list(encoding.tokens)}
    return columns | {f"{part.voice}, {part.method}": part.scores for part in found}
