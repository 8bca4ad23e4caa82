"""What a pair costs, on the pages Size and Computation: which pair, counted as what, and the panels."""

import streamlit as st

from distilbert_viz.figures.savings import computation
from distilbert_viz.figures.savings import cost as figures
from distilbert_viz.frame.controls import csv_button, metrics, plot, shown_table, table, theme
from distilbert_viz.frame.waiting import traced_text
from distilbert_viz.records import Computation, ModelSize
from distilbert_viz.session import present
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.state import chosen_pair

PRESENT, FULL = "the present pair", "BERT-base and DistilBERT at full size"
KEPT = {"persist_state": "session", "bind": "query-params"}
FORMS_HELP = (
    "As pre-trained: with the heads of pre-training, for BERT masked-LM and next-sentence. Encoder: without a head, for BERT "
    "with its pooler. Classification: two labels; DistilBERT puts back a layer as large as BERT's pooler."
)
Asked = tuple[bool, str]


def cost_pair(form: str, done: str = "counted", rests_on: str = "what is counted here depends on the architecture alone") -> Asked:
    """Which pair, and as which classes, `form` until a person chooses; `done` is what is done with it.

    A present pair of two classifiers is counted as what it is. Stops the page where there is no pair.
    """
    with st.container(horizontal=True):
        full = asked_pair()
        form = "classification" if not full and present.classes() else form
        from distilbert_viz.cost import CLASSES

        form = _asked(f"{done.capitalize()} as", list(CLASSES), form, f"cost_{form}".replace(" ", "_"), FORMS_HELP)
    st.caption(f"{_label(full)}: {rests_on}.")
    return full, form


def asked_pair() -> bool:
    """Whether the full sizes are asked for, and not the present pair. Stops the page where there is no pair."""
    full = _asked("Pair", [PRESENT, FULL], FULL, "cost_pair", None) == FULL
    if not present.loading().finished.is_set():
        traced_text()  # says what is awaited, and stops
    if not full and present.loading().error:
        st.stop()
    return full


def _asked(label: str, options: list[str], default: str, key: str, text: str | None) -> str:
    return st.segmented_control(label, options, default=default, required=True, key=key, help=text, **KEPT)


def _label(full: bool) -> str:
    if full:
        return "BERT-base and DistilBERT at full size with **random weights**"
    return " → ".join(literal(model.name) for model in present.models())


def _models(full: bool, form: str) -> tuple:
    from distilbert_viz.cost import FULL_SIZE, weightless

    configs = FULL_SIZE if full else tuple(model.network.config for model in present.models())
    return _remembered(full, ("weightless", form), lambda: tuple(weightless(config, form) for config in configs))


def _remembered(full: bool, name: tuple, make) -> object:
    pair = FULL if full else chosen_pair()
    return choice.shelf().result(("cost", pair, *name), make)


def sizes(asked: Asked) -> tuple[ModelSize, ModelSize]:
    """Teacher and student in numbers."""
    from distilbert_viz.cost import model_size

    return _remembered(asked[0], ("size", asked[1]), lambda: tuple(model_size(model) for model in _models(*asked)))


def size_overview(both: tuple[ModelSize, ModelSize]) -> None:
    """Both totals, every component as an area, the check, and the table."""
    metrics(figures.headline(both))
    plot(figures.treemap(both, theme()), "treemap", "Parameters of both models as areas on one scale, by component.")
    st.caption(figures.check_sentence(both))
    if st.toggle("Show parameters by component as a table", key="table_parameters"):
        _numbers(figures.parameters_table(both), "parameters by component", "component")


def removed_and_kept(both: tuple[ModelSize, ModelSize]) -> None:
    """What the student has less of, and what it has as its teacher has it."""
    from distilbert_viz.cost import changes

    found = changes(*both)
    st.markdown(figures.changes_lines(found))
    table(figures.changes_table(found), "removed and kept")


def size_bytes(asked: Asked, both: tuple[ModelSize, ModelSize]) -> None:
    """Megabytes by dtype, and of the files on the disk."""
    from distilbert_viz.cost import file_bytes

    names = (None, None) if asked[0] else tuple(model.network.name_or_path for model in present.models())
    files = tuple(name and file_bytes(name) for name in names)
    shown_table(
        figures.bytes_table(both, files),
        "megabytes",
        column_config={name: st.column_config.NumberColumn(format="%.1f") for name in ("teacher, MB", "student, MB", "saved, MB")},
    )
    st.caption(
        "MB are 10⁶ bytes. A safetensors file is the parameters and a header of some kilobytes. The file's dtype may be another "
        "than the one that is computed with, and a file may hold other heads than the class chosen above."
        + (" Nothing lies on a disk here: the weights are random." if asked[0] else "")
    )


def claims(asked: Asked) -> None:
    """What is quoted of the published pair beside what was counted; nothing for another pair."""
    from distilbert_viz.cost import CLASSES

    if not asked[0]:
        st.caption("The numbers that are quoted are BERT-base's and DistilBERT's: choose them above to see them here.")
        return
    found = figures.claims_table({form: sizes((True, form)) for form in CLASSES}, _computations(True, 128, 1))
    st.table(found)
    csv_button(found, "quoted and counted")


def longest(asked: Asked) -> int:
    """How many tokens both models have positions for."""
    return min(model.architecture.positions for model in _models(*asked))


def length_and_batch(asked: Asked) -> tuple[int, int]:
    """n and b; n at most what both models have positions for."""
    most = longest(asked)
    columns = st.columns(2)
    length = columns[0].slider("Length n, tokens a text", 1, most, min(128, most), key=f"cost_length_{most}", **KEPT)
    batch = columns[1].slider("Batch b, texts at a time", 1, 64, 1, key="cost_batch", **KEPT)
    return int(length), int(batch)


def computations(asked: Asked, length: int, batch: int) -> tuple[Computation, Computation]:
    """Both models' multiply-accumulates."""
    from distilbert_viz import cost

    return tuple(cost.computation(model.name, model.architecture, length, batch) for model in _models(*asked))


def _computations(full: bool, length: int, batch: int) -> dict[str, tuple[Computation, Computation]]:
    from distilbert_viz.cost import CLASSES

    return {form: computations((full, form), length, batch) for form in CLASSES}


def operations_overview(both: tuple[Computation, Computation]) -> object:
    """Both totals, every component as a bar, its formula in a table. Returns a place for the check."""
    metrics(computation.operations_headline(both))
    plot(computation.operations_bars(both), "operations", "Multiply-accumulates of both models by component, from zero.")
    place = st.empty()
    place.caption("checked against torch's FlopCounterMode: …")
    _numbers(computation.operations_table(both), "operations", "component", "formula")
    return place


def operations_checked(asked: Asked, both: tuple[Computation, Computation], place: object) -> None:
    """What torch counts in the same passes, said in `place`; on the meta device, so that nothing is computed."""
    from distilbert_viz.cost import operations_counted

    length, batch = both[0].length, both[0].batch
    counted = _remembered(
        asked[0],
        ("counted", asked[1], length, batch),
        lambda: tuple(operations_counted(model, length, batch) for model in _models(*asked)),
    )
    place.caption(computation.counter_sentence(both, counted))


def ratios(asked: Asked, length: int, batch: int) -> None:
    """How many times less arithmetic, for every class that a pair can be counted as."""
    _numbers(computation.ratios_table(_computations(asked[0], length, batch)), "ratios", "counted as", ratio="teacher / student")


def attention_share(asked: Asked) -> None:
    """Attention's share over all lengths that both models can read."""
    most = longest(asked)
    lengths = sorted({1, most, *range(max(1, most // 64), most, max(1, most // 64))})
    shares = [computations(asked, length, 1) for length in lengths]
    plot(computation.attention_share(shares), "share", "Attention's share of all multiply-accumulates over the length.")


def _numbers(columns: dict[str, object], name: str, *words: str, ratio: str | None = None) -> None:
    """A table whose numbers are grouped by thousands; the columns `words` hold none."""
    formats = {name: st.column_config.NumberColumn(format="localized") for name in columns if name not in words}
    if ratio:
        formats[ratio] = st.column_config.NumberColumn(format="%.2f")
    shown_table(columns, name, column_config=formats)
