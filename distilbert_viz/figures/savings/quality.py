"""What a student loses: published scores task by task, and what was measured at masked tokens here."""

from collections.abc import Sequence

from distilbert_viz.comparison import share_interval
from distilbert_viz.drawing.colours import TEXT
from distilbert_viz.drawing.labels import visible
from distilbert_viz.drawing.plots import VOICE, Plot, Series, plot
from distilbert_viz.drawing.tables import Table
from distilbert_viz.figures.savings.published import INFERENCE, MNLI_README
from distilbert_viz.records import Quality, Score

PLACES = {"MRPC": "middle left", "SST-2": "middle left", "STS-B": "bottom center"}  # of names that have near neighbours


def bars(scores: Sequence[Score], theme: str) -> Plot:
    """A pair of bars a task, from zero, the task that loses most on top; at the student's end what it retains."""
    ordered = sorted(scores, key=_retained)
    rows = [score.task for score in ordered]
    traces = [_bars(voice, ordered) for voice in VOICE]
    if "MNLI" in rows:
        traces.append(_readme(rows.index("MNLI"), theme))
    return plot(
        traces,
        height=84 + 36 * len(ordered),
        barmode="group",
        bargap=0.25,
        yaxis={"autorange": "reversed", "automargin": True, "showgrid": False, "tickvals": [*range(len(rows))], "ticktext": rows},
        xaxis={"title": {"text": "score, 100 at most"}, "range": [0, 116], "tickvals": [0, 25, 50, 75, 100]},
    )


def _bars(voice: str, scores: list[Score]) -> Series:
    retained = [f"{100 * _retained(score):.0f}% kept" for score in scores]
    return {
        "type": "bar", "orientation": "h", "name": voice, "marker": {"color": VOICE[voice]},
        "y": list(range(len(scores))), "x": [getattr(score, voice) for score in scores], "constraintext": "none",
        "text": retained if voice == "student" else None, "textposition": "outside", "cliponaxis": False,
        "customdata": [[score.task, score.measure, f"<br>{score.remark}" if score.remark else ""] for score in scores],
        "hovertemplate": f"%{{customdata[0]}}, {voice}: %{{x}}%{{customdata[2]}}<extra>%{{customdata[1]}}</extra>",
    }  # fmt: skip


def _readme(row: int, theme: str) -> Series:
    """On the teacher's bar, the upper one of its row."""
    marker = {"symbol": "diamond-open", "size": 9, "color": TEXT[theme], "line": {"width": 2}}
    return {
        "type": "scatter", "mode": "markers", "name": "teacher by the released README", "x": [MNLI_README],
        "y": [row - 0.19], "marker": marker, "hovertemplate": "MNLI: %{x} by the README of the released code<extra></extra>",
    }  # fmt: skip


def table(scores: Sequence[Score]) -> Table:
    """A row a task, as printed, each with its source."""
    return {
        "task": [score.task for score in scores],
        "measure": [score.measure for score in scores],
        "teacher": [score.teacher for score in scores],
        "student": [score.student for score in scores],
        "retained, %": [round(100 * _retained(score), 1) for score in scores],
        "training examples": [score.examples for score in scores],
        "source": [score.source for score in scores],
        "remark": [score.remark for score in scores],
    }


def _retained(score: Score) -> float:
    """What the student retains; ValueError of a task at which its teacher scores nothing, which no picture shows."""
    if score.retained is None:
        raise ValueError(f"the teacher's score of {score.task} is 0, so that nothing can be retained of it")
    return score.retained


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def headline(score: Score) -> dict[str, str]:
    """A task's two scores, and what the student retains."""
    return {
        f"teacher, {score.task}": f"{score.teacher:.1f}",
        f"student, {score.task}": f"{score.student:.1f}",
        "the student retains": _percent(_retained(score)),
    }


def retention(scores: Sequence[Score], theme: str) -> Plot:
    """What the student retains of each task over the task's own training examples, which are on a logarithmic axis."""
    line = {"width": 1, "dash": "dot", "color": TEXT[theme]}
    inference = [score for score in scores if score.task in INFERENCE]
    others = [score for score in scores if score.task not in INFERENCE]
    traces = [_points("inference tasks", "diamond", inference, theme), _points("other tasks", "circle-open", others, theme)]
    return plot(
        traces,
        height=340,
        xaxis={
            "type": "log",
            "title": {"text": "training examples of the task"},
            "range": [2.5, 6.2],
            "dtick": 1,
            "tickformat": ",",
        },
        yaxis={"title": {"text": "student's score / teacher's"}, "tickformat": ".0%", "range": [0.8, 1.1]},
        shapes=[{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 1, "y1": 1, "line": line}],
    )


def _points(name: str, symbol: str, scores: list[Score], theme: str) -> Series:
    return {
        "type": "scatter", "mode": "markers+text", "name": name, "x": [score.examples for score in scores],
        "y": [score.retained for score in scores], "text": [f" {score.task} " for score in scores],
        "textposition": [PLACES.get(score.task, "middle right") for score in scores], "cliponaxis": False,
        "marker": {"symbol": symbol, "size": 10, "color": TEXT[theme], "line": {"width": 2}},
        "hovertemplate": "%{text}: %{y:.1%} kept, %{x:,} training examples<extra></extra>",
    }  # fmt: skip


def measured_headline(quality: Quality) -> dict[str, str]:
    """Accuracy and perplexity of both, and how far they are from each other."""
    teacher, student = quality.accuracy
    return {
        "accuracy, teacher": _percent(teacher),
        "accuracy, student": _percent(student),
        "perplexity, teacher": f"{quality.perplexity[0]:.3g}",
        "perplexity, student": f"{quality.perplexity[1]:.3g}",
        "agreement": _percent(quality.agreement),
        "KL(teacher ‖ student)": f"{quality.kl:.3g} nats",
    }


def measured_bars(quality: Quality) -> Plot:
    """Both accuracies and the agreement, from zero, with their 95% intervals."""
    shares = {"student's first choice is the teacher's": (quality.agreement, "#7f7f7f")}
    shares |= {f"{v} finds the true word": (a, VOICE[v]) for v, a in reversed(list(zip(VOICE, quality.accuracy, strict=True)))}
    return plot(
        [_share(name, share, colour, quality.tokens) for name, (share, colour) in shares.items()],
        height=210,
        showlegend=False,
        yaxis={"automargin": True, "showgrid": False},
        xaxis={"title": {"text": "share of masked tokens"}, "tickformat": ".0%", "range": [0, 1]},
        bargap=0.35,
    )


def _share(name: str, share: float, colour: str, tokens: int) -> Series:
    low, high = share_interval(share, tokens)
    return {
        "type": "bar", "orientation": "h", "name": name, "x": [share], "y": [name.replace(" choice ", " choice<br>")],
        "marker": {"color": colour}, "error_x": {"array": [high - share], "arrayminus": [share - low], "thickness": 1.5},
        "hovertemplate": f"{name}: %{{x:.1%}}, 95% interval {low:.1%} to {high:.1%}<extra></extra>",
    }  # fmt: skip


def measured_table(quality: Quality) -> Table:
    """A row a measure, exact; what is between the two models stands in the student's column, beside None."""
    return {
        "measured at masked tokens": ["accuracy, top-1", "perplexity", "agreement of the first choices", "KL at T = 1, nats"],
        "teacher": [quality.accuracy[0], quality.perplexity[0], None, None],
        "student": [quality.accuracy[1], quality.perplexity[1], quality.agreement, quality.kl],
    }


def measured_sentence(quality: Quality) -> str:
    """What a person could quote."""
    score = measured_score(quality)
    share = "" if score.retained is None else f", {_percent(score.retained)} of its teacher's"
    low, high = (100 * abs(end - quality.accuracy[1]) for end in share_interval(quality.accuracy[1], quality.tokens))
    return (
        f"On {quality.tokens:,} masked tokens of {visible(quality.text, 60)} the student finds {score.student:.1f}% of the words"
        f"{share}. The 95% interval of what it finds: {low:.1f} points less to {high:.1f} more, tokens taken as independent."
    )


def measured_score(quality: Quality) -> Score:
    """The accuracies as a score that a choice can be made by."""
    teacher, student = (100 * accuracy for accuracy in quality.accuracy)
    source = f"measured here on {quality.tokens:,} masked tokens of {quality.text}"
    return Score("masked words", "top-1 accuracy", teacher, student, source)
