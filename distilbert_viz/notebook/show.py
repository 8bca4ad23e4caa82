"""What a notebook shows: the app's own pictures of one text under one pair, each of which answers to pointer and keyboard.

Layers, heads and tokens are counted from 0. What isn't said is what the app opens with: the token of the first [MASK], or the
first word; the teacher's head that is clearest there, and the student's beside it.
"""

from collections.abc import Callable, Sequence
from functools import cache

from distilbert_viz import comparison, tracing
from distilbert_viz.drawing.components import Flow
from distilbert_viz.figures.forward import attention as attention_figures
from distilbert_viz.figures.forward import flow as flow_figures
from distilbert_viz.figures.forward import lines as lines_figures
from distilbert_viz.figures.forward import soft_labels as label_figures
from distilbert_viz.figures.kept import heads as head_figures
from distilbert_viz.figures.kept import lost_maps
from distilbert_viz.notebook.bars import Bars
from distilbert_viz.notebook.chosen import Chosen, Head, first
from distilbert_viz.notebook.widget import Drawing
from distilbert_viz.pairs.models import Pair
from distilbert_viz.records import Canvas, HandOver, TracePair

__all__ = ["attention", "flow", "head", "heads", "lines", "lost", "soft_labels"]


def attention(pair: Pair, text: str, *, aligned: bool = True, hide_special: bool = False) -> Drawing:
    """Every head of both models at a glance; a click chooses one.

    With `aligned`, student layers lie beside the teacher layers that started them; with `hide_special`, tokens that frame the text
    are left out.
    """
    traces = tracing.trace_pair(pair, text)

    def draw(chosen: Chosen) -> Canvas:
        return attention_figures.attention_overview(traces, chosen.no_means, aligned, hide_special)

    return Drawing("canvas", traces, draw, first(traces))


def head(
    pair: Pair,
    text: str,
    teacher: Head | None = None,
    student: Head | None = None,
    *,
    token: int | None = None,
    hide_special: bool = False,
) -> Drawing:
    """One head of each model in full, (layer, head), or with head None the mean over its layer's; a click chooses a token."""
    traces = tracing.trace_pair(pair, text)
    return _of_heads("canvas", attention_figures.head_maps, traces, first(traces, teacher, student, token), hide_special)


def lines(
    pair: Pair,
    text: str,
    teacher: Head | None = None,
    student: Head | None = None,
    *,
    token: int | None = None,
    hide_special: bool = False,
) -> Drawing:
    """The same heads as lines from token to token."""
    traces = tracing.trace_pair(pair, text)
    return _of_heads("lines", lines_figures.lines, traces, first(traces, teacher, student, token), hide_special)


def _of_heads(
    component: str,
    figure: Callable[[TracePair, Sequence[Head], int, bool], Canvas],
    traces: TracePair,
    chosen: Chosen,
    hide_special: bool,
) -> Drawing:
    """What a figure draws of the chosen heads and token."""

    def draw(chosen: Chosen) -> Canvas:
        return figure(traces, chosen.heads, chosen.token, hide_special)

    return Drawing(component, traces, draw, chosen)


def heads(pair: Pair, text: str, *, measure: str = comparison.JS, shuffled: bool = False) -> Drawing:
    """Every student head with every teacher head, by the "JS distance" or the "cosine" of their maps; a click chooses two.

    `shuffled`: what the measure comes to by chance. Raises ValueError for another measure.
    """
    traces = tracing.trace_pair(pair, text)
    found, order = comparison.head_similarity(traces), head_figures.ORDERS[int(shuffled)]
    if measure not in found.measures:
        raise ValueError(f"Heads are compared by {' or '.join(found.measures)}, not by {measure!r}.")
    matching = comparison.best_matching(found, measure)

    def draw(chosen: Chosen) -> Canvas:
        return head_figures.head_matrix(found, matching, traces, order, chosen.no_means, "to choose its two heads.")

    return Drawing("canvas", traces, draw, first(traces))


def lost(pair: Pair, text: str, *, token: int | None = None) -> Drawing:
    """How far from the teacher's answer at a token every mixture of the two models is, in nats; a click chooses one.

    Raises ValueError where neither model can read the other's states.
    """
    traces = tracing.trace_pair(pair, text)

    @cache
    def handed_over(token: int) -> HandOver:
        return tracing.hand_over(pair, traces, token)

    def draw(chosen: Chosen) -> Canvas:
        return lost_maps.maps(handed_over(chosen.token), chosen.mixture, "Click a cell to choose it.")

    return Drawing("canvas", traces, draw, first(traces, token=token))


def flow(pair: Pair, text: str, *, token: int | None = None) -> Drawing:
    """The way of the text through both models, with live numbers at a token; a click on a layer's name says which it was."""
    traces = tracing.trace_pair(pair, text)
    kind = type(pair.tokenizer.backend_tokenizer.model).__name__, len(pair.tokenizer)

    def draw(chosen: Chosen) -> Flow:
        teacher, student = (tracing.blocks(model, trace, chosen.token) for model, trace in zip(pair, traces, strict=True))
        if not pair.task.labels:
            return flow_figures.flow(traces, (teacher, student), None, kind)
        row = pair.task.row(chosen.token)
        ours, theirs = (tracing.predictions(model, trace, row) for model, trace in zip(pair, traces, strict=True))
        return flow_figures.flow(traces, (teacher, student), (ours, theirs), kind)

    return Drawing("flow", traces, draw, first(traces, token=token))


def soft_labels(pair: Pair, text: str, *, token: int | None = None, temperature: float = 2.0, k: int = 10) -> Bars:
    """Both models' distributions at a token, softened by T, on the `k` likeliest outcomes of either.

    Raises ValueError where the models have no head, or the text no such token.
    """
    if not pair.task.labels:
        raise ValueError("A model of this pair is an encoder without a head: it predicts nothing, so there are no soft labels.")
    traces, task = tracing.trace_pair(pair, text), pair.task
    encoding, row = traces.encoding, task.row(first(traces, token=token).token)
    true = encoding.true_token(row) if task.predicts_masked else None
    ours, theirs = (tracing.logits(model, trace) for model, trace in zip(pair, traces, strict=True))
    found = comparison.soft_labels(ours, theirs, pair.outcomes(encoding), row, temperature, k, true, task.outcome)
    return Bars(label_figures.bars(found, true).update_layout(template="plotly_white"), found)
