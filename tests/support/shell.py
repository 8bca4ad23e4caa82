"""The command line, asked in this process."""

import json

from typer.testing import CliRunner

from distilbert_viz.cli import app
from tests.support.paths import ROOT

BUILT_IN = ROOT / "distilbert_viz" / "builtin"
TEXT = "The cat drank [MASK]. [SEP] Then it slept in the [MASK]."


def typed(*arguments: object):
    """What the command line answers, in this process, on a terminal of 80 columns."""
    return CliRunner().invoke(app, list(map(str, arguments)), env={"COLUMNS": "80"})


def typed_of(pair: tuple[str, str], *arguments: object):
    """What it answers about the pair of these two folders, on a terminal of 100 columns."""
    own = ("--teacher", pair[0], "--student", pair[1])
    return CliRunner().invoke(app, list(map(str, (*arguments, *own))), env={"COLUMNS": "100"})


def answered(*arguments: object) -> dict:
    """The JSON object of `soft-labels --json`."""
    answer = typed("soft-labels", *arguments, "--json")
    assert (answer.exit_code, answer.stderr) == (0, "")
    return json.loads(answer.stdout)
