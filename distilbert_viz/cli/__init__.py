"""The same rooms from a shell. Numbers go to stdout; a refusal is one line on stderr and exit status 2.

Torch is imported when a command needs a model, and not before. What a user typed is never read as markup.
"""

import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import Annotated, Any

import typer

from distilbert_viz.cli import bench, distil, fetch, lost, opening, pairs, record, report, size, soft_labels, trace
from distilbert_viz.version import VERSION

NAME = "distilbert-viz"
TEXT = '"The capital of France is [MASK]."'
COMMANDS: dict[str, tuple[Callable[..., Any], str]] = {  # what it is called, what it does, the words of an example
    "open": (opening.open_app, "run"),
    "trace": (trace.trace, f"{TEXT} --out trace.npz"),
    "soft-labels": (soft_labels.soft_labels, f"{TEXT} --temperature 2 --json"),
    "report": (report.report, f"{TEXT} --out report.html"),
    "lost": (lost.lost, TEXT),
    "pairs": (pairs.pairs, "--json"),
    "fetch": (fetch.fetch, "--pair base-uncased"),
    "distil": (distil.distil, "--out run --steps 300"),
    "size": (size.size, "--pair base-architecture"),
    "bench": (bench.bench, "--pair base-architecture --form classification --repeats 30"),
    "record": (record.record, "run --out recorded"),
}

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)


def _say_version(wanted: bool | None) -> None:
    if wanted:
        typer.echo(f"{NAME} {VERSION}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool | None, typer.Option("--version", is_eager=True, callback=_say_version, help="Which version it is.")
    ] = None,
) -> None:
    """See how BERT becomes DistilBERT: teacher and student, side by side, on any text."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


for _name, (_do, _words) in COMMANDS.items():
    app.command(_name, epilog=f"\b\nExample:\n  {NAME} {_name} {_words}")(_do)
