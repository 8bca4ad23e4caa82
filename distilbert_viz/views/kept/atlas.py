"""The head atlas: which measure is drawn, every head in numbers, and the heads of both models in one plane."""

from collections.abc import Iterable, Iterator, Sequence

import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.figures.kept import atlas as figures
from distilbert_viz.figures.kept import sentences
from distilbert_viz.frame.components import canvas
from distilbert_viz.frame.controls import plot, shown_table, theme
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.frame.see import See, example
from distilbert_viz.records import Canvas, Difference, Encoding, HeadSpace, StockPass, Trace, TracePair
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.once import once
from distilbert_viz.session.work import work

SHORT = 128  # tokens: up to it the distances between all heads of the built-in pair take a fraction of a second
Heads = Sequence[tuple[int, int]]  # layer and head of each model


def measured(pair: TracePair) -> figures.Atlases:
    """What every head of both models looks at on the present text."""
    return once(_atlases, pair, pair.encoding)


def _atlases(passes: Iterable[Trace | StockPass], encoding: Encoding) -> figures.Atlases:
    teacher, student = (comparison.head_atlas(one.attentions, encoding) for one in passes)
    return teacher, student


def sentence(both: figures.Atlases) -> str:
    """What most heads do, plainly."""
    return sentences.atlas(both)


def coloured_by(both: figures.Atlases) -> str:
    """The measure that the map is coloured by, as a visitor chooses it among those that this text has."""
    names = list(figures.measures(both[0]))
    if st.session_state.get("atlas_measure", names[0]) not in names:
        st.session_state.atlas_measure = names[0]
    return st.segmented_control("Coloured by", names, default=names[0], required=True,
                                label_visibility="collapsed", **lasting("atlas_measure"))  # fmt: skip


def see(pair: TracePair) -> tuple[See, ...]:
    """Another text, and how much goes to what ends a text."""
    last = pair.encoding.tokens[-1]
    return example("names"), See(literal(f"coloured by {last}"), atlas_measure=last)


def head_map(pair: TracePair, both: figures.Atlases, measure: str, heads: Heads, linked: bool) -> None:
    """Layers x heads of both models, coloured by the measure; checked, with the chosen heads in words."""
    drawing = figures.head_map(pair, both, measure, heads, linked)
    canvas(drawing, "atlas")
    st.caption(literal(figures.sentence(both, heads)))
    checked(_map_difference, drawing, measure, pair.encoding)


def _map_difference(drawing: Canvas, measure: str, encoding: Encoding, passes: Passes) -> Difference:
    theirs = [figures.measures(one)[measure] for one in once(_atlases, passes, encoding)]
    return checking.arrays(drawing.shown, ([value.reshape(1, 1) for value in part.ravel()] for part in theirs))


def kinds(both: figures.Atlases) -> None:
    """Every kind with its threshold and its heads counted."""
    shown_table(figures.kinds_table(both), "kinds of heads")
    st.caption(
        f"“broad” goes before all others. Its {comparison.BROAD:g} is a threshold of our own: Clark et al. 2019, section 3.3, "
        f"speak of heads with high entropy and draw no line. The {comparison.MOST:.0%} is theirs for heads that look at the "
        "previous or the next token (section 3.1), here used for every target alike. ln(tokens) is the entropy of even attention."
    )


def numbers(pair: TracePair, both: figures.Atlases) -> None:
    """Every measure of every head, sortable, checked."""
    found = figures.table(both)
    columns = {name: st.column_config.NumberColumn(format="%.3f") for name in list(found)[4:]}
    shown_table(found, "every head in numbers", height=320, column_config=columns)
    checked(_numbers_difference, both, pair.encoding)


def _numbers_difference(both: figures.Atlases, encoding: Encoding, passes: Passes) -> Difference:
    parts = (both, once(_atlases, passes, encoding))
    return checking.arrays(*([list(figures.measures(one).values()) for one in part] for part in parts))


def space(pair: TracePair, both: figures.Atlases, heads: Heads) -> None:
    """All heads of both models as points, once their distances are there, with the share that the plane holds in words.

    On a long text the distances are laid out at a press, and the check holds the maps behind them.
    """
    long = len(pair.encoding) > SHORT
    found = _space_at_a_press(pair) if long else once(_space, pair.student, pair.teacher)
    if not found:
        return
    plot(figures.space(found, both, heads, theme()), "head space", "The heads of both models as points in one plane.")
    st.caption(figures.space_sentence(found) + " What is checked on so long a text are the maps, not the points." * long)
    if long:
        checked(_maps_difference, pair)
    else:
        checked(_space_difference, found)


def _maps_difference(pair: TracePair, passes: Passes) -> Difference:
    return checking.arrays(*([[one.attentions] for one in part] for part in (pair, passes)))


def _space_difference(found: HeadSpace, passes: Passes) -> Difference:
    teacher, student = passes
    theirs = _space(student, teacher)
    return checking.arrays([[found.teacher], [found.student]], [[theirs.teacher], [theirs.student]])


def _space(student: Trace | StockPass, teacher: Trace | StockPass) -> HeadSpace:
    return comparison.head_space(student.attentions, teacher.attentions)


def _space_at_a_press(pair: TracePair) -> HeadSpace | None:
    stages = -(-sum(trace.layers * trace.heads for trace in pair) // comparison.HEADS_AT_ONCE) + 1
    return work("Lay out the heads", stages, _stages, pair, short=False)


def _stages(pair: TracePair) -> Iterator[HeadSpace | None]:
    return comparison.head_space_stages(pair.student.attentions, pair.teacher.attentions)
