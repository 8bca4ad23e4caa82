"""Devices and dtypes: what is offered, what is refused, what is held and given back."""

import re
import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors import SafetensorError

from distilbert_viz import tracing
from distilbert_viz.pairs import devices, load_pair, loading
from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.pairs.refusals import OutOfMemory, PairError
from distilbert_viz.session.cache import Cache, Key, cache, held_bytes
from distilbert_viz.session.loading import Loading
from tests.support.forks import done
from tests.support.pages import PAGES, captions, visit
from tests.support.paths import ROOT
from tests.support.short_memory import load_with

HALVES = {"bfloat16": torch.bfloat16, "float16": torch.float16}
TEXT = "The capital of France is [MASK]."


@pytest.fixture(scope="module")
def halves():
    """The built-in pair in both smaller dtypes."""
    return {dtype: load_pair(device="cpu", dtype=dtype) for dtype in HALVES}


# What there is


def test_the_cpu_is_always_there_and_comes_last():
    assert devices.devices()[-1] == "cpu"


def test_gpus_are_counted_and_come_first(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert devices.devices()[:2] == ("cuda:0", "cuda:1")
    assert devices.fastest_device() == "cuda:0"
    assert devices.device_and_dtype("cuda", "bfloat16") == ("cuda:0", torch.bfloat16)


@pytest.mark.parametrize("device", ["cuda:99", "tpu", "cpu:1", "<b>", "meta"])
def test_a_device_that_is_not_here_is_refused_by_naming_those_that_are(device):
    with pytest.raises(PairError, match=r"There is no device .* on this machine; there is .*cpu"):
        load_pair(device=device)


def test_a_dtype_that_nobody_offers_is_refused():
    with pytest.raises(PairError, match="There is no dtype int8"):
        load_pair(dtype="int8")


# What a dtype changes


@pytest.mark.parametrize("dtype", HALVES)
def test_a_pair_is_read_in_the_dtype_that_is_asked_for_and_traced_in_float32_records(halves, dtype):
    pair = halves[dtype]
    assert {p.dtype for model in pair for p in model.network.parameters()} == {HALVES[dtype]}
    traces = tracing.trace_pair(pair, TEXT)
    assert {array.dtype for trace in traces for array in (trace.hidden_states, trace.attentions)} == {np.dtype("float32")}


@pytest.mark.parametrize(("dtype", "digits"), [("bfloat16", 8), ("float16", 11)])
def test_a_dtype_moves_attention_by_about_its_rounding_and_no_more(built_in, halves, dtype, digits):
    exact, rounded = (tracing.trace_pair(pair, TEXT) for pair in (built_in, halves[dtype]))
    for ours, theirs in zip(rounded, exact, strict=True):
        moved = np.abs(ours.attentions - theirs.attentions).max()
        assert 0 < moved < 16 * 2.0**-digits


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_a_pair_in_bfloat16_and_its_checks_stay_within_rounding(loaded, page):
    waiting = cache().load(PairChoice.read("built-in", "", "bfloat16"))
    assert waiting.finished.wait(120)
    session = visit(page, dtype="bfloat16")
    assert [warning.value for warning in session.warning] == []
    for check in (c for c in captions(session) if c.startswith("checked against the model:")):
        assert max(float(n) for n in re.findall(r"\d\.\de[+-]\d+", check)[:2]) < 0.5, check


# Memory, known before and used


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_the_memory_that_is_needed_is_known_before_loading(dtype):
    pair = load_pair(device="cpu", dtype=dtype)
    held = {p.data_ptr(): p.nbytes for model in pair for p in model.network.parameters()}
    assert loading.needed_bytes(dtype=dtype) == sum(held.values())


def test_a_damaged_header_has_no_size(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"\xff" * 64)
    with pytest.raises(SafetensorError):
        devices.weight_bytes(tmp_path, "float32")


def test_a_pair_that_does_not_fit_is_refused_before_anything_is_read(monkeypatch):
    monkeypatch.setattr(loading, "free_bytes", lambda device: 10**6)
    monkeypatch.setattr(loading, "read_model", lambda *_: pytest.fail("read"))
    said = r"built-in teacher and built-in student need 0.1\d GB as float32, and 0.00 GB are free on cpu"
    with pytest.raises(OutOfMemory, match=said):
        load_pair(device="cpu")


def test_other_pairs_make_room_for_one_that_does_not_fit_beside_them(monkeypatch):
    cached, free = Cache(), iter([10**12, 10**6, 10**12])
    monkeypatch.setattr(loading, "free_bytes", lambda device: next(free))
    first, second = PairChoice.read("built-in"), PairChoice.read("built-in", "cpu", "bfloat16")
    for asked in (first, second):
        assert cached.load(asked).finished.wait(60)
    assert cached.loading(second).error is None
    assert not cached.loading(first).begun()


def test_twenty_switches_between_three_pairs_end_with_the_memory_they_began_with(tmp_path):
    command = [sys.executable, str(ROOT / "tests" / "support" / "switching.py"), str(tmp_path)]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "", "OMP_WAIT_POLICY": "passive", "OMP_NUM_THREADS": "1"}
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    _, first, *later = (int(line) for line in run.stdout.split()[::3])
    assert len(later) == 7
    assert max(abs(rss / first - 1) for rss in later) < 0.05, run.stdout


def test_what_was_computed_with_a_pair_goes_when_the_pair_goes(monkeypatch):
    monkeypatch.setattr(Loading, "begin", lambda loading, make_room, arrived: arrived())
    cached = Cache(pairs=1)
    one, two = PairChoice.read("one"), PairChoice.read("two")
    cached.load(one)
    cached.alone(Key(one, "numbers"), lambda: np.zeros(1000), "cpu")
    assert cached.held_bytes() == 8000
    cached.load(two)
    assert cached.held_bytes() == 0


def test_pairs_that_are_asked_for_and_never_there_take_no_other_visitors_pair_away(monkeypatch):
    monkeypatch.setattr(Loading, "begin", lambda one, make_room, arrived: None if "damaged" in one.choice.spelling else arrived())
    cached, one = Cache(pairs=1), PairChoice.read("one")
    there = cached.load(one)
    for i in range(100):
        cached.loading(PairChoice.read(f"a link to {i}"))
        cached.load(PairChoice.read(f"a damaged folder {i}"))
    assert cached.loading(one) is there


def test_what_is_remembered_is_counted_in_bytes_whatever_it_is(built_in):
    traces = tracing.trace_pair(built_in, TEXT)
    arrays = [getattr(t, n).nbytes for t in traces for n in ("hidden_states", "queries", "keys", "values", "attentions")]
    assert held_bytes(traces) >= sum(arrays)
    assert held_bytes({"text": "x" * 5000, "arrays": (np.zeros(10), [np.zeros(10)])}) == 5160
    assert held_bytes(traces.encoding) >= traces.encoding.input_ids.nbytes


# Memory that runs out


def test_memory_that_runs_out_in_a_pass_is_one_sentence_and_the_next_pass_works(built_in):
    cached = Cache()
    encoding = tracing.encode(built_in.teacher.tokenizer, TEXT)

    def hungry() -> None:
        torch.empty(2**60, dtype=torch.uint8)

    with pytest.raises(OutOfMemory, match="The memory of cpu ran out"):
        cached.alone(Key(None, "hungry"), hungry, "cpu")
    assert cached.worker("cpu").trace(built_in.teacher, encoding).layers == 6
    cached.end()


def test_a_page_that_runs_out_of_memory_says_so_and_the_next_text_is_read(loaded, monkeypatch):
    run = tracing.trace_many
    monkeypatch.setattr(tracing, "trace_many", lambda m, e: torch.empty(2**60) if "hungry" in e[0].text else run(m, e))
    session = visit("attention", "A hungry text.")
    assert any("memory of cpu ran out" in warning.value for warning in session.warning)
    session.text_input(key="typed").set_value("A small text.").run()
    assert [warning.value for warning in session.warning] == []
    assert any(c.startswith("checked against the model:") for c in captions(session))


def test_an_address_space_too_small_for_the_weights_ends_in_a_sentence(tmp_path):
    run = done(load_with, 60 * 2**20, log=tmp_path / "log")
    assert run.stdout.startswith("OutOfMemory The memory of cpu ran out"), run.stdout + run.stderr


# On the page


def test_a_link_to_a_device_that_is_not_here_says_so():
    waiting = cache().load(PairChoice.read("built-in", "cuda:42"))
    assert waiting.finished.wait(60)
    session = visit("tokens", device="cuda:42")
    assert any("There is no device cuda:42 on this machine" in warning.value.replace("\\", "") for warning in session.warning)


def test_a_dtype_is_in_the_address_and_the_default_is_not(loaded):
    waiting = cache().load(PairChoice.read("built-in", "", "bfloat16"))
    assert waiting.finished.wait(60)
    assert visit("tokens", dtype="bfloat16").query_params["dtype"] in ("bfloat16", ["bfloat16"])
    assert "dtype" not in visit("tokens").query_params
