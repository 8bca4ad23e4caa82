"""The measurements of this machine on the disk: a JSON file each, named by an id that can't be a path."""

import hashlib
import json
import re
from pathlib import Path

from distilbert_viz.cost.as_json import from_json, to_json
from distilbert_viz.records import Measurement
from distilbert_viz.runs import recordings
from distilbert_viz.runs.home import home

ID = re.compile(r"measurement-[0-9a-f]{10}")


def keep(measurement: Measurement) -> str:
    """Write it to the disk, whole or not at all. Its id follows from what it holds, so that nothing is kept twice."""
    text = json.dumps(to_json(measurement))
    identity = f"measurement-{hashlib.sha256(text.encode()).hexdigest()[:10]}"
    half = _file(identity).with_suffix(".half")
    half.write_text(text, encoding="utf-8")
    half.replace(_file(identity))
    return identity


def newest_first() -> list[tuple[str, Measurement]]:
    """(id, measurement) of every one that is kept; files that hold none are passed over."""
    found = [(file.stem, _read(file)) for file in _folder().glob("*.json") if ID.fullmatch(file.stem)]
    whole = [(identity, measurement) for identity, measurement in found if measurement is not None]
    return sorted(whole, key=lambda one: (one[1].setting.began, one[0]), reverse=True)


def to_show() -> dict[str, Measurement]:
    """This machine's own by id, the newest first; while there are none, those that come with the package, by their names."""
    return dict(newest_first()) or recordings.measurements()


def forget_oldest(most: int | None) -> None:
    """Delete all but the newest `most`; None keeps all."""
    for identity, _ in newest_first()[most:] if most is not None else ():
        delete(identity)


def is_recorded(identity: str) -> bool:
    """Whether it came with the package: another machine's, which nobody deletes here."""
    return not ID.fullmatch(identity)


def delete(identity: str) -> None:
    """Delete a kept measurement; one that is gone already is no error, and what is no id is refused with a ValueError."""
    if not ID.fullmatch(identity):
        raise ValueError(f"{identity!r} is no measurement.")
    _file(identity).unlink(missing_ok=True)


def _read(file: Path) -> Measurement | None:
    try:
        return from_json(json.loads(file.read_text(encoding="utf-8")), Measurement)
    except (ValueError, OSError):
        return None


def _file(identity: str) -> Path:
    return _folder() / f"{identity}.json"


def _folder() -> Path:
    folder = home() / "measurements"
    folder.mkdir(exist_ok=True)
    return folder
