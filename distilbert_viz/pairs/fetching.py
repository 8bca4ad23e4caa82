"""Fetching what is needed and nothing else, as a stream: whoever turns the crank can stop, and the next fetch goes on there.

Bytes come over plain HTTP into the Hugging Face cache's own layout. huggingface_hub 2.4 drops a partial file when a download
ends early and compares sizes alone, so the bytes are counted, kept and checked here against the hub's own checksums. From a
mirror that lists neither sizes nor checksums huggingface_hub fetches, file by file.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from distilbert_viz.pairs import hub
from distilbert_viz.pairs.refusals import BrokenOff, PairError, hub_reason
from distilbert_viz.records.fetching import Fetched, HubFile, Parcel

MARGIN = 64 * 2**20
SECONDS_TO_CONNECT, SECONDS_OF_SILENCE = 10.0, 20.0


def fetch(parcels: Iterable[Parcel]) -> Iterator[Fetched]:
    """Every file of the parcels, a record whenever bytes have come. Closing the stream stops it; what has come is kept.

    Raises PairError, one sentence, when the disk has too little room or the hub does not give what it listed.
    """
    parcels = tuple(parcels)
    if any(parcel.by_files for parcel in parcels):
        yield from _by_files(parcels)
        return
    total = sum(parcel.size for parcel in parcels)
    began = sum(hub.here(parcel.repository, file) for parcel in parcels for file in parcel.files)
    _refuse_full_disk(total - began)
    before = 0
    for parcel in parcels:
        for file in parcel.files:
            yield from (Fetched(file.name, before + done, total, began) for done in _said(parcel, file))
            before += file.size
        _note_commit(parcel)


def _by_files(parcels: tuple[Parcel, ...]) -> Iterator[Fetched]:
    """The same by huggingface_hub's own downloader: a record a file, and a file that breaks off begins again."""
    files = [(parcel, file) for parcel in parcels for file in parcel.files]
    for done, (parcel, file) in enumerate(files):
        yield Fetched(file.name, done, len(files), 0, by_files=True)
        try:
            _download(parcel, file)
        except Exception as error:  # a network fails in as many ways as there are layers below it
            raise PairError(_cannot(parcel, error)) from error
    yield Fetched(files[-1][1].name, len(files), len(files), 0, by_files=True)


def _download(parcel: Parcel, file: HubFile) -> None:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.utils import disable_progress_bars

    disable_progress_bars()
    hf_hub_download(parcel.repository, file.name, revision=parcel.revision)


def _cannot(parcel: Parcel, error: Exception) -> str:
    return f"{parcel.repository} can't be fetched: {hub_reason(error, parcel.repository, parcel.revision)}"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _refuse_full_disk(needed: int) -> None:
    free = hub.free_bytes()
    if needed > 0 and free < needed + MARGIN:
        raise PairError(f"{needed / 1e6:,.0f} MB are to be fetched and the cache's disk has {free / 1e6:,.0f} MB free.")


def _said(parcel: Parcel, file: HubFile) -> Iterator[int]:
    """The bytes of one file that are here, again and again; whatever goes wrong is a PairError."""
    try:
        yield from _file(parcel, file)
    except Exception as error:  # a network fails in as many ways as there are layers below it
        raise PairError(_cannot(parcel, error)) from error


def _file(parcel: Parcel, file: HubFile) -> Iterator[int]:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.utils import WeakFileLock

    blob, partial = hub.blob(parcel.repository, file), hub.partial(parcel.repository, file)
    if not blob.exists():
        blob.parent.mkdir(parents=True, exist_ok=True)
        with WeakFileLock(partial.with_suffix(".lock")):
            yield from _bytes(parcel, file, partial)
            _refuse_wrong_bytes(file, partial)
            os.replace(partial, blob)
    hf_hub_download(parcel.repository, file.name, revision=parcel.commit)  # finds the blob and only links it
    yield file.size


def _bytes(parcel: Parcel, file: HubFile, partial: Path) -> Iterator[int]:
    from huggingface_hub.errors import HTTPError

    if _size(partial) > file.size:
        partial.unlink()
    if _size(partial) < file.size:
        try:
            yield from _append(parcel, file, partial)
        except HTTPError as error:
            if not _size(partial) or getattr(error, "response", None) is not None:
                raise
            raise BrokenOff(_broken(file, partial)) from error
    if _size(partial) < file.size:
        raise BrokenOff(_broken(file, partial))


def _append(parcel: Parcel, file: HubFile, partial: Path) -> Iterator[int]:
    """The bytes after those that are here; a hub that knows no ranges begins again."""
    from huggingface_hub import get_session, hf_hub_url
    from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

    start = _size(partial)
    headers = build_hf_headers() | {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    url = hf_hub_url(parcel.repository, file.name, revision=parcel.commit)
    with get_session().stream("GET", url, headers=headers, timeout=_patience()) as answer:
        hf_raise_for_status(answer)
        with partial.open("ab" if answer.status_code == 206 else "wb") as out:
            for chunk in answer.iter_bytes():
                out.write(chunk)
                yield out.tell()


def _patience() -> tuple[float, float, float, float]:
    """Seconds to connect, of silence while reading and writing, and for a free connection."""
    return SECONDS_TO_CONNECT, SECONDS_OF_SILENCE, SECONDS_OF_SILENCE, SECONDS_TO_CONNECT


def _broken(file: HubFile, partial: Path) -> str:
    return f"{file.name} broke off after {_size(partial):,} of {file.size:,} bytes; what came is kept, and the next fetch goes on."


def _refuse_wrong_bytes(file: HubFile, partial: Path) -> None:
    if _checksum(file, partial) != file.checksum:
        partial.unlink()
        raise BrokenOff(f"{file.name} came with a wrong checksum and was thrown away: fetch it again.")


def _checksum(file: HubFile, partial: Path) -> str:
    with partial.open("rb") as read:
        if file.large:
            return hashlib.file_digest(read, "sha256").hexdigest()
        data = read.read()
        return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _note_commit(parcel: Parcel) -> None:
    """Which commit a branch or tag was, so that it opens without a network."""
    if parcel.revision != parcel.commit:
        note = hub.storage(parcel.repository) / "refs" / parcel.revision
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(parcel.commit)
