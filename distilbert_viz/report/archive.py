"""The whole trace of both models as arrays by name, for an .npz file."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import get_args

import numpy as np
from jaxtyping import Float

from distilbert_viz.records import Architecture, Embeddings, Encoding, Trace, TracePair

Record = Encoding | Trace | Embeddings | Architecture


def archive(
    traces: TracePair, logits: tuple[Float[np.ndarray, "row outcome"], ...], classes: Sequence[str] = ()
) -> dict[str, np.ndarray]:
    """Every array by name, such as teacher.attentions; `axes` is JSON: the axes of each array by name.

    A classifier's logits have one row, for the whole text, and its `classes` are an array of their own.
    """
    encoding = traces.encoding
    named = [
        ("text", np.array(encoding.text), ""),
        ("tokens", np.array(encoding.tokens), "token"),
        ("special", np.array(encoding.special), "token"),
        ("initial_layers", np.array(traces.initial_layers), "layer"),
        *_arrays(encoding),
    ]
    if classes:
        named.append(("classes", np.array(classes), "class"))
    axes_of_logits = "text class" if classes else "token vocab"
    for voice, trace, read in zip(("teacher", "student"), traces, logits, strict=True):
        named += [(f"{voice}.model_name", np.array(trace.model_name), ""), (f"{voice}.logits", read, axes_of_logits)]
        named += [(f"{voice}.{name}", array, axes) for name, array, axes in _arrays(trace) if not name.startswith("encoding.")]
    axes = {name: words.split() for name, _, words in named}
    return {name: array for name, array, _ in named} | {"axes": np.array(json.dumps(axes))}


def _arrays(record: Record, prefix: str = "") -> Iterator[tuple[str, np.ndarray, str]]:
    """Every array of a record and of the records inside it: its dotted name, itself, its axes as the record declares them."""
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, Record):
            yield from _arrays(value, f"{prefix}{field.name}.")
        elif isinstance(value, np.ndarray):
            declared = get_args(field.type) or (field.type,)
            yield prefix + field.name, value, declared[0].dim_str
