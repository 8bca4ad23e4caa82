"""Time and memory of both models, measured: timed in turn, a stage at a time."""

import dataclasses
import itertools
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from distilbert_viz import cost
from distilbert_viz.cost import child, loading, memory, models, parts, passes, request, speed
from distilbert_viz.cost.request import Request
from distilbert_viz.records import Measurement
from tests.support import forks
from tests.support.tiny import bert_config, distilbert_config

LINUX_ALONE = pytest.mark.skipif(not memory.can_tell("cpu"), reason="no peak of resident memory can be told here")


@pytest.fixture(scope="module")
def both(tiny):
    """Its two models."""
    return tuple(models.ready(tiny, config) for config in models.configurations(tiny))


def test_the_two_models_are_timed_in_turn_after_a_warm_up_of_each(tiny, both):
    order = []
    teacher, student = (model.network for model in both)
    hooks = [network.register_forward_pre_hook(lambda network, _: order.append(network)) for network in (teacher, student)]
    found = speed.timing(tiny, both, 9, 2)
    for hook in hooks:
        hook.remove()
    assert order == [teacher] * 2 + [student] * 2 + [teacher, student] * len(found.teacher)
    assert len(found.teacher) == len(found.student) == request.LEAST_REPEATS
    assert found.teacher_events == found.student_events == ()


@pytest.mark.parametrize(("seconds", "repeats"), [(0.0, 5), (1e9, 12)])
def test_a_cell_has_five_repeats_at_least_and_as_many_as_asked_for_at_most(tiny, seconds, repeats):
    assert list(passes.turns(dataclasses.replace(tiny, repeats=12, seconds=seconds))) == list(range(repeats))


def test_the_clock_waits_for_the_device_before_and_after(monkeypatch):
    happened = []
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.accelerator, "synchronize", lambda: happened.append("awaited"))
    passes.seconds(lambda: happened.append("pass"))
    assert happened == ["awaited", "pass", "awaited"]


def test_the_clock_tells_seconds():
    assert 0.05 <= passes.seconds(lambda: time.sleep(0.05)) < 5


@pytest.mark.parametrize("form", request.CHOICES["form"])
@pytest.mark.parametrize(
    ("attention", "dtype"), [("sdpa", "float32"), ("eager", "float32"), ("eager", "bfloat16"), ("sdpa", "float16")]
)
def test_every_class_runs_with_the_attention_and_the_dtype_that_were_asked_for(tiny, form, attention, dtype):
    asked = dataclasses.replace(tiny, form=form, attention=attention, dtype=dtype)
    pair = tuple(models.ready(asked, config) for config in models.configurations(asked))
    assert {model.network.config._attn_implementation for model in pair} == {attention}
    assert {str(p.dtype) for model in pair for p in model.network.parameters()} == {f"torch.{dtype}"}
    assert [model.name for model in pair] == [size.class_name for size in cost.sizes(asked)]
    assert len(speed.timing(asked, pair, 4, 1).student) == request.LEAST_REPEATS
    for model, folder in zip(pair, (tiny.teacher, tiny.student), strict=True):
        loading.load(asked, model.network.config, Path(folder))


def test_every_token_is_one_that_both_models_know(both):
    ids = models.random_ids(both, 9, 50)
    assert ids.shape == (50, 9)
    assert 0 <= ids.min() < ids.max() < 60
    assert torch.equal(ids, models.random_ids(both, 9, 50))


def test_the_parts_of_a_pass_add_up_to_it(tiny, both):
    found = parts.profiled(tiny, both)
    for voice, model in zip(parts.VOICES, both, strict=True):
        whole = np.array(found[voice, "pass"])
        summed = np.sum([found[voice, part] for part in parts.parts(model)], axis=0)
        assert len(whole) == request.LEAST_REPEATS
        assert (summed <= whole).all()
        assert np.median(summed / whole) > 0.8


def test_looking_at_the_parts_leaves_no_hook_behind_and_says_nothing(tiny, both, capfd):
    parts.profiled(tiny, both)
    assert capfd.readouterr() == ("", "")
    modules = [module for model in both for module in model.network.modules()]
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in modules)


def test_a_loading_reads_every_weight_into_the_class_that_is_asked_for(tiny, monkeypatch):
    read = []
    monkeypatch.setattr(torch.nn.Parameter, "sum", lambda one: read.append(one.numel()), raising=False)
    encoder = dataclasses.replace(tiny, form="encoder")
    loading.load(encoder, models.configurations(encoder)[0], Path(tiny.teacher))
    assert sum(read) == cost.sizes(encoder)[0].parameters


def test_weights_that_are_not_there_are_refused(tiny, tmp_path):
    bert_config().save_pretrained(tmp_path)
    with pytest.raises(ValueError, match=r"holds no model\.safetensors file"):
        next(cost.measure(dataclasses.replace(tiny, teacher=str(tmp_path))))


def test_a_measurement_grows_a_stage_at_a_time_and_loses_nothing(tiny, stages):
    assert len(stages) == tiny.stages == 14
    for before, after in itertools.pairwise(stages):
        assert (before.setting, before.weights, before.loading) == (after.setting, after.weights, after.loading)
        grown = [(len(one.timings), len(one.parts), sum(peak is not None for peak in peaks(one))) for one in (before, after)]
        assert all(a <= b for a, b in zip(*grown, strict=True))
        assert times(after)[: len(before.timings)] == times(before)


def times(measurement: Measurement) -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    """Of both in every cell."""
    return [(timing.teacher, timing.student) for timing in measurement.timings]


def peaks(measurement: Measurement) -> list[int | None]:
    """Of both in every cell."""
    return [peak for timing in measurement.timings for peak in (timing.teacher_peak, timing.student_peak)]


def test_the_last_record_is_whole(tiny, stages):
    last = stages[-1]
    assert [(timing.length, timing.batch) for timing in last.timings] == tiny.cells
    assert all(seconds > 0 for timing in last.timings for seconds in (*timing.teacher, *timing.student))
    assert last.weights == tuple(4 * size.parameters for size in cost.sizes(tiny))
    assert [len(times) for times in last.loading] == [3, 3]
    assert [(part.voice, part.part) for part in last.parts] == [
        *[("teacher", part) for part in ("embeddings", "L0", "L1", "head")],
        *[("student", part) for part in ("embeddings", "L0", "head")],
    ]
    assert {(part.length, part.batch) for part in last.parts} == {(9, 1)}
    assert all((peak is not None) == memory.can_tell("cpu") for peak in peaks(last))


def test_the_setting_says_on_what_and_with_what(tiny, stages):
    setting = stages[-1].setting
    assert setting.class_names == ("BertForMaskedLM", "DistilBertForMaskedLM")
    assert (setting.pair, setting.device, setting.threads) == (f"{tiny.teacher} → {tiny.student}", "cpu", 1)
    assert dict(setting.versions)["torch"] == torch.__version__
    assert setting.device_name


@LINUX_ALONE
def test_a_peak_holds_the_logits_and_not_much_more(tmp_path, monkeypatch):
    monkeypatch.setattr(child, "Lines", forks.lines)
    sizes = {"vocab_size": 5000}
    bert_config(**sizes).save_pretrained(tmp_path / "teacher")
    distilbert_config(**sizes).save_pretrained(tmp_path / "student")
    asked = Request(
        teacher=str(tmp_path / "teacher"), student=str(tmp_path / "student"), lengths=(40,), batches=(1, 100), threads=1
    )
    small, large = memory.peaks(asked, 0)
    logits = 100 * 40 * 5000 * 4
    assert logits < large < 1.5 * logits
    assert small < large / 10
