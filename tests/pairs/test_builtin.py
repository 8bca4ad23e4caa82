"""The pair that comes with the package is what its card says it is."""

import json
import shutil

import pytest
from safetensors import safe_open

from distilbert_viz.pairs.checksums import refuse_changed_weights
from distilbert_viz.pairs.refusals import PairError
from tests.support.paths import ROOT

BUILTIN = ROOT / "distilbert_viz" / "builtin"
RESULTS = json.loads((BUILTIN / "results.json").read_text(encoding="utf-8"))
VOICES = ("teacher", "student")


def test_the_shipped_files_stay_under_ninety_megabytes():
    assert sum(file.stat().st_size for file in BUILTIN.rglob("*") if file.is_file()) < 90e6


@pytest.mark.parametrize("voice", VOICES)
def test_weights_are_float16_safetensors(voice):
    with safe_open(BUILTIN / voice / "model.safetensors", "pt") as weights:
        assert {weights.get_slice(name).get_dtype() for name in weights.keys()} == {"F16"}  # noqa: SIM118 no mapping


def test_the_architectures_are_those_of_the_card(built_in):
    teacher, student = (model.architecture for model in built_in)
    assert (teacher.layers, teacher.hidden, teacher.heads, teacher.vocabulary) == (6, 384, 12, 30522)
    assert (student.layers, student.hidden, student.heads, student.vocabulary) == (3, 384, 12, 30522)
    assert (teacher.segments, student.segments) == (2, 0)
    assert built_in.initial_layers == (0, 2, 5)


@pytest.mark.parametrize("voice", VOICES)
def test_anybody_loads_them_with_the_stock_classes(voice):
    from transformers import pipeline

    fill = pipeline("fill-mask", model=str(BUILTIN / voice))
    assert fill.model.config.architectures == [{"teacher": "BertForMaskedLM", "student": "DistilBertForMaskedLM"}[voice]]
    assert "paris" in [answer["token_str"] for answer in fill("The capital of France is [MASK].", top_k=20)]


def test_the_everyday_answers_on_the_card_are_what_the_models_answer():
    from transformers import AutoTokenizer

    from distilbert_viz.distillation import evaluation
    from distilbert_viz.distillation.models import trained_class

    tokenizer = AutoTokenizer.from_pretrained(BUILTIN / "teacher")
    classes = {"teacher": trained_class("bert"), "student": trained_class("distilbert")}
    models = {voice: classes[voice].from_pretrained(BUILTIN / voice, dtype="float32").eval() for voice in VOICES}
    found = evaluation.everyday(models, tokenizer)
    for voice in VOICES:
        assert found[f"{voice}_top1"] == pytest.approx(RESULTS["everyday"][f"{voice}_top1"], abs=1 / 29)
        assert found[f"{voice}_top5"] == pytest.approx(RESULTS["everyday"][f"{voice}_top5"], abs=1 / 29)


def test_the_student_keeps_nine_tenths_of_its_teacher_on_held_out_text():
    held_out = RESULTS["held_out"]
    assert held_out["student_top1"] >= 0.9 * held_out["teacher_top1"]


@pytest.mark.parametrize("name", ["teacher_top1", "student_top1", "teacher_top5", "student_top5"])
def test_the_card_and_the_readme_print_the_measured_numbers(name):
    printed = f"{100 * RESULTS['held_out'][name]:.1f}%"
    assert printed in (BUILTIN / "README.md").read_text(encoding="utf-8")
    assert printed in (BUILTIN.parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("voice", VOICES)
def test_the_built_in_weights_are_the_ones_of_the_list(voice):
    refuse_changed_weights(BUILTIN / voice, "model.safetensors")


def test_one_flipped_bit_in_the_built_in_weights_is_refused_with_a_sentence(tmp_path):
    copy = shutil.copytree(BUILTIN, tmp_path / "builtin") / "student"
    weights = copy / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)
    refuse_changed_weights(copy.parent / "teacher", weights.name)
    with pytest.raises(PairError, match=r"built-in student can't be loaded: .* is not the file that came"):
        refuse_changed_weights(copy, weights.name)
