"""The whole trace of both models as arrays by name, for an .npz file."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import get_args

import numpy as np
from jaxtyping import Float

from distilbert_viz.records import Architecture, Embeddings, Encoding, Trace, TracePair

AXES = {"token": "token vocab", "class": "text class", "tag": "token class", "place": "end token"}  # of logits, by outcome
Record = Encoding | Trace | Embeddings | Architecture


def archive(
    traces: TracePair,
    logits: Sequence[Float[np.ndarray, "row outcome"]],
    outcome: str = "token",
    classes: Sequence[str] = (),
) -> dict[str, np.ndarray]:
    """Every array by name, such as teacher.attentions; `axes` is JSON: the axes of each array by name.

    Logits are over what `outcome` of a soft label says: tokens of the vocabulary, places of the text, or the `classes` or tags,
    which are then an array of their own. An encoder without a head has none.
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
    for voice, read in zip(("teacher", "student"), logits, strict=False):
        named.append((f"{voice}.logits", read, AXES[outcome]))
    for voice, trace in zip(("teacher", "student"), traces, strict=True):
        named.append((f"{voice}.model_name", np.array(trace.model_name), ""))
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
