"""`trace` writes every array of both traces to a file."""

import json

import numpy as np
import pytest

from tests.support.shell import TEXT, typed

ENCODED = ("input_ids", "original_ids", "token_type_ids", "offsets")
TRACED = ("hidden_states", "queries", "keys", "values", "attentions")
EMBEDDED = ("word", "position", "token_type", "output")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """What `trace` says of TEXT, and the file that it wrote, read back."""
    path = tmp_path_factory.mktemp("cli") / "trace.npz"
    answer = typed("trace", TEXT, "--out", path)
    assert (answer.exit_code, answer.stderr) == (0, "")
    with np.load(path) as archive:
        return answer.stdout, path, dict(archive)


def test_the_file_holds_every_array_of_both_traces_to_the_last_bit(written, traces, logits):
    *_, archive = written
    expected = {name: getattr(traces.encoding, name) for name in ENCODED}
    expected["initial_layers"] = np.array(traces.initial_layers)
    for voice, trace, read in zip(("teacher", "student"), traces, logits, strict=True):
        expected |= {f"{voice}.{name}": getattr(trace, name) for name in TRACED} | {f"{voice}.logits": read}
        expected |= {f"{voice}.embeddings.{name}": getattr(trace.embeddings, name) for name in EMBEDDED}
    expected = {name: array for name, array in expected.items() if array is not None}
    words = {"text", "tokens", "special", "teacher.model_name", "student.model_name", "axes"}
    assert archive.keys() == expected.keys() | words
    assert [name for name, array in expected.items() if not np.array_equal(archive[name], array)] == []
    assert [name for name, array in expected.items() if archive[name].dtype != array.dtype] == []


def test_the_file_holds_the_words_too(written, traces):
    *_, archive = written
    assert str(archive["text"]) == TEXT
    assert tuple(archive["tokens"].tolist()) == traces.encoding.tokens
    assert tuple(archive["special"].tolist()) == traces.encoding.special
    assert str(archive["student.model_name"]) == traces.student.model_name


def test_the_axes_name_every_array_and_fit_it(written, traces):
    archive = dict(written[-1])
    axes = json.loads(str(archive.pop("axes")))
    assert {name: len(names) for name, names in axes.items()} == {name: array.ndim for name, array in archive.items()}
    assert axes["teacher.attentions"] == ["layer", "head", "query", "key"]
    assert axes["student.hidden_states"] == ["state", "token", "hidden"]
    assert axes["teacher.embeddings.token_type"] == ["token", "hidden"]
    sizes = {(axis, size) for name, names in axes.items() for axis, size in zip(names, archive[name].shape, strict=True)}
    assert {size for axis, size in sizes if axis in ("token", "query", "key")} == {len(traces.encoding)}


def test_trace_says_in_one_line_what_it_wrote(written, traces):
    line, path, archive = written
    sizes = f"{len(traces.encoding)} tokens, {len(archive) - 1} arrays, {path.stat().st_size:,} bytes"
    assert line == f"{path}: {sizes}\n"


def test_a_text_that_does_not_fit_is_cut_and_says_so(tmp_path):
    answer = typed("trace", "word " * 515, "--out", tmp_path / "long")
    assert "512 tokens (5 more did not fit)" in answer.stdout
    assert (tmp_path / "long").is_file()
