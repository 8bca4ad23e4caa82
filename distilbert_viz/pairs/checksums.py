"""The built-in weights are the ones that were trained: their SHA-256 stands in a list beside them, as sha256sum writes it."""

import hashlib
from pathlib import Path

from distilbert_viz.pairs.refusals import PairError

LIST = "SHA256SUMS"


def refuse_changed_weights(folder: Path, weights: str) -> None:
    """Raises PairError where the file `weights` of a model is not the one that the list in the folder above names."""
    lines = (folder.parent / LIST).read_text(encoding="ascii").splitlines()
    expected = {name: digest for digest, name in (line.split() for line in lines)}
    with (folder / weights).open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected.get(f"{folder.name}/{weights}"):
        raise PairError(
            f"built-in {folder.name} can't be loaded: its {weights} is not the file that came with this package (SHA-256 "
            f"{found[:12]}…). Fetch the package again."
        )
