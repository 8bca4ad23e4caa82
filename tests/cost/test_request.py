"""What can be measured, and what is refused before anything is built."""

import dataclasses
import subprocess
import sys

import pytest
import torch

from distilbert_viz import cost
from distilbert_viz.cost import child, fitting, models, passes, request
from distilbert_viz.cost.request import Request, RequestError
from tests.support.tiny import bert_config, distilbert_config


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
