"""The head atlas: which measure is drawn, every head in numbers, and the heads of both models in one plane."""

from collections.abc import Iterable, Sequence

import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.figures.kept import atlas as figures
from distilbert_viz.frame.components import canvas
from distilbert_viz.frame.controls import plot, shown_table, theme
from distilbert_viz.records import HeadSpace, StockPass, Trace, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.work import work

SHORT = 128  # tokens: up to it the distances between all heads of the built-in pair take a fraction of a second


def head_atlas(pair: TracePair) -> figures.Atlases:
    """What every head of both models looks at on the present text."""
    return choice.remembered(("atlas",), lambda: _atlases(pair, pair))


def _atlases(passes: Iterable[Trace | StockPass], pair: TracePair) -> figures.Atlases:
    return tuple(comparison.head_atlas(one.attentions, pair.encoding) for one in passes)


def _witness(stock: Passes, pair: TracePair) -> figures.Atlases:
    return choice.remembered(("atlas, stock",), lambda: _atlases(stock, pair))


def atlas_measure(both: figures.Atlases) -> str:
    """The measure that the map is coloured by."""
    names = list(figures.measures(both[0]))
    if st.session_state.get("atlas_measure", names[0]) not in names:
        st.session_state.atlas_measure = names[0]
    return st.segmented_control("Coloured by", names, default=names[0], required=True, key="atlas_measure",
                                label_visibility="collapsed", persist_state="session", bind="query-params")  # fmt: skip


def atlas_map(pair: TracePair, both: figures.Atlases, measure: str, heads: Sequence[tuple[int, int]], linked: bool) -> None:
    """Layers x heads of both models, coloured by the measure; checked, with the chosen heads in words."""
    drawing = figures.head_map(pair, both, measure, heads, linked)
    canvas(drawing, "atlas")
    st.caption(literal(figures.sentence(both, heads)))

    def compare(stock):
        theirs = ([one.reshape(1, 1) for one in figures.measures(a)[measure].ravel()] for a in _witness(stock, pair))
        return checking.arrays(drawing.shown, theirs)

    checked(f"atlas {measure}", compare)


def head_kinds(both: figures.Atlases) -> None:
    """Every kind with its threshold and its heads counted."""
    shown_table(figures.kinds_table(both), "kinds of heads")
    st.caption(
        f"“broad” goes before all others. Its {comparison.BROAD:g} is a threshold of our own: Clark et al. 2019, section 3.3, "
        f"speak of heads with high entropy and draw no line. The {comparison.MOST:.0%} is theirs for heads that look at the "
        "previous or the next token (section 3.1), here used for every target alike. ln(tokens) is the entropy of even attention."
    )


def head_numbers(pair: TracePair, both: figures.Atlases) -> None:
    """Every measure of every head, sortable, checked."""
    found = figures.table(both)
    numbers = {name: st.column_config.NumberColumn(format="%.3f") for name in list(found)[4:]}
    shown_table(found, "every head in numbers", height=320, column_config=numbers)

    def compare(stock):
        return checking.arrays(*([list(figures.measures(a).values()) for a in part] for part in (both, _witness(stock, pair))))

    checked("every head in numbers", compare)


def head_space(pair: TracePair, both: figures.Atlases, heads: Sequence[tuple[int, int]]) -> None:
    """All heads of both models as points, checked, once their distances are there; the share that the plane holds is said."""
    long = len(pair.encoding) > SHORT
    found = _space_at_a_press(pair) if long else choice.remembered(("head space",), lambda: _space(pair.student, pair.teacher))
    if not found:
        return
    plot(figures.space(found, both, heads, theme()), "head space", "The heads of both models as points in one plane.")
    st.caption(figures.space_sentence(found) + " What is checked on so long a text are the maps, not the points." * long)

    def compare(stock):
        if long:
            return checking.arrays(*([[one.attentions] for one in part] for part in (pair, stock)))
        theirs = _space(*reversed(stock))
        return checking.arrays([[found.teacher], [found.student]], [[theirs.teacher], [theirs.student]])

    checked("head space", compare)


def _space(student: Trace | StockPass, teacher: Trace | StockPass) -> HeadSpace:
    return comparison.head_space(student.attentions, teacher.attentions)


def _space_at_a_press(pair: TracePair) -> HeadSpace | None:
    stages = -(-sum(trace.layers * trace.heads for trace in pair) // comparison.HEADS_AT_ONCE) + 1
    student, teacher = pair.student.attentions, pair.teacher.attentions
    key = ("head space", *present.key())
    return work(key, stages, lambda: comparison.head_space_stages(student, teacher), "Lay out the heads", short=False)
