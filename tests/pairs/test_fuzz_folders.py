"""Damaged and odd folders through the loader: a sentence or a right pair, never anything else."""

import shutil
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch
from transformers import AutoModelForMaskedLM

from distilbert_viz import tracing
from distilbert_viz.pairs import load_pair
from distilbert_viz.pairs.catalogue import chosen
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.records.finite import NotFinite
from distilbert_viz.tracing import trial
from tests.support import odd

FEW, MANY = 30, 300
TEXT = "The capital of france [MASK] [SEP] a cat sat."


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A pair that nothing is wrong with."""
    folder = tmp_path_factory.mktemp("whole")
    odd.teacher(folder / "teacher")
    odd.student(folder / "student")
    return folder


def damaged(whole: Path, folder: Path, seed: int) -> str:
    """A copy of the pair with one to three odd things done to it, and what they were."""
    random = Random(seed)
    shutil.copytree(whole, folder)
    return "; ".join(
        odd.damage(folder / random.choice(["teacher", "student"]), random) for _ in range(random.choice([1, 1, 1, 2, 3]))
    )


def refused_or_right(folder: Path) -> str:
    """What is said of the pair, or "right" where it is shown and its numbers are those of transformers alone."""
    try:
        pair = trial.tried(load_pair(teacher=str(folder / "teacher"), student=str(folder / "student"), device="cpu"))
        traces = tracing.trace_pair(pair, TEXT)
        ours = [tracing.logits(model, trace) for model, trace in zip(pair, traces, strict=True) if pair.task.labels]
    except (PairError, NotFinite) as refused:
        return sentence_of(str(refused))
    except ValueError as refused:  # of the text, not of the pair
        return sentence_of(str(refused)) if "read different tokens" in str(refused) or "nothing to read" in str(refused) else ""
    for name, model, found in zip(("teacher", "student"), pair, ours, strict=bool(ours)):  # two encoders have no logits
        stock = theirs(folder / name, model, traces.encoding.input_ids)
        assert np.allclose(found, stock[:, : found.shape[1]], rtol=0, atol=1e-4)
    return "right"


def refused_unread(folder: Path) -> bool:
    """Whether the pair is refused before a weight of it is read."""
    try:
        trial.judged(chosen(teacher=str(folder / "teacher"), student=str(folder / "student")))
    except PairError:
        return True
    return False


def refused_read(folder: Path) -> bool:
    """Whether a page refuses the pair."""
    try:
        trial.tried(load_pair(teacher=str(folder / "teacher"), student=str(folder / "student"), device="cpu"))
    except PairError:
        return True
    return False


def sentence_of(said: str) -> str:
    """One line that ends as a sentence does; anything else is none."""
    return said if len(said.splitlines()) == 1 and said.strip() else ""


@torch.inference_mode()
def theirs(folder: Path, model, input_ids: np.ndarray) -> np.ndarray:
    """Logits of the stock class on the same tokens, loaded without our code."""
    network = AutoModelForMaskedLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    second = np.cumsum(input_ids == model.tokenizer.sep_token_id)
    segments = np.where(np.roll(second, 1) > 0, 1, 0) * (np.arange(len(input_ids)) > 0)
    more = {}
    if (types := getattr(network.config, "type_vocab_size", 0)) and (input_ids == model.tokenizer.sep_token_id).sum() > 1:
        more = {"token_type_ids": torch.from_numpy(np.minimum(segments, types - 1))[None]}
    return network(torch.from_numpy(input_ids)[None], **more).logits[0].numpy()


@pytest.mark.parametrize("seed", range(FEW))
def test_what_a_page_refuses_is_refused_before_a_weight_is_read(seed, whole, tmp_path):
    done = damaged(whole, tmp_path / "pair", seed)
    assert refused_unread(tmp_path / "pair") == refused_read(tmp_path / "pair"), done


@pytest.mark.parametrize("seed", range(FEW))
def test_an_odd_folder_is_refused_in_a_sentence_or_shown_as_what_it_is(seed, whole, tmp_path):
    done = damaged(whole, tmp_path / "pair", seed)
    assert refused_or_right(tmp_path / "pair"), done


def test_a_whole_pair_is_right(whole):
    assert refused_or_right(whole) == "right"


@pytest.mark.fuzz
def test_three_hundred_odd_folders(whole, tmp_path):
    said = {}
    for seed in range(FEW, FEW + MANY):
        folder = tmp_path / str(seed)
        done = damaged(whole, folder, seed)
        try:
            said[done] = refused_or_right(folder)
            assert said[done]
            assert refused_unread(folder) == refused_read(folder)
        except Exception as error:
            pytest.fail(f"seed {seed}, {done}: {type(error).__name__}: {error}")
        shutil.rmtree(folder)
    assert 0 < sum(sentence == "right" for sentence in said.values()) < len(said)
