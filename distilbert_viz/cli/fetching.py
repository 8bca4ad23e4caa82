"""What a command fetches from the hub before it begins: said first, then done under a bar on stderr."""

from collections.abc import Iterable

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

from distilbert_viz.pairs import hub
from distilbert_viz.pairs.fetching import fetch
from distilbert_viz.pairs.refusals import UNLISTED
from distilbert_viz.records.fetching import Parcel


def fetch_missing(sources: Iterable[str], weights: bool = True) -> None:
    """Fetch those of the sources that aren't on this disk. Raises PairError."""
    parcels = [hub.parcel(source, weights) for source in hub.missing(sources, weights)]
    if parcels:
        console = Console(stderr=True)
        console.print(Text(said(parcels)), soft_wrap=True)
        _fetch(parcels, console)


def said(parcels: list[Parcel]) -> str:
    """Size, licence and commit of each, and the room there is."""
    each = [
        f"{parcel.repository} at {parcel.commit[:12]}, {_size(parcel)}, licence {parcel.licence or 'not stated'}"
        for parcel in parcels
    ]
    free = f"{hub.free_bytes() / 1e9:,.1f} GB free"
    if any(parcel.by_files for parcel in parcels):
        return f"Fetching {'; '.join(each)}; {free}. {UNLISTED}"
    total = sum(parcel.size - parcel.here for parcel in parcels)
    return f"Fetching {'; '.join(each)}: {total / 1e6:,.1f} MB to come, {free}."


def _size(parcel: Parcel) -> str:
    return f"{len(parcel.files)} files" if parcel.by_files else f"{parcel.size / 1e6:,.1f} MB"


def _fetch(parcels: list[Parcel], console: Console) -> None:
    by_files = any(parcel.by_files for parcel in parcels)
    counted = (MofNCompleteColumn(),) if by_files else (DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    columns = (TextColumn("{task.description}"), BarColumn(), *counted)
    with Progress(*columns, console=console, disable=not console.is_terminal, refresh_per_second=4) as bar:
        task = bar.add_task("fetching")
        for record in fetch(parcels):
            bar.update(task, completed=record.done, total=record.total, description=record.file)
