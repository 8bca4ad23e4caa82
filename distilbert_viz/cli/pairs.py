"""python -m distilbert_viz pairs: the catalogue."""

import json
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from distilbert_viz.cli.shared import AsJson
from distilbert_viz.pairs import hub
from distilbert_viz.pairs.catalogue import CATALOGUE, FOLDER, PairCard


def pairs(as_json: AsJson = False) -> None:
    """List the pairs that --pair knows by name."""
    cards = [_card_row(card) for card in CATALOGUE.values()]
    if as_json:
        typer.echo(json.dumps(cards, allow_nan=False))
        return
    table = Table()
    for column in cards[0]:
        table.add_column(column, no_wrap=column == "name", overflow="fold")
    for card in cards:
        table.add_row(*map(Text, card.values()))
    Console().print(table)


def _card_row(card: PairCard) -> dict[str, str]:
    teacher, student = ("built in" if Path(source).parent == FOLDER else source for source in (card.teacher, card.student))
    here = "no" if hub.missing((card.teacher, card.student)) else "yes"
    return {"name": card.name, "teacher": teacher, "student": student, "here": here, "about": card.about}
