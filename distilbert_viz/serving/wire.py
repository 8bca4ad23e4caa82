"""A TracePair as bytes and back, to the last bit: NumPy's .npz without pickle, and beside the arrays a header in JSON.

Names of arrays are paths through the record, such as teacher.embeddings.word. Nothing in the bytes can run.
"""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import numpy as np

from distilbert_viz.cost.as_json import from_json, to_json
from distilbert_viz.records import Architecture, Embeddings, Encoding, Trace, TracePair

MEDIA_TYPE = "application/x-npz"
FORM = "distilbert_viz traces 3"
WORDS = ("text", "tokens", "special", "dropped", "mask_positions", "word_starts")
ENCODING = ("input_ids", "token_type_ids", "offsets", "original_ids")
EMBEDDINGS = ("word", "position", "token_type", "output")
TRACE = ("hidden_states", "queries", "keys", "values", "attentions")
VOICES = ("teacher", "student")
Arrays = dict[str, np.ndarray]
Header = dict[str, Any]  # what JSON holds


class WireError(ValueError):
    """Bytes that hold no TracePair."""


def to_bytes(traces: TracePair) -> bytes:
    """Every number as it is, uncompressed: a float32 of a trace hardly gets smaller."""
    arrays: Arrays = {}
    header: Header = {"form": FORM, "initial_layers": traces.initial_layers, "copied": traces.copied}
    for voice, trace in zip(VOICES, traces, strict=True):
        arrays |= {f"{voice}.{name}": array for name, array in _arrays(trace).items()}
        header[voice] = _header(trace)
    written = BytesIO()
    np.savez(written, allow_pickle=False, header=np.frombuffer(json.dumps(header).encode(), np.uint8), **arrays)
    return written.getvalue()


def from_bytes(content: bytes) -> TracePair:
    """What `to_bytes` was given. Raises WireError."""
    try:
        with np.load(BytesIO(content), allow_pickle=False) as arrays:
            header = json.loads(arrays["header"].tobytes())
            if header["form"] != FORM:
                raise WireError(f"These are traces of another form: {header['form']!r}, not {FORM!r}.")
            teacher, student = (_trace(header[voice], arrays, voice) for voice in VOICES)
            return TracePair(teacher, student, tuple(header["initial_layers"]), header["copied"])
    except (KeyError, TypeError, ValueError, OSError, EOFError, BadZipFile) as error:
        raise (
            error if isinstance(error, WireError) else WireError(f"These bytes are no traces ({type(error).__name__}).")
        ) from error


def _arrays(trace: Trace) -> Arrays:
    parts = {f"encoding.{name}": getattr(trace.encoding, name) for name in ENCODING}
    parts |= {f"embeddings.{name}": getattr(trace.embeddings, name) for name in EMBEDDINGS}
    parts |= {name: getattr(trace, name) for name in TRACE}
    return {name: array for name, array in parts.items() if array is not None}


def _header(trace: Trace) -> Header:
    encoding = trace.encoding
    words = {name: getattr(encoding, name) for name in WORDS}
    return {"model_name": trace.model_name, "architecture": to_json(trace.architecture), "encoding": words}


def _trace(header: Header, arrays: Mapping[str, np.ndarray], voice: str) -> Trace:
    def taken(names: tuple[str, ...], part: str = "") -> dict[str, Any]:
        return {name: arrays[f"{voice}.{part}{name}"] for name in names if f"{voice}.{part}{name}" in arrays}

    words: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in header["encoding"].items()}
    encoding = Encoding(**words, **taken(ENCODING, "encoding."))
    embeddings = Embeddings(**({"token_type": None} | taken(EMBEDDINGS, "embeddings.")))
    architecture = from_json(header["architecture"], Architecture)
    return Trace(header["model_name"], architecture, encoding, embeddings, **taken(TRACE))
