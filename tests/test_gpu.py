"""The script for a borrowed GPU, tried on the CPU with tiny models: every part, cell and mode has its line."""

import json
from pathlib import Path

import pytest
import torch

from benchmarks import gpu, gpu_correctness, gpu_speed, gpu_step
from benchmarks.gpu_ledger import Ledger, OutOfTime
from benchmarks.gpu_pairs import TINY, tokenizer

MODES = ("float32", "float32 with TF32", "bfloat16", "float16")


@pytest.fixture(scope="module")
def compiled() -> list[torch.nn.Module]:
    """Modules that were asked to be compiled; a machine of a test has no compiler."""
    return []


@pytest.fixture(scope="module")
def found(tmp_path_factory, compiled) -> dict[str, dict]:
    """What a run over all parts wrote."""
    file = tmp_path_factory.mktemp("gpu") / "found.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.nn.Module, "compile", lambda module, **options: compiled.append(module))
        gpu.run(Ledger(file), gpu.small_parts("cpu"), "cpu")
    return json.loads(file.read_text())


def test_every_part_is_done_and_none_failed(found):
    assert "failed" not in found
    assert "left out" not in found
    assert list(found["done"]) == list(gpu.full_parts("cuda:0")) == ["correctness", "memory", "speed", "step"]


def test_correctness_has_a_line_for_both_pairs_every_mode_length_and_the_distillation_step(found):
    wanted = {f"{pair}, {mode}, {what}" for pair in ("small", "full size") for mode in MODES
              for what in ("16 tokens", "24 tokens", "distillation step")}  # fmt: skip
    assert set(found["correctness"]) == wanted


def test_on_the_same_device_in_the_same_numbers_nothing_differs(found):
    line = found["correctness"]["small, float32, 24 tokens"]
    assert {"hidden_states", "attentions", "queries", "keys", "values", "logits", "kl", "hand-over, nats"} < set(line)
    assert line["same first choice"] == 1
    assert max(value for name, value in line.items() if name != "same first choice") < 1e-5
    assert max(found["correctness"]["small, float32, distillation step"].values()) == 0


def test_smaller_numbers_differ_and_their_panels_still_agree_with_their_own_model(found):
    for mode in ("bfloat16", "float16"):
        line = found["correctness"][f"small, {mode}, 24 tokens"]
        assert 1e-5 < line["hidden_states"] < 0.05
        panels = {name: value for name, value in line.items() if name.startswith("panel")}
        assert len(panels) == 8
        assert max(panels.values()) < 0.05, panels


def test_a_wrong_trace_would_be_seen(monkeypatch, tmp_path):
    """The comparison can fail: a pass whose attention is moved differs from the reference and from the stock pass."""
    from distilbert_viz import tracing

    exact = gpu_correctness.loaded(TINY.save(tmp_path), "cpu")
    reference, trace_many = gpu_correctness.Reference(exact, 16), tracing.forward.trace_many

    def moved(model, encodings):
        made = trace_many(model, encodings)
        for one in made:
            one.attentions[0] += 0.1
        return made

    monkeypatch.setattr(tracing.forward, "trace_many", moved)
    line = reference.against(exact)
    assert line["attentions"] > 0.05
    assert line["panel: attention"] > 0.05


def test_the_step_is_taken_in_every_form_with_and_without_compiling_beside_the_published_one(found, compiled):
    ways = [name for name in found["step"] if ", " in name]
    for form in gpu_step.FORMS:
        for way in (
            "ours, sdpa, not compiled",
            "ours, sdpa, compiled",
            "ours, eager, not compiled",
            "ours, eager, compiled",
            "published",
        ):
            (line,) = [found["step"][name] for name in ways if name.startswith(f"{form}, {way}")]
            assert line["tokens a second"] > 0
            assert line["goal"] == 0.4
    assert len(compiled) == 2 * 2 * len(gpu_step.FORMS)  # teacher and student, sdpa and eager


def test_the_batch_is_found_by_doubling_until_it_gains_nothing_or_memory_runs_out(tmp_path, monkeypatch):
    rates = iter([100.0, 190.0, 191.0])
    monkeypatch.setattr(gpu_step, "rates", lambda *_: {"tokens a second": next(rates)})
    recipe = gpu_step.Recipe(batch=4, device="cpu")
    assert gpu_step.best_batch(Ledger(tmp_path / "a.json"), TINY, recipe, "cpu", 64) == 8

    def hungry(size, recipe, *_):
        if recipe.batch > 8:
            raise RuntimeError("CUDA out of memory")
        return {"tokens a second": 100.0 * recipe.batch}

    monkeypatch.setattr(gpu_step, "rates", hungry)
    assert gpu_step.best_batch(Ledger(tmp_path / "b.json"), TINY, recipe, "cpu", 64) == 8


def test_speed_has_a_line_for_every_dtype_and_cell_loading_and_a_pages_trace(found):
    assert set(found["loading"]) == {"float32", "bfloat16", "float16"}
    assert found["loading"]["float32"]["weights"] == 2 * found["loading"]["bfloat16"]["weights"]
    assert set(found["speed"]) == {f"{dtype}, {cell}" for dtype in found["loading"] for cell in ("16 tokens x 1", "24 tokens x 2")}
    assert {line["tokens"] for line in found["a page's trace"].values()} == {16, 24}
    assert all(line["difference"] < 1e-4 for line in found["a page's trace"].values())


def test_memory_runs_out_in_a_sentence_the_worker_goes_on_and_twenty_switches_are_counted(found):
    assert "memory of cpu ran out" in found["memory"]["ran out"]["said"]
    assert found["memory"]["ran out"]["then traced layers"] == 3
    assert found["memory"]["switches"]["number"] == 20
    assert len(found["memory"]["switches"]["held"]) == 21


# Cut off, and failing


def test_what_was_found_before_the_end_is_kept_and_what_was_not_begun_is_named(tmp_path):
    file = tmp_path / "found.json"

    def slow(ledger: Ledger) -> None:
        ledger.write("slow", "first", 1.0)
        ledger.minutes = 0.0
        ledger.left()
        ledger.write("slow", "second", 2.0)

    def broken(ledger: Ledger) -> None:
        raise ValueError("a fault")

    gpu.run(Ledger(file), {"broken": broken, "slow": slow, "never": slow}, "cpu")
    found = json.loads(file.read_text())
    assert found["slow"] == {"first": 1.0}
    assert found["failed"] == {"broken": "ValueError: a fault"}
    assert list(found["left out"]) == ["slow", "never"]


def test_a_number_is_on_the_disk_and_printed_before_the_next_is_begun(tmp_path, capsys):
    ledger = Ledger(tmp_path / "found.json")
    ledger.write("part", "key", {"number": 1.5})
    assert json.loads((tmp_path / "found.json").read_text()) == {"part": {"key": {"number": 1.5}}}
    assert "part: key: number 1.5" in capsys.readouterr().out


def test_time_is_over_after_its_minutes(tmp_path):
    with pytest.raises(OutOfTime, match="cut off"):
        Ledger(tmp_path / "a.json", minutes=0.0).left()


def test_full_size_is_bert_base_and_needs_nothing_of_the_built_in_pair():
    parts = gpu.full_parts("cuda:0")
    assert parts["step"].keywords["size"] == parts["speed"].keywords["size"]
    size = parts["step"].keywords["size"]
    assert (size.layers, size.heads, size.hidden, size.vocabulary) == (12, 12, 768, 30_522)
    sources = [Path(gpu.__file__).with_name(f"{name}.py").read_text() for name in ("gpu", "gpu_pairs", "gpu_step", "gpu_speed")]
    assert not any("builtin" in source or "streamlit" in source for source in sources)


def test_its_vocabulary_holds_the_benchmarks_words_whole():
    words = tokenizer(30_522)
    assert len(words) == 30_522
    assert words.tokenize("the storm stood near a castle.") == ["the", "storm", "stood", "near", "a", "castle", "."]


def test_the_clock_waits_for_the_very_device_that_works(monkeypatch):
    waited = []
    monkeypatch.setattr(torch.cuda, "synchronize", waited.append)
    gpu_speed.timed(lambda: None, "cuda:1")
    gpu_speed.timed(lambda: None, "cpu")
    assert waited == ["cuda:1", "cuda:1"]
