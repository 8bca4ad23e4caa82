"""Before and after a change: soft labels, attention, hidden states."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from distilbert_viz import comparison
from distilbert_viz.drawing.canvas import VOICES, pack
from distilbert_viz.drawing.labels import plain, visible
from distilbert_viz.drawing.plots import VOICE, Plot, Series, Value, plot
from distilbert_viz.drawing.tables import Column, Entry, Table
from distilbert_viz.records import Canvas, Figure, Labels, MovedLabels, Panel, StockPass, Trace, WhatIf

VIEWS = ("difference", "before", "after")
MEASURES = {"relative distance": comparison.relative_distance, "1 − cosine": comparison.cosine_distance}
ROW = 26
ROUNDING = 1e-6  # nats: two passes of the same may be summed in another order
Pass = Trace | StockPass


def label_bars(labels: tuple[MovedLabels, MovedLabels]) -> tuple[Plot, Plot]:
    """A figure a model, before above after at every candidate, both figures on one scale."""
    most = max(float(max(part.before.max(), part.after.max())) for part in labels)
    teacher, student = (_bars(voice, part, 1.12 * most) for voice, part in zip(VOICES, labels, strict=True))
    return teacher, student


def _bars(voice: str, labels: MovedLabels, most: float) -> Plot:
    rows = list(range(len(labels.names)))
    pale: Series = {"color": VOICE[voice], "opacity": 0.45, "pattern": {"shape": "/", "solidity": 0.35}}
    traces = [
        _series(f"{voice}, before", labels.before, pale),
        _series(f"{voice}, after", labels.after, {"color": VOICE[voice]}),
    ]
    return plot(
        traces,
        height=96 + 34 * len(rows),
        barmode="group",
        bargap=0.25,
        yaxis={
            "autorange": "reversed", "automargin": True, "tickvals": rows,
            "ticktext": [plain(name) for name in labels.names], "showgrid": False,
        },
        xaxis={"title": {"text": f"probability at T = {labels.temperature:g}"}, "tickformat": ".3~%", "range": [0, most]},
    )  # fmt: skip


def _series(name: str, values: np.ndarray, marker: Mapping[str, Value]) -> Series:
    hover = f"{name}: %{{x:.4f}}<extra></extra>"
    return {"type": "bar", "orientation": "h", "name": name, "x": values, "marker": marker, "hovertemplate": hover}


def labels_sentence(voice: str, labels: MovedLabels) -> str:
    """How far one model's soft label moved, in words."""
    before, after = (labels.names[int(part.argmax())] for part in (labels.before, labels.after))
    verb = "stays the likeliest" if before == after else f"gives way to “{visible(after)}”"
    moved = labels.kl if labels.kl > ROUNDING else 0
    return f"{voice.capitalize()}: KL(before ‖ after) {moved:.3g} nats; “{visible(before)}” {verb}."


def labels_table(labels: tuple[MovedLabels, MovedLabels]) -> Table:
    """A row a model and candidate."""
    outcome = labels[0].outcome
    columns: dict[str, list[Entry]] = {"model": [], outcome: [], "before": [], "after": []}
    for voice, part in zip(VOICES, labels, strict=True):
        rows = {"model": [voice] * len(part.names), outcome: part.names, "before": part.before, "after": part.after}
        for name, values in rows.items():
            columns[name].extend(values)
    return columns


def token_names(found: WhatIf) -> list[str]:
    """The tokens before; a replaced one with what took its place."""
    pairs = zip(found.before.encoding.tokens, found.after.encoding.tokens, strict=True)
    return [visible(before) if before == after else f"{visible(before)} → {visible(after)}" for before, after in pairs]


def attention_maps(found: WhatIf, chosen: Sequence[tuple[int, int]], view: str, position: int) -> Canvas:
    """One head of each model: after - before on a diverging scale, or either of the two. Rows and columns in the order before."""
    maps = [changed_map(b, a, head, view) for b, a, head in zip(found.before, found.after, chosen, strict=True)]
    limit = max(float(np.abs(part).max()) for part in maps) or 1.0
    names, signed, off = token_names(found), view == "difference", (found.change.teacher_off, found.change.student_off)
    figures = [
        Figure(
            voice=voice, title=f"L{head[0]} H{head[1]}, {view}{', this head is off' if head in heads else ''}",
            labels=Labels(names, names), tokens=Labels(names, names), panels=[Panel(f"L{head[0]} H{head[1]} {view}")],
            scale="signed" if signed else "sequential", range=(-limit, limit) if signed else (0.0, 1.0),
            picks="token", positions=list(range(len(names))), token=position,
        )
        for voice, head, heads in zip(VOICES, chosen, off, strict=True)
    ]  # fmt: skip
    return pack(figures, [[part] for part in maps], "Row: the token that looks. Column: the token looked at.")


def unmoved(found: WhatIf, chosen: Sequence[tuple[int, int]]) -> list[str]:
    """The chosen heads that look exactly as before, by name."""
    parts = zip(VOICES, found.before, found.after, chosen, strict=True)
    return [f"{voice} L{h[0]} H{h[1]}" for voice, b, a, h in parts if np.array_equal(b.attentions[h], a.attentions[h])]


def unmoved_sentence(found: WhatIf, same: Sequence[str]) -> str:
    """Which chosen heads look as before, and from which layer on attention moves in each model."""
    parts = []
    for voice, before, after in zip(VOICES, found.before, found.after, strict=True):
        pairs = zip(before.attentions, after.attentions, strict=True)
        moved = [layer for layer, (b, a) in enumerate(pairs) if not np.array_equal(b, a)]
        parts.append(f"in the {voice} " + (f"attention moves from L{moved[0]} on" if moved else "no attention moves"))
    return f"As before: {' and '.join(same)}. With this change {', '.join(parts)}."


def changed_map(before: Pass, after: Pass, head: tuple[int, int], view: str) -> Float[np.ndarray, "query key"]:
    """What `attention_maps` shows of one head in two passes: either of them, or after - before."""
    if view == "difference":
        return np.asarray(after.attentions[head] - before.attentions[head])
    return np.asarray((before if view == "before" else after).attentions[head])


def attention_table(found: WhatIf, chosen: Sequence[tuple[int, int]], position: int) -> Table:
    """The chosen token's row: its weight on every key, before and after."""
    columns: dict[str, Column] = {"key": token_names(found)}
    for voice, before, after, head in zip(VOICES, found.before, found.after, chosen, strict=True):
        for name, trace in (("before", before), ("after", after)):
            columns[f"{voice} L{head[0]} H{head[1]} {name}"] = trace.attentions[head][position]
    return columns


def spread(found: WhatIf, measure: str) -> Canvas:
    """How far every hidden state moved, a row a state and a column a token, both models on one scale from 0."""
    parts = [moved_states(b, a, measure) for b, a in zip(found.before, found.after, strict=True)]
    limit = max(float(part.max()) for part in parts) or 1.0
    names = token_names(found)
    figures = [
        Figure(
            voice=voice, title=f"{measure}, state by state", height=[ROW * len(part)], range=(0.0, limit),
            labels=Labels(_states(trace), names), tokens=Labels(_states(trace), names), panels=[Panel(measure)],
        )
        for voice, trace, part in zip(VOICES, found.before, parts, strict=True)
    ]  # fmt: skip
    return pack(figures, [[part] for part in parts], f"Point at a cell to read it. The strongest colour is {limit:.2g}.")


def moved_states(before: Pass, after: Pass, measure: str) -> Float[np.ndarray, "state token"]:
    """How far every hidden state moved from one pass to the other, by a key of MEASURES."""
    return np.maximum(MEASURES[measure](before.hidden_states, after.hidden_states), 0)  # rounding leaves -1e-7 of 1 - cosine


def _states(trace: Trace) -> list[str]:
    return ["embeddings", *(f"after L{i}" for i in range(trace.layers))]


def spread_table(found: WhatIf, position: int) -> Table:
    """A row a state: both measures, mean over tokens and at the chosen token."""
    columns: dict[str, list[Entry]] = {"model": [], "state": []}
    for voice, before, after in zip(VOICES, found.before, found.after, strict=True):
        columns["model"] += [voice] * len(before.hidden_states)
        columns["state"] += _states(before)
        for measure in MEASURES:
            values = moved_states(before, after, measure)
            columns.setdefault(f"{measure}, mean over tokens", []).extend(values.mean(1).tolist())
            columns.setdefault(f"{measure}, chosen token", []).extend(values[:, position].tolist())
    return columns


def change_sentence(found: WhatIf) -> str:
    """What was changed, in words."""
    change = found.change
    counts = zip(VOICES, (change.teacher_off, change.student_off), found.before, strict=True)
    parts = [f"{voice}: {len(off)} of {trace.layers * trace.heads} heads off" for voice, off, trace in counts if off]
    names = token_names(found)
    parts += [f"position {position}: {names[position]}" for position, _ in change.replaced]
    parts += ["the two sentences changed places"] if change.swapped else []
    return f"Changed: {'; '.join(parts)}." if parts else "Nothing is changed: before and after are equal."
