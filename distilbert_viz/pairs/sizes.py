"""How large a model is, read off its files: no weight is read, and neither torch nor transformers."""

import math
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open

from distilbert_viz import families
from distilbert_viz.pairs import hub
from distilbert_viz.pairs.folders import raw_configuration, weight_files
from distilbert_viz.pairs.refusals import PairError


@dataclass(frozen=True)
class Sizes:
    """`numbers`: how many its weights are."""

    numbers: int
    vocabulary: int
    hidden: int
    layers: int


def sizes(source: str) -> Sizes:
    """Of a folder or a hub name in the cache. Raises PairError where its files don't say."""
    folder = hub.on_disk(source)
    raw = raw_configuration(source, folder)
    try:
        names = families.family(raw["model_type"]).sizes
        return Sizes(numbers(folder), raw["vocab_size"], raw[names["hidden"]], raw[names["layers"]])
    except (KeyError, OSError, SafetensorError) as error:
        raise PairError(f"{source} doesn't say how large it is ({type(error).__name__}: {error}).") from error


def numbers(folder: Path) -> int:
    """How many numbers the weights in a model's folder are, by their headers. Raises SafetensorError."""
    found = 0
    for file in weight_files(folder.name, folder):
        with safe_open(file, framework="np") as weights:
            found += sum(math.prod(weights.get_slice(name).get_shape()) for name in weights.keys())  # noqa: SIM118
    return found
