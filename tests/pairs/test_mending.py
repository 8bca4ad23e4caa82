"""The one line that mends a folder does so, or names the class that the folder's files are of."""

import contextlib
import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.support import odd


def run_in(folder: Path, sentence: str) -> None:
    """Do in a folder what a sentence says between backticks, as a person would who copies it into a shell."""
    line = re.search(r"`(.*)`", sentence)[1]
    with contextlib.chdir(folder):
        match shlex.split(line):
            case ["python", "-c", code]:
                exec(code, {})
            case _:
                subprocess.run(line, shell=True, check=True)


@pytest.mark.parametrize(
    ("prefix", "kind"), [("_orig_mod.", "compiled (torch.compile)"), ("module.", "wrapped"), ("a.b.", "wrapped")]
)
def test_a_wrapped_state_dict_is_named_with_the_line_that_mends_it(prefix, kind, refusal, pair_of, tmp_path):
    folder = odd.change(odd.student(tmp_path / "wrapped"), lambda tensors: {prefix + name: t for name, t in tensors.items()})
    sentence = refusal(student=folder)
    assert f"saved from a {kind} model, so that all names begin with {prefix};" in sentence
    run_in(folder, sentence)
    assert pair_of(student=folder).student.held.used


@pytest.mark.parametrize(("task", "kind"), [("SEQ_CLS", "AutoModelForSequenceClassification"), ("TOKEN_CLS", "AutoModelForToken")])
def test_an_adapter_is_merged_as_the_class_that_it_was_made_for(task, kind, refusal, tmp_path):
    (tmp_path / "lora").mkdir()
    said = {"base_model_name_or_path": "bert-base-uncased", "task_type": task}
    (tmp_path / "lora" / "adapter_config.json").write_text(json.dumps(said))
    assert f"import {kind}" in refusal(tmp_path / "lora")


@pytest.mark.parametrize(
    ("architecture", "kind"), [("BertForMaskedLM", "AutoModelForMaskedLM"), ("BertForTokenClassification", "AutoModelForTokenCl")]
)
def test_pytorchs_own_weights_become_safetensors_as_the_class_that_they_are(architecture, kind, refusal, tmp_path):
    folder = odd.configure(odd.teacher(tmp_path / "bin"), architectures=[architecture])
    (folder / odd.WEIGHTS).rename(folder / "pytorch_model.bin")
    sentence = refusal(folder)
    assert "but pytorch_model.bin, PyTorch weights that could run code when opened, which is not opened; where you" in sentence
    assert f"import {kind}" in sentence
    assert f'M.from_pretrained("{folder}").save_pretrained("{folder}")' in sentence


def test_the_line_that_makes_safetensors_of_pytorchs_own_weights_makes_a_pair(refusal, pair_of, tmp_path):
    folder = odd.teacher(tmp_path / "it's $HOME")
    torch.save(load_file(folder / odd.WEIGHTS), folder / "pytorch_model.bin")
    (folder / odd.WEIGHTS).unlink()
    run_in(tmp_path, refusal(folder))
    assert pair_of(folder).teacher.held.used


def test_the_one_kind_of_quantised_weights_that_has_a_way_back_names_it(refusal, tmp_path):
    folder = odd.configure(odd.teacher(tmp_path / "key"), quantization_config={"quant_method": "bitsandbytes"})
    sentence = refusal(folder)
    # Saved as transformers knows them now: it can't name quantised tensors back (NotImplementedError in 5.23).
    written = 'save_pretrained("plain", save_original_format=False)'
    assert f'M.from_pretrained("{folder}").dequantize().{written}; T.from_pretrained("{folder}")' in sentence
    assert sentence.startswith("can't be shown: its weights are quantised (bitsandbytes, by its config.json); give the model that")


def test_a_mark_in_front_of_a_list_of_words_is_no_part_of_the_first_word(refusal, pair_of, tmp_path):
    folder = odd.teacher(tmp_path / "marked")
    words = "\n".join([*odd.NAMES.values(), *odd.PIECES])
    (folder / "vocab.txt").write_text(words, encoding="utf-8-sig")
    (folder / "tokenizer.json").unlink()
    sentence = refusal(folder)
    assert "its vocab.txt begins with a byte order mark, which would be read as part of its first word; `sed " in sentence
    run_in(folder, sentence)
    assert pair_of(folder).teacher.tokenizer.pad_token_id == 0
