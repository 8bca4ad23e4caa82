"""The same rooms from a shell. Numbers go to stdout; a refusal is one line on stderr and exit status 2.

Torch is imported when a command needs a model, and not before. What a user typed is never read as markup.
"""

import sys
from io import TextIOWrapper

import typer

from distilbert_viz.cli import bench, distil, fetch, lost, pairs, record, report, size, soft_labels, trace

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.callback()
def _main() -> None:
    """See how BERT becomes DistilBERT: teacher and student, side by side, on any text."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


app.command()(trace.trace)
app.command("soft-labels")(soft_labels.soft_labels)
app.command()(report.report)
app.command()(lost.lost)
app.command()(pairs.pairs)
app.command()(fetch.fetch)
app.command()(distil.distil)
app.command()(size.size)
app.command()(bench.bench)
app.command()(record.record)
