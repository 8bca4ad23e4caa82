"""The parameters of both models: where they lie, which of them the student does without, and how many bytes they take."""

import streamlit as st

from distilbert_viz.figures.savings import cost as figures
from distilbert_viz.figures.savings import sentences
from distilbert_viz.frame.controls import csv_button, metrics, plot, shown_table, table, theme
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.session import present
from distilbert_viz.views.savings import counted
from distilbert_viz.views.savings.counted import Counted, Sizes

MEGABYTES = ("teacher, MB", "student, MB", "saved, MB")


def overview(both: Sizes) -> None:
    """Both totals, every component as an area, the check, and the table."""
    metrics(figures.headline(both))
    plot(figures.treemap(both, theme()), "treemap", "Parameters of both models as areas on one scale, by component.")
    st.caption(figures.check_sentence(both))
    if st.toggle("Show parameters by component as a table", **lasting("table_parameters")):
        counted.table(figures.parameters_table(both), "parameters by component", "component")


def sentence(both: Sizes) -> str:
    """How much smaller the student is, plainly."""
    return sentences.size(both)


def removed_and_kept(both: Sizes) -> None:
    """What the student has less of, and what it has as its teacher has it."""
    from distilbert_viz.cost.parameters import changes

    found = changes(*both)
    st.markdown(figures.changes_lines(found))
    table(figures.changes_table(found), "removed and kept")


def in_bytes(asked: Counted, both: Sizes) -> None:
    """Megabytes by dtype, and of the files on the disk."""
    decimals = {name: st.column_config.NumberColumn(format="%.1f") for name in MEGABYTES}
    shown_table(figures.bytes_table(both, _files(asked)), "megabytes", column_config=decimals)
    st.caption(
        "MB are 10⁶ bytes. A safetensors file is the parameters and a header of some kilobytes. The file's dtype may be another "
        "than the one that is computed with, and a file may hold other heads than the class chosen above."
        + (" Nothing lies on a disk here: the weights are random." if asked.full else "")
    )


def _files(asked: Counted) -> tuple[int | None, int | None]:
    """Bytes of the weights' files of teacher and student; None where there is no file, as of random weights."""
    from distilbert_viz.cost.parameters import file_bytes

    if asked.full:
        return None, None
    teacher, student = (model.network.name_or_path for model in present.models())
    return (file_bytes(teacher) if teacher else None), (file_bytes(student) if student else None)


def claims(asked: Counted) -> None:
    """What is quoted of the published pair beside what was counted; of another pair a sentence alone."""
    if not asked.full:
        st.caption("The numbers that are quoted are BERT-base's and DistilBERT's: choose them above to see them here.")
        return
    sizes = {form: counted.sizes(Counted(True, form)) for form in counted.FORMS}
    found = figures.claims_table(sizes, counted.in_every_form(True, 128, 1))
    with st.container(key="claims"):
        st.table(found)
    csv_button(found, "quoted and counted")
