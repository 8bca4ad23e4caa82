"""python -m distilbert_viz report: all about one text in one HTML file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from distilbert_viz.cli import shared
from distilbert_viz.drawing.labels import visible
from distilbert_viz.pairs.catalogue import BUILT_IN, CATALOGUE
from distilbert_viz.pairs.layers import started_by
from distilbert_viz.records import Difference, Encoding, TracePair

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Pair
    from distilbert_viz.report import Findings
    from distilbert_viz.report.findings import Heads


def report(
    text: shared.TypedText,
    out: Annotated[Path, typer.Option(metavar="FILE.html", help="Where to write; a file that is there is replaced.")],
    temperature: shared.Temperature = 2.0,
    position: Annotated[
        int | None, typer.Option(help="Whose soft labels, the first token being 0; the first [MASK] by default.")
    ] = None,
    layer: Annotated[int, typer.Option(help="Of the teacher's head that is shown in full; the student's layer follows.")] = 0,
    head: Annotated[int, typer.Option(help="The head that is shown in full.")] = 0,
    pair: shared.PairName = None,
    teacher: shared.Teacher = None,
    student: shared.Student = None,
    device: shared.Device = "auto",
    dtype: shared.Dtype = "float32",
) -> None:
    """Write one HTML file about a text.

    Models, tokens, attention, hidden states, soft labels and their checks; it runs no script and asks no network.
    """
    shared.refuse_folder(out)
    shared.refuse_temperature(temperature)
    loaded, traces = shared.traced(text, pair, teacher, student, device, dtype)
    at = _position(loaded, position, traces.encoding)
    heads = _heads(layer, head, traces)
    title = CATALOGUE[pair or BUILT_IN].title if teacher is None else f"{loaded.teacher.name} → {loaded.student.name}"
    _write(out, _page(title, loaded, traces, heads, at, temperature))
    shared.say(Text.assemble((visible(str(out), shared.LONGEST_LINE), "bold"), f": {len(traces.encoding)} tokens"))


def _position(loaded: "Pair", position: int | None, encoding: Encoding) -> int:
    if position is None:
        return encoding.mask_positions[0] if encoding.mask_positions else 1
    shared.refuse_position(loaded, position, encoding)
    return position


def _heads(layer: int, head: int, traces: TracePair) -> "Heads":
    for name, index, count in (("layer", layer, traces.teacher.layers), ("head", head, traces.teacher.heads)):
        if not 0 <= index < count:
            shared.refuse(f"The teacher has no {name} {index}: its {name}s are 0 to {count - 1}.")
    return (layer, head), (started_by(traces.initial_layers, layer), min(head, traces.student.heads - 1))


def _page(title: str, loaded: "Pair", traces: TracePair, heads: "Heads", position: int, temperature: float) -> str:
    from distilbert_viz.cost import model_size
    from distilbert_viz.report import Findings, page

    labels = shared.soft_labels(loaded, traces.encoding, shared.logits(loaded, traces), position, temperature)
    sizes = model_size(loaded.teacher), model_size(loaded.student)
    network = loaded.teacher.network
    dtype = str(network.dtype).removeprefix("torch.")
    lost = shared.hand_over(loaded, traces, position)
    found = Findings(
        title, traces, sizes, heads, labels, None, str(network.device), dtype, shared.outcomes(loaded, traces.encoding), lost
    )
    return page(found, _differences(loaded, found))


def _differences(loaded: "Pair", found: "Findings") -> dict[str, Difference]:
    from distilbert_viz.report import differences
    from distilbert_viz.tracing.stock import stock_model, stock_pass
    from distilbert_viz.tracing.stock_lost import hand_over_difference

    stocks = stock_model(loaded.teacher), stock_model(loaded.student)
    panels = differences(found, (stock_pass(stocks[0], found.traces.encoding), stock_pass(stocks[1], found.traces.encoding)))
    lost = {} if found.lost is None else {"Where it was lost": hand_over_difference(stocks, found.traces, found.lost)}
    return panels | lost


def _write(out: Path, page: str) -> None:
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        shared.refuse(f"{out} can't be written: {error.strerror}.")
