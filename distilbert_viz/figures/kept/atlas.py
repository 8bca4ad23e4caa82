"""What every head looks at: a map over layers, its kind in words, all numbers as a table, heads of both models as points."""

from collections.abc import Sequence
from math import log

import numpy as np
from jaxtyping import Float

from distilbert_viz import comparison
from distilbert_viz.drawing.canvas import VOICES, pack
from distilbert_viz.drawing.colours import TEXT
from distilbert_viz.drawing.grids import HeadGrid, head_grid
from distilbert_viz.drawing.plots import VOICE, Plot, Series, plot
from distilbert_viz.drawing.tables import Entry, Table
from distilbert_viz.records import Canvas, Figure, HeadAtlas, HeadSpace, Labels, TracePair

Atlases = tuple[HeadAtlas, HeadAtlas]
ENTROPY, DISTANCE = "entropy", "distance"
UNITS = {ENTROPY: "entropy, nats", DISTANCE: "distance, tokens"}
SHORT = {
    "itself": "self", "previous": "prev", "next": "next", "punctuation": "punct", "other segment": "other", "broad": "broad",
    comparison.NO_KIND: "–",
}  # fmt: skip
TARGETS = {
    "itself": "the token itself", "previous": "the previous token", "next": "the next token",
    "other segment": "ordinary tokens of the other sentence",
}  # fmt: skip
SYMBOLS = {"teacher": "circle", "student": "diamond"}
ROW = 32


def measures(atlas: HeadAtlas) -> dict[str, Float[np.ndarray, "layer head"]]:
    """Everything that is measured of a head, by name."""
    return {ENTROPY: atlas.entropy, DISTANCE: atlas.distance} | atlas.shares


def head_map(pair: TracePair, both: Atlases, measure: str, chosen: Sequence[tuple[int, int]], aligned: bool) -> Canvas:
    """A cell a head: its measure as colour, both models on one scale from 0, and its kind as a word.

    With `aligned`, student layers lie beside their teacher layers, as on the attention page.
    """
    most, figures, cells = strongest(both, measure), [], []
    for voice, atlas, head in zip(VOICES, both, chosen, strict=True):
        figures.append(_figure(voice, head_grid(pair, voice, aligned), atlas, measure, head, most))
        cells.append([value.reshape(1, 1) for value in measures(atlas)[measure].ravel()])
    return pack(figures, cells, f"Point at a head to read it; the strongest colour is {most:.3g}. Click a head to choose it.")


def strongest(both: Atlases, measure: str) -> float:
    """What the strongest colour stands for: ln(tokens) for entropy, all attention for a share, the largest distance."""
    if measure == DISTANCE:
        return max(float(atlas.distance.max()) for atlas in both) or 1.0
    return log(both[0].tokens) if measure == ENTROPY else 1.0


def _figure(voice: str, grid: HeadGrid, atlas: HeadAtlas, measure: str, chosen: tuple[int, int], most: float) -> Figure:
    title = UNITS.get(measure, f"attention to {TARGETS.get(measure, measure)}")
    kinds = [(layer, head, kind) for layer, row in enumerate(atlas.kinds) for head, kind in enumerate(row)]
    return Figure(
        voice=voice, title=title, slots=grid.slots, rows=grid.row_names, columns=grid.column_names, gaps=grid.gaps,
        height=[ROW] * grid.rows, range=(0.0, most), tokens=Labels([""], [title]), chosen=chosen, picks="panel",
        panels=[grid.panel(layer, head, f"L{layer} H{head}, {kind}", text=_short(kind)) for layer, head, kind in kinds],
    )  # fmt: skip


def _short(kind: str) -> str:
    """A kind as it is written on the map; of a special token the name without its brackets."""
    return SHORT.get(kind) or kind.strip("[]<>|") or kind


def sentence(both: Atlases, chosen: Sequence[tuple[int, int]]) -> str:
    """The chosen heads in words."""
    sentences = []
    for voice, atlas, (layer, head) in zip(VOICES, both, chosen, strict=True):
        name, share = max(((n, float(s[layer, head])) for n, s in atlas.shares.items()), key=lambda pair: pair[1])
        sentences.append(
            f"{voice.capitalize()} L{layer} H{head}: {atlas.kinds[layer][head]}. Of the places that have a name, "
            f"{TARGETS.get(name, name)} gets most, {share:.0%}; entropy {atlas.entropy[layer, head]:.2f} of "
            f"{log(atlas.tokens):.2f} nats, distance {atlas.distance[layer, head]:.1f} tokens."
        )
    return " ".join(sentences)


def kinds_table(both: Atlases) -> Table:
    """A row a kind: how it is written on the map, its threshold, and how many heads of each model are of it."""
    rules = {"broad": f"entropy ≥ {comparison.BROAD:g} ln(tokens)"}
    rules |= {name: f"> {comparison.MOST:.0%} to {TARGETS.get(name, name)}" for name in both[0].shares}
    rules |= {comparison.NO_KIND: "none of these"}
    columns = {"kind": list(rules), "on the map": [_short(kind) for kind in rules], "named so if": list(rules.values())}
    for voice, atlas in zip(VOICES, both, strict=True):
        kinds = [kind for layer in atlas.kinds for kind in layer]
        columns[f"{voice} heads"] = [f"{kinds.count(kind)} of {len(kinds)}" for kind in rules]
    return columns


def table(both: Atlases) -> Table:
    """A row a head, a column a measure; shares from 0 to 1."""
    columns: dict[str, list[Entry]] = {name: [] for name in ("model", "layer", "head", "kind")}
    for voice, atlas in zip(VOICES, both, strict=True):
        for layer, head in np.ndindex(atlas.entropy.shape):
            for name, value in zip(columns, (voice, layer, head, atlas.kinds[layer][head]), strict=False):
                columns[name].append(value)
        for name, values in measures(atlas).items():
            columns.setdefault(UNITS.get(name, f"to {name}"), []).extend(values.ravel().tolist())
    return columns


def space(found: HeadSpace, both: Atlases, chosen: Sequence[tuple[int, int]], theme: str) -> Plot:
    """A point a head: the nearer, the more alike what they look at. Both axes have one scale."""
    parts = (found.teacher, found.student)
    traces = [_points(*each) for each in zip(VOICES, parts, both, strict=True)]
    rings = np.stack([points[head] for points, head in zip(parts, chosen, strict=True)])
    traces.append({
        "type": "scatter", "mode": "markers", "name": "chosen heads", "x": rings[:, 0], "y": rings[:, 1], "hoverinfo": "skip",
        "marker": {"symbol": "circle-open", "size": 18, "color": TEXT[theme], "line": {"width": 2.5}},
    })  # fmt: skip
    axis = {"zeroline": False}
    return plot(
        traces,
        height=600,
        xaxis=axis | {"title": {"text": "first axis, JS distance"}},
        yaxis=axis | {"title": {"text": "second axis, JS distance"}, "scaleanchor": "x"},
    )


def _points(voice: str, points: Float[np.ndarray, "layer head 2"], atlas: HeadAtlas) -> Series:
    heads = list(np.ndindex(points.shape[:2]))
    return {
        "type": "scatter", "mode": "markers", "name": voice, "x": points[..., 0].ravel(), "y": points[..., 1].ravel(),
        "text": [f"{voice} L{layer} H{head}: {atlas.kinds[layer][head]}" for layer, head in heads],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"symbol": SYMBOLS[voice], "size": 9, "color": VOICE[voice], "opacity": 0.8},
    }  # fmt: skip


def space_sentence(found: HeadSpace) -> str:
    """What the plane tells and what it leaves out."""
    return (
        f"The plane holds {found.held:.0%} of the squared JS distances between all heads of both models: heads that are far apart "
        "here differ much, and heads that are near here may still differ in what the plane leaves out."
    )
