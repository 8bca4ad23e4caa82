"""Attention between whole words, of several words together, and within and between the two sentences of a text."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from distilbert_viz import comparison
from distilbert_viz.drawing.canvas import VOICES, pack
from distilbert_viz.drawing.grids import head_grid
from distilbert_viz.drawing.labels import plain, visible
from distilbert_viz.drawing.plots import VOICE, Plot, Series, plot
from distilbert_viz.drawing.tables import Entry, Table
from distilbert_viz.records import Canvas, Encoding, Figure, Labels, Panel, StockPass, Trace, TracePair, Words

ALL = "all words"
DIRECTIONS = {f"{of} → {to}": (of, to) for of in comparison.SEGMENTS for to in comparison.SEGMENTS}
Head = tuple[int, int]
ROW = 26


def word_map(attentions: Float[np.ndarray, "query key"], words: Words, encoding: Encoding, direction: str) -> np.ndarray:
    """A head's attention from word to word; of a direction, its words alone."""
    queries, keys = drawn_words(words, encoding, direction)
    return comparison.by_word(attentions, words)[np.ix_(queries, keys)]


def drawn_words(words: Words, encoding: Encoding, direction: str) -> tuple[list[int], list[int]]:
    """The words that are drawn as rows and as columns: all, or those of one sentence. [CLS] and the first [SEP] belong to A."""
    segments = [comparison.SEGMENTS[int(segment)] for segment in encoding.token_type_ids[words.starts]]
    ends = DIRECTIONS.get(direction, (None, None))
    rows, columns = ([i for i, segment in enumerate(segments) if end in (None, segment)] for end in ends)
    return rows, columns


def word_maps(pair: TracePair, words: Words, chosen: Sequence[Head], direction: str, position: int) -> Canvas:
    """One head of each model, word to word, float32; the chosen token's word is marked."""
    queries, keys = drawn_words(words, pair.encoding, direction)
    rows, columns = ([visible(words.labels[i]) for i in part] for part in (queries, keys))
    starts = [int(words.starts[i]) for i in queries]
    own = max((start for start in words.starts.tolist() if start <= position), default=0)
    figures, cells = [], []
    for voice, trace, (layer, head) in zip(VOICES, pair, chosen, strict=True):
        title = f"L{layer} H{head}, {direction if direction == ALL else f'sentence {direction}'}"
        figures.append(
            Figure(
                voice=voice, title=title, labels=Labels(rows, columns), tokens=Labels(rows, columns),
                panels=[Panel(f"L{layer} H{head}")], picks="token", positions=starts,
                token=starts.index(own) if own in starts else None,
            )
        )  # fmt: skip
        cells.append([word_map(trace.attentions[layer, head], words, pair.encoding, direction)])
    return pack(figures, cells, "Row: the word that looks. Column: the word looked at. Click a row to choose its first token.")


def map_table(pair: TracePair, words: Words, chosen: Sequence[Head], direction: str) -> Table:
    """A row a pair of words, a column a model."""
    queries, keys = drawn_words(words, pair.encoding, direction)
    columns: dict[str, list[Entry]] = {
        "from": [words.labels[i] for i in queries for _ in keys],
        "to": [words.labels[i] for _ in queries for i in keys],
    }
    for voice, trace, (layer, head) in zip(VOICES, pair, chosen, strict=True):
        values = word_map(trace.attentions[layer, head], words, pair.encoding, direction)
        columns[f"{voice} L{layer} H{head}"] = values.ravel().tolist()
    return columns


def together(trace: Trace | StockPass, words: Words, head: Head, of: Sequence[int]) -> Float[np.ndarray, "word"]:
    """Where the pieces of the words `of` look together: the mean of their tokens' rows, summed to words."""
    tokens = [int(words.starts[i]) + piece for i in of for piece in range(int(words.lengths[i]))]
    return np.add.reduceat(comparison.mean_row(trace.attentions[head], tokens), words.starts)


def together_bars(pair: TracePair, words: Words, chosen: Sequence[Head], of: Sequence[int]) -> Plot:
    """A bar a word and model: how much of the chosen words' attention it gets, on one scale from 0."""
    names = [f"{i} {plain(label)}" for i, label in enumerate(words.labels)]
    traces: list[Series] = [
        {
            "type": "bar", "name": f"{voice} L{head[0]} H{head[1]}", "x": names, "y": together(trace, words, head, of),
            "marker": {"color": VOICE[voice]}, "hovertemplate": f"{voice}, %{{x}}: %{{y:.4f}}<extra></extra>",
        }
        for voice, trace, head in zip(VOICES, pair, chosen, strict=True)
    ]  # fmt: skip
    axis = {"title": {"text": "mean attention"}, "rangemode": "tozero"}
    return plot(traces, height=300, barmode="group", yaxis=axis, xaxis={"tickangle": -45, "automargin": True, "type": "category"})


def together_table(pair: TracePair, words: Words, chosen: Sequence[Head], of: Sequence[int]) -> Table:
    """A row a word."""
    columns: dict[str, list[Entry]] = {"word": list(words.labels)}
    for voice, trace, head in zip(VOICES, pair, chosen, strict=True):
        columns[f"{voice} L{head[0]} H{head[1]}"] = together(trace, words, head, of).tolist()
    return columns


def shares(
    attentions: Float[np.ndarray, "layer head query key"], encoding: Encoding, direction: str
) -> Float[np.ndarray, "layer head"]:
    """Of every head: how much of the attention of one sentence's tokens lies on the tokens of the other end."""
    return np.asarray(comparison.segment_share(attentions, comparison.segment_mask(encoding, *DIRECTIONS[direction])))


def share_map(pair: TracePair, chosen: Sequence[Head], direction: str, aligned: bool) -> Canvas:
    """A cell a head, both models on one scale from 0 to 1; with `aligned`, student layers beside their teacher layers."""
    figures, cells = [], []
    for voice, trace, head in zip(VOICES, pair, chosen, strict=True):
        title, grid = f"share of {direction}", head_grid(pair, voice, aligned)
        figures.append(
            Figure(
                voice=voice, title=title, slots=grid.slots, rows=grid.row_names, columns=grid.column_names, gaps=grid.gaps,
                height=[ROW] * grid.rows, tokens=Labels([""], [title]), chosen=head, picks="panel",
                panels=[grid.panel(i, h, f"L{i} H{h}") for i in range(trace.layers) for h in range(trace.heads)],
            )
        )  # fmt: skip
        cells.append([value.reshape(1, 1) for value in shares(trace.attentions, pair.encoding, direction).ravel()])
    return pack(figures, cells, "Point at a head to read its share. Click a head to choose it.")


def share_table(pair: TracePair) -> Table:
    """A row a head, a column a direction."""
    columns: dict[str, list[Entry]] = {"model": [], "head": []}
    for voice, trace in zip(VOICES, pair, strict=True):
        columns["model"] += [voice] * trace.layers * trace.heads
        columns["head"] += [f"L{layer} H{head}" for layer in range(trace.layers) for head in range(trace.heads)]
        for direction in DIRECTIONS:
            columns.setdefault(direction, []).extend(shares(trace.attentions, pair.encoding, direction).ravel().tolist())
    return columns
