"""python -m distilbert_viz trace: every array of both models' passes, in one file."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.text import Text

from distilbert_viz.cli import shared
from distilbert_viz.drawing.labels import visible
from distilbert_viz.records import Encoding


def trace(
    text: shared.TypedText,
    out: Annotated[Path, typer.Option(metavar="FILE.npz", help="Where to write; a file that is there is replaced.")],
    pair: shared.PairName = None,
    teacher: shared.Teacher = None,
    student: shared.Student = None,
    device: shared.Device = "auto",
    dtype: shared.Dtype = "float32",
) -> None:
    """Write the whole trace of both models.

    An .npz of every array by name, such as teacher.attentions; its key axes is JSON: the axes of each array by name.
    """
    shared.refuse_folder(out)
    loaded, traces = shared.traced(text, pair, teacher, student, device, dtype)
    from distilbert_viz.report import archive

    logits = shared.logits(loaded, traces) if loaded.task.labels else ()
    arrays = archive(traces, logits, loaded.task.outcome, loaded.teacher.classes)
    try:
        with out.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
    except OSError as error:
        shared.refuse(f"{out} can't be written: {error.strerror}.")
    _say_written(out, traces.encoding, len(arrays) - 1)


def _say_written(out: Path, encoding: Encoding, arrays: int) -> None:
    dropped = f" ({encoding.dropped} more did not fit)" if encoding.dropped else ""
    sizes = f": {len(encoding)} tokens{dropped}, {arrays} arrays, {out.stat().st_size:,} bytes"
    shared.say(Text.assemble((visible(str(out), shared.LONGEST_LINE), "bold"), sizes))
