"""One distillation step: what was masked, the step as boxes with arrows, gradients by component, why T squared."""

from collections.abc import Sequence
from typing import Any, TypedDict

import numpy as np
import plotly.graph_objects as go  # type: ignore[import-untyped]
from jaxtyping import Float

from distilbert_viz import comparison
from distilbert_viz.drawing.labels import plain, visible
from distilbert_viz.drawing.plots import VOICE, plot
from distilbert_viz.records import MaskedText, OneStep

INK = {"ce": "#009E73", "mlm": "#CC79A7", "cos": "#88731B"}
NAMES = {"ce": "L_ce", "mlm": "L_mlm", "cos": "L_cos"}
QUIET = "#8a8a8a"
Column = Sequence[str | int | float | None] | np.ndarray


class MaskingCell(TypedDict):
    """One token of a text as it was typed, as both models read it, and what happened to it."""

    position: int
    typed: str
    reads: str
    outcome: str
    chosen: bool


def masking(text: MaskedText, vocabulary: Sequence[str], chosen: int) -> list[MaskingCell]:
    """A cell a token; `chosen` is the position of the token looked at."""
    typed = [vocabulary[i] for i in text.encoding.original_ids.tolist()]
    rows = zip(typed, text.encoding.tokens, text.outcomes, strict=True)
    return [
        {"position": i, "typed": visible(was), "reads": visible(reads), "outcome": outcome, "chosen": i == chosen}
        for i, (was, reads, outcome) in enumerate(rows)
    ]


def masking_sentence(text: MaskedText) -> str:
    """How many tokens were drawn, and what became of them."""
    words = {"masked": "became the mask token", "replaced": "a random token", "kept": "stayed", "by hand": "masked by hand"}
    told = ", ".join(f"{n} {words[name]}" for name, n in outcomes(text).items())
    return f"{text.share:.0%} of {text.ordinary} ordinary tokens, drawn with seed {text.seed}: {told} (on average 80, 10, 10%)."


def outcomes(text: MaskedText) -> dict[str, int]:
    """How many tokens met each outcome; "by hand" only where there is one."""
    counts = {name: text.outcomes.count(name) for name in ("masked", "replaced", "kept", "by hand")}
    return {name: count for name, count in counts.items() if count or name != "by hand"}


def label_bars(step: OneStep, index: int, vocabulary: Sequence[str]) -> go.Figure:
    """Teacher, student before and student after the step at label number `index`, softened by the step's temperature."""
    true, temperature = int(step.text.labels[step.text.positions[index]]), step.choices.temperature
    logits = (step.teacher_logits, step.student_logits)
    labels = comparison.soft_labels(*logits, tuple(vocabulary), index, temperature, 6, true)
    after = comparison.soften(step.student_after[index], temperature)[labels.candidates]
    rows = list(range(len(labels.names)))
    names = [plain(t) + (" (true token)" if c == true else "") for t, c in zip(labels.names, labels.candidates, strict=True)]
    before = {"color": VOICE["student"], "opacity": 0.7, "pattern": {"shape": "/"}}
    traces = [
        _bars("teacher", labels.teacher, rows, {"color": VOICE["teacher"]}),
        _bars("student before", labels.student, rows, before),
        _bars("student after", after, rows, {"color": VOICE["student"]}),
    ]
    return plot(
        traces,
        height=90 + 46 * len(rows),
        barmode="group",
        bargap=0.25,
        yaxis={"autorange": "reversed", "automargin": True, "tickvals": rows, "ticktext": names, "showgrid": False},
        xaxis={"title": {"text": f"probability at T = {temperature:g}"}, "tickformat": ".3~%", "rangemode": "tozero"},
    )


def _bars(name: str, lengths: Float[np.ndarray, "bar"], rows: Sequence[int | str], marker: dict[str, Any]) -> dict[str, Any]:
    form: dict[str, Any] = {"type": "bar", "orientation": "h", "name": name, "x": lengths, "y": rows, "marker": marker}
    return form | {"hovertemplate": f"{name}: %{{x:.4f}}<extra></extra>"}


def true_token_sentence(step: OneStep, index: int, vocabulary: Sequence[str]) -> str:
    """The true token's probability at T = 1, the one that L_mlm reads: teacher, student before, student after."""
    teacher, before, after = (f"{100 * p:.3g}%" for p in _true_probabilities(step)[index])
    position = step.text.positions[index]
    token = visible(vocabulary[int(step.text.labels[position])])
    told = f"teacher {teacher}, student {before} before the step, {after} after it"
    return f"Position {position}: the true token is “{token}”. Its probability at T = 1: {told}."


def moved_sentence(step: OneStep, index: int) -> str:
    """Whether the step moved the student towards its teacher or away from it, at label number `index` and over all labels, and
    whose gradient was the longest.
    """
    before, after = (
        np.atleast_1d(comparison.kl(step.teacher_logits, rows, 1.0)) for rows in (step.student_logits, step.student_after)
    )
    here, all_labels = _moved(before[index], after[index]), _moved(before.mean(), after.mean())
    count = len(before)
    over = f" Over the {count} tokens with a label: {all_labels}." if count > 1 else ""
    return f"The step moved the student {here}, by KL(teacher ‖ student) at T = 1.{over} {_longest(step)}".rstrip()


def _moved(before: np.floating, after: np.floating) -> str:
    if after == before:
        return f"neither towards its teacher nor away from it, at {before:.3g} nats"
    way = "towards its teacher" if after < before else "away from its teacher"
    return f"{way}, from {before:.3g} to {after:.3g} nats"


def _longest(step: OneStep) -> str:
    """Which weighted loss pulled hardest, where more than one did."""
    lengths = np.sqrt(np.square(step.gradient_norms[:, 1:]).sum(0))
    first, second = np.argsort(-lengths)[:2].tolist()
    if not lengths[second]:
        return ""
    names = [f"{getattr(step.choices, f'alpha_{name}'):g} {label}" for name, label in NAMES.items()]
    said = (
        f"{names[first]} pulled hardest: its gradient is {lengths[first] / lengths[second]:.2g} times as long as {names[second]}'s."
    )
    truth = " L_mlm pulls towards the true token, whatever the teacher says; at weight 0 the teacher alone decides."
    return said + truth if first == list(NAMES).index("mlm") else said


def _true_probabilities(step: OneStep) -> Float[np.ndarray, "label 3"]:
    """What teacher, student before and student after give to the true token at T = 1."""
    labels = step.text.labels[list(step.text.positions)]
    models = (step.teacher_logits, step.student_logits, step.student_after)
    return np.array([[comparison.soften(rows[i], 1.0)[label] for rows in models] for i, label in enumerate(labels)])


def labels_table(step: OneStep, vocabulary: Sequence[str]) -> dict[str, Column]:
    """A row a true label: what became of the token, and its probability at T = 1 in teacher and student."""
    chances, text = _true_probabilities(step), step.text
    return {
        "position": list(text.positions),
        "true token": [vocabulary[int(text.labels[i])] for i in text.positions],
        "both models read": [text.encoding.tokens[i] for i in text.positions],
        "outcome": [text.outcomes[i] for i in text.positions],
        "p teacher": chances[:, 0],
        "p student before": chances[:, 1],
        "p student after": chances[:, 2],
    }


def losses_table(step: OneStep) -> dict[str, Column]:
    """A row a loss, and the combined one: weight, value before and after."""
    weights = [getattr(step.choices, f"alpha_{name}") for name in NAMES]
    sides = {"before": step.before, "after": step.after}
    columns = {side: [*(getattr(loss, name) for name in NAMES), loss.combined(step.choices)] for side, loss in sides.items()}
    return {"loss": [*NAMES.values(), "combined"], "weight": [*weights, None], **columns}


def gradient_bars(step: OneStep) -> go.Figure:
    """A bar a component for the combined loss, from the embeddings down to the head; a mark for each weighted loss."""
    rows = list(step.components)
    traces = [_bars("combined", step.gradient_norms[:, 0], rows, {"color": QUIET, "opacity": 0.55})]
    for column, (name, symbol) in enumerate(zip(NAMES, ("circle", "diamond", "square"), strict=True), 1):
        alpha = getattr(step.choices, f"alpha_{name}")
        if not alpha:
            continue
        mark = {"color": INK[name], "symbol": symbol, "size": 9}
        form = {"type": "scatter", "mode": "markers", "x": step.gradient_norms[:, column], "y": rows, "marker": mark}
        label = f"{alpha:g} {NAMES[name]}"
        traces.append(form | {"name": label, "hovertemplate": f"{label}: %{{x:.4f}}<extra></extra>"})
    return plot(
        traces,
        height=110 + 24 * len(rows),
        yaxis={"autorange": "reversed", "automargin": True, "showgrid": False},
        xaxis={"title": {"text": "length of the gradient"}, "rangemode": "tozero"},
    )


def gradient_table(step: OneStep) -> dict[str, Column]:
    """A row a component, and all of them together."""
    whole = np.sqrt(np.square(step.gradient_norms).sum(0))
    values = np.vstack([step.gradient_norms, whole])
    names = ["combined", *(f"{getattr(step.choices, f'alpha_{n}'):g} {NAMES[n]}" for n in NAMES)]
    columns: dict[str, Column] = {"component": [*step.components, "all"]}
    return columns | {name: values[:, i] for i, name in enumerate(names)}


def temperature_curve(step: OneStep) -> go.Figure:
    """The gradient's size against T on two log axes: without T², with it, and 1/T² for comparison."""
    at, size = step.temperatures, step.gradient_sizes
    lines = [
        ("with T²: L_ce", size * at**2, {"color": INK["ce"], "width": 3}),
        ("without T²: KL", size, {"color": QUIET, "width": 3, "dash": "dash"}),
        ("1/T²", size[-1] * (at[-1] / at) ** 2, {"color": QUIET, "width": 1, "dash": "dot"}),
    ]
    traces = [
        {"type": "scatter", "mode": "lines", "name": name, "x": at, "y": values, "line": line}
        | {"hovertemplate": f"{name} at T = %{{x:g}}: %{{y:.3g}}<extra></extra>"}
        for name, values, line in lines
    ]
    here = {"type": "line", "x0": step.choices.temperature, "x1": step.choices.temperature, "yref": "paper", "y0": 0, "y1": 1}
    return plot(
        traces,
        height=360,
        xaxis={"type": "log", "title": {"text": "temperature T"}, "tickvals": [0.5, 1, 2, 3, 5, 10]},
        yaxis={"type": "log", "title": {"text": "length of the gradient"}, "exponentformat": "power"},
        shapes=[here | {"line": {"color": QUIET, "width": 1}}],
    )


def temperature_sentence(step: OneStep) -> str:
    """How much the gradient changes from T = 5 to T = 10, with T² and without, in numbers."""
    low, high = (float(step.gradient_sizes[step.temperatures.tolist().index(t)]) for t in (5.0, 10.0))
    return (
        f"From T = 5 to T = 10 the gradient of KL becomes {low / high:.2f} times smaller (1/T² alone: 4 times); times T² it "
        f"changes by a factor of {4 * high / low:.2f}. Mean over {step.sized} tokens; the line marks the present T."
    )
