"""A fetch that is broken off, cancelled, corrupted or without room keeps what came, and the next one goes on."""

import errno
from pathlib import Path
from typing import IO

import pytest

from distilbert_viz.pairs import hub
from distilbert_viz.pairs.fetching import fetch
from tests.support.folders import refusal
from tests.support.hub import CHUNK, TEACHER, WEIGHTS, fetched


class FullAfter:
    """A file on a disk with room for so many bytes more."""

    def __init__(self, file: IO, room: int) -> None:
        self.file, self.room = file, room

    def write(self, data: bytes) -> int:
        fits = self.file.write(data[: self.room])
        self.room -= fits
        if fits < len(data):
            raise OSError(errno.ENOSPC, "No space left on device")
        return fits

    def tell(self) -> int:
        return self.file.tell()

    def __enter__(self) -> "FullAfter":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


@pytest.mark.parametrize("ranges", [True, False])
def test_a_fetch_that_is_cut_keeps_what_came_and_the_next_one_goes_on(served, ranges):
    served.ranges, served.cut[WEIGHTS] = ranges, 2 * CHUNK
    said = refusal(fetched, TEACHER)
    size = hub.parcel(TEACHER).size
    assert f"{WEIGHTS} broke off after {2 * CHUNK:,} of " in said
    records = fetched(TEACHER)
    assert served.sent(WEIGHTS) == ["", f"bytes={2 * CHUNK}-"]
    assert (records[-1].done, records[0].began > 2 * CHUNK) == (size, True)
    assert hub.missing([TEACHER]) == []


def test_a_slow_fetch_that_is_closed_ends_and_keeps_what_came(served):
    served.slow.add(WEIGHTS)
    stream = fetch([hub.parcel(TEACHER)])
    for record in stream:
        if record.file == WEIGHTS:
            break
    stream.close()
    served.go_on.set()
    assert hub.missing([TEACHER]) == [TEACHER]
    fetched(TEACHER)
    assert served.sent(WEIGHTS)[1].startswith("bytes=")
    assert hub.missing([TEACHER]) == []


@pytest.mark.parametrize("file", [WEIGHTS, "config.json"])
def test_bytes_with_a_wrong_checksum_are_thrown_away(served, file):
    served.wrong.add(file)
    assert refusal(fetched, TEACHER) == (
        f"{TEACHER} can't be fetched: {file} came with a wrong checksum and was thrown away: fetch it again."
    )
    served.wrong.clear()
    fetched(TEACHER)
    assert served.sent(file) == ["", ""]
    assert hub.missing([TEACHER]) == []


def test_a_full_disk_is_refused_before_a_byte_comes(served, monkeypatch):
    monkeypatch.setattr(hub, "free_bytes", lambda: 1_000_000)
    assert "MB are to be fetched and the cache's disk has 1 MB free." in refusal(fetched, TEACHER)
    assert served.sent(WEIGHTS) == []


def test_a_disk_that_fills_up_midway_is_one_sentence_and_the_next_fetch_goes_on(served, monkeypatch):
    opened = Path.open

    def small(path: Path, mode: str = "r", **words: object) -> IO:
        file = opened(path, mode, **words)
        if path.suffix == ".incomplete" and mode in ("ab", "wb"):
            monkeypatch.setattr(Path, "open", opened)
            file = FullAfter(file, room=10)
        return file

    monkeypatch.setattr(Path, "open", small)
    assert refusal(fetched, TEACHER) == f"{TEACHER} can't be fetched: the disk is full."
    fetched(TEACHER)
    assert hub.missing([TEACHER]) == []
