"""Time and memory of both models, measured: timed in turn, told honestly, kept exactly, and ended without a trace."""

import dataclasses
import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch
from scipy.stats import bootstrap
from transformers import BertForMaskedLM, DistilBertForMaskedLM
from typer.testing import CliRunner

from distilbert_viz import cost
from distilbert_viz.cli import app, bench
from distilbert_viz.cost import child, fitting, loading, memory, models, parts, passes, request, speed, statistics
from distilbert_viz.cost.request import Request, RequestError
from distilbert_viz.records import Measurement, PartTimes, Setting, Timing
from distilbert_viz.runs import measurements, measuring
from tests.support import forks
from tests.support.tiny import bert_config, distilbert_config

GENERATOR = np.random.default_rng(5)
LINUX_ALONE = pytest.mark.skipif(not memory.can_tell("cpu"), reason="no peak of resident memory can be told here")


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[str, str]:
    """A tiny pair on the disk, as the fields of a request."""
    folder = tmp_path_factory.mktemp("pair")
    BertForMaskedLM(bert_config()).save_pretrained(folder / "teacher")
    DistilBertForMaskedLM(distilbert_config(1)).save_pretrained(folder / "student")
    return {"teacher": str(folder / "teacher"), "student": str(folder / "student")}


@pytest.fixture(scope="module")
def tiny(folders) -> Request:
    """A request that takes no time."""
    return Request(**folders, lengths=(9, 4), batches=(2, 1), repeats=6, seconds=0.0, threads=1)


@pytest.fixture(scope="module")
def both(tiny):
    """Its two models."""
    return tuple(models.ready(tiny, config) for config in models.configurations(tiny))


@pytest.fixture(scope="module")
def stages(tiny) -> list[Measurement]:
    """Every record that measuring it yields; the processes that tell the memory begin with everything imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(child, "Lines", forks.lines)
        return list(cost.measure(tiny))


def timing(ratio: float, repeats: int = 20, noise: float = 0.03) -> Timing:
    """Made times: the teacher takes `ratio` times as long, both wander together, and each has its own noise."""
    together = np.exp(np.cumsum(GENERATOR.normal(0, 0.1, repeats)))
    own = np.exp(GENERATOR.normal(0, noise, (2, repeats)))
    teacher, student = (tuple((scale * together * one).tolist()) for scale, one in zip((ratio, 1.0), own, strict=True))
    return Timing(16, 1, teacher, student)


def made(began: str = "2026-01-01T00:00:00+00:00") -> Measurement:
    """A measurement with a bit of everything in it."""
    versions = (("python", "3"), ("torch", "2"))
    setting = Setting("a pair", "encoder", ("A", "B"), "sdpa", "float32", "cpu", "a chip", 2, "Linux", versions, began, 0.1)
    timings = (timing(2.0), dataclasses.replace(timing(1.5), batch=8, teacher_peak=7), Timing(32, 1, (0.3,) * 5, (0.1,) * 5))
    return Measurement(setting, (8, 4), timings, (PartTimes("teacher", "L0", 16, 1, (0.1 + 0.2,)),), ((1 / 3,), (0.25,)))


# What is asked for


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"pair": "pear"}, "There is no pair called 'pear'; there are built-in, base-uncased, base-cased, multilingual, sst-2, "),
        ({"teacher": "a"}, "needs both a teacher and a student"),
        ({"teacher": "", "student": ""}, "needs both a teacher and a student"),
        ({"form": "decoder"}, "no form called 'decoder'"),
        ({"attention": "flash"}, "no attention called 'flash'; there are sdpa, eager."),
        ({"dtype": "int8"}, "no dtype called 'int8'"),
        ({"device": "tpu"}, "no device called 'tpu'"),
        ({"device": "cpu:1"}, "no device called 'cpu:1'; there are auto, cpu, cuda, mps."),
        ({"lengths": (16, 513)}, "lengths must be from 1 to 512, not 513."),
        ({"lengths": ()}, "lengths must hold at least one number."),
        ({"lengths": (0,)}, "not 0."),
        ({"batches": (0,)}, "batches must be 1 or more, not 0."),
        ({"repeats": 4}, "repeats must be 5 or more, not 4."),
        ({"threads": 0}, "threads must be from 1 to"),
        ({"threads": 10_000}, "not 10000."),
        ({"seconds": -1.0}, "seconds must be 0 or more, not -1."),
        ({"seconds": float("nan")}, "not nan."),
    ],
)
def test_what_can_not_be_measured_is_refused_at_the_door_in_one_sentence(choices, sentence):
    with pytest.raises(RequestError) as refused:
        Request(**choices)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_request_is_made_without_torch():
    question = "import sys; from distilbert_viz.cost import Request; Request(); print('torch' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", question], cwd=child.ROOT, capture_output=True, text=True, check=False)
    assert (answer.stdout.strip(), answer.stderr) == ("False", "")


def test_a_request_names_the_classes_that_a_pair_can_be_counted_as():
    assert request.CHOICES["form"] == tuple(cost.CLASSES)


def test_cells_come_from_the_fewest_tokens_to_the_most_each_once():
    cells = Request(lengths=(128, 16, 16), batches=(8, 1)).cells
    assert cells == [(16, 1), (16, 8), (128, 1), (128, 8)]


def test_the_full_sizes_are_the_published_ones():
    assert models.configurations(Request()) == cost.FULL_SIZE
    assert [size.parameters for size in cost.sizes(Request())] == [109_514_298, 66_985_530]


def test_a_pair_is_sized_by_its_configurations_alone(tmp_path):
    bert_config().save_pretrained(tmp_path / "teacher")
    distilbert_config(1).save_pretrained(tmp_path / "student")
    found = cost.sizes(Request(teacher=str(tmp_path / "teacher"), student=str(tmp_path / "student"), form="encoder"))
    assert [size.architecture.layers for size in found] == [2, 1]


def test_a_text_longer_than_a_models_positions_is_refused(tiny):
    with pytest.raises(RequestError, match="BertForMaskedLM reads at most 40 tokens, so a length can't be 41"):
        next(cost.measure(dataclasses.replace(tiny, lengths=(41,))))


def test_a_batch_that_surely_does_not_fit_is_refused_before_anything_is_built(monkeypatch):
    monkeypatch.setattr(models, "ready", lambda *_: pytest.fail("a model was built"))
    with pytest.raises(RequestError, match="10000000 texts of 512 tokens need at least 625,"):
        next(cost.measure(Request(lengths=(512,), batches=(1, 10_000_000))))


def test_a_pass_needs_its_logits_or_the_scores_of_eager_attention_at_least():
    teacher, _ = models.shapes(Request())
    logits = Request(lengths=(128,), batches=(8,), dtype="bfloat16")
    assert fitting.least_bytes(logits, teacher) == 2 * 8 * 128 * 30_522
    scores = Request(lengths=(512,), batches=(2,), attention="eager", form="encoder")
    assert fitting.least_bytes(scores, teacher) == 4 * 2 * (2 * 12 * 512**2)
    assert fitting.least_bytes(dataclasses.replace(scores, attention="sdpa"), teacher) == 4 * 2 * (2 * 512 * 3072)


NO_MEMORY = (
    MemoryError(),
    RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."),
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 9 GiB."),
)


@pytest.mark.parametrize("error", NO_MEMORY, ids=["python", "cpu", "cuda"])
def test_memory_that_runs_out_is_said_in_one_sentence(tiny, monkeypatch, error):
    def run_out(_: passes.Pass) -> None:
        raise error

    monkeypatch.setattr(passes.Pass, "run", run_out)
    with pytest.raises(RequestError, match="There was not enough memory: ask for fewer or shorter texts"):
        list(cost.measure(tiny))


def test_another_error_is_not_taken_for_a_lack_of_memory():
    with pytest.raises(RuntimeError, match="shapes"), fitting.memory_refused():
        raise RuntimeError("shapes don't fit")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is CUDA here")
@pytest.mark.parametrize(("device", "there"), [("cuda", "cuda:0"), ("cuda:3", "cuda:3")])
def test_a_device_that_is_not_there_is_refused(tiny, device, there):
    with pytest.raises(RequestError, match=f"There is no device {there} on this machine; there is cpu"):
        next(cost.measure(dataclasses.replace(tiny, device=device)))


def test_of_several_gpus_the_one_that_is_measured_is_made_current(monkeypatch):
    current = []
    monkeypatch.setattr(torch.cuda, "set_device", current.append)
    for device in ("cpu", "cuda:1", "mps"):
        fitting.make_current(device)
    assert current == ["cuda:1"]


# How it is timed


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


# What is yielded


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


# What repeated times say


def test_the_interval_of_the_ratio_covers_the_known_one_about_as_often_as_it_says():
    covered = [low <= 1.63 <= high for _, low, high in (statistics.ratio(timing(1.63)) for _ in range(60))]
    assert 0.85 <= np.mean(covered) <= 1


def test_what_slows_both_down_falls_out_of_the_ratio():
    middle, low, high = statistics.ratio(timing(1.63, noise=0.0))
    assert (middle, low, high) == pytest.approx((1.63, 1.63, 1.63))


def test_scipys_other_bootstrap_agrees_on_the_interval():
    one = timing(2.0, 40)
    both, over = (one.teacher, one.student), lambda teacher, student: np.median(teacher) / np.median(student)
    answer = bootstrap(both, over, paired=True, method="BCa", rng=np.random.default_rng(9), n_resamples=5000)
    found = answer.confidence_interval
    middle, low, high = statistics.ratio(one)
    assert middle == np.median(one.teacher) / np.median(one.student)
    assert (low, high) == pytest.approx((found.low, found.high), rel=0.01)


def test_the_spread_is_the_median_and_the_quartiles():
    assert statistics.spread((5.0, 1.0, 4.0, 2.0, 3.0)) == (3.0, 2.0, 4.0)


def test_the_best_throughput_is_the_batch_with_the_most_texts_a_second():
    timings = (Timing(16, 1, (1.0,) * 5, (0.5,) * 5), Timing(16, 8, (4.0,) * 5, (5.0,) * 5), Timing(32, 9, (0.1,) * 5, (0.1,) * 5))
    assert statistics.best_throughput(dataclasses.replace(made(), timings=timings), 16) == ((2.0, 8), (2.0, 1))
    with pytest.raises(ValueError, match="Nothing was measured at 17 tokens"):
        statistics.best_throughput(made(), 17)


# How it is kept


def test_a_measurement_goes_through_json_to_the_last_digit(stages):
    for measurement in (made(), stages[0], stages[-1]):
        assert cost.from_json(json.loads(json.dumps(cost.to_json(measurement))), Measurement) == measurement


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("weights"),
        lambda data: data.update(weights=[1]),
        lambda data: data.update(weights=["8", 4]),
        lambda data: data.update(timings=None),
        lambda data: data["setting"].update(versions="torch"),
    ],
)
def test_what_is_no_measurement_is_refused(spoil):
    data = cost.to_json(made())
    spoil(data)
    with pytest.raises(ValueError, match="This is no Measurement"):
        cost.from_json(data, Measurement)


@pytest.fixture
def own_home(monkeypatch, tmp_path):
    """Measurements of this test alone."""
    monkeypatch.setenv("DISTILBERT_VIZ_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs" / "measurements"


def test_kept_measurements_come_back_the_newest_first(own_home):
    old, new = made("2026-01-01T00:00:00+00:00"), made("2026-01-02T00:00:00+00:00")
    ids = [measurements.keep(new), measurements.keep(old)]
    assert measurements.newest_first() == [(ids[0], new), (ids[1], old)]
    assert measurements.keep(old) == ids[1]
    measurements.delete(ids[0])
    assert measurements.newest_first() == [(ids[1], old)]


def test_a_damaged_file_among_the_kept_is_passed_over(own_home):
    measurements.keep(made())
    for name, text in {"measurement-0000000000": "{", "measurement-0000000001": "{}", "notes": "[]"}.items():
        (own_home / f"{name}.json").write_text(text, encoding="utf-8")
    assert len(measurements.newest_first()) == 1


@pytest.mark.parametrize("identity", ["", "..", "../x", "measurement-../../etc", "measurement-zzzzzzzzzz", "/etc/passwd"])
def test_what_is_no_id_of_a_measurement_deletes_nothing(own_home, identity):
    with pytest.raises(ValueError, match="is no measurement"):
        measurements.delete(identity)


# In a process of its own


def test_lines_come_as_they_are_written():
    lines = child.Lines("-c", "print('one', flush=True); print('two'); print('three')")
    assert list(lines) == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("import sys; sys.exit('the first line\\nThe batch does not fit.')", "^The batch does not fit.$"),
        ("import os; os.kill(os.getpid(), 9)", r"killed \(signal 9\): most likely there was not enough memory"),
        ("import sys; sys.exit(3)", "ended with status 3"),
    ],
)
def test_a_process_that_fails_says_why_in_one_sentence(script, sentence):
    lines = child.Lines("-c", f"print(1, flush=True)\n{script}")
    assert next(lines) == "1"
    with pytest.raises(RequestError, match=sentence):
        next(lines)


def test_a_process_that_does_not_leave_is_ended_with_its_children(monkeypatch):
    monkeypatch.setattr(child, "SECONDS_TO_LEAVE", 0.2)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    parent = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {deaf!r}]).pid, flush=True); {deaf}"
    lines = child.Lines("-c", parent)
    pid = int(next(lines))
    assert (next(lines), next(lines)) == ("deaf", "deaf")
    lines.close()
    assert gone(pid)
    assert list(lines) == []


def gone(pid: int) -> bool:
    """Whether no process with this number works any more, now or within some seconds."""
    try:
        psutil.Process(pid).wait(10)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


def test_the_options_of_the_shell_say_the_whole_request(tiny, monkeypatch):
    asked = []
    monkeypatch.setattr(bench, "measured", lambda request, stream: asked.append((request, stream)))
    for one in (tiny, Request(pair="built-in", form="as pre-trained", seconds=0.5, lengths=(1,))):
        answer = CliRunner().invoke(app, ["bench", *measuring.words(one), "--stream"])
        assert answer.exit_code == 0, answer.output
        assert asked.pop() == (one, True)


def test_a_streamed_measurement_that_is_closed_leaves_no_process_behind(tiny):
    stream = measuring.stream(tiny)
    first = next(stream)
    assert (first.timings, first.weights) == ((), tuple(4 * size.parameters for size in cost.sizes(tiny)))
    processes = psutil.Process(os.getpid()).children(recursive=True)
    started = [one for one in processes if "bench" in one.cmdline()]
    assert started
    stream.close()
    assert all(gone(one.pid) for one in started)
    assert list(stream) == []


def test_a_streamed_measurement_fails_with_the_sentence_of_the_shell(tiny):
    with pytest.raises(ValueError, match="BertForMaskedLM reads at most 40 tokens"):
        list(measuring.stream(dataclasses.replace(tiny, lengths=(64,))))
