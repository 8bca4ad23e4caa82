"""Tiny models in folders: of one's own, as other people save them, and on a hub."""

from collections.abc import Callable
from pathlib import Path

import huggingface_hub.constants
import pytest
from transformers import BertTokenizer

from distilbert_viz.pairs import load_pair
from distilbert_viz.pairs.models import Pair
from distilbert_viz.tracing.trial import tried
from tests.support import folders as tiny_folders
from tests.support import odd
from tests.support.hub import save_models, serving_pair
from tests.support.tiny import tiny_network


@pytest.fixture
def no_hub(monkeypatch) -> None:
    """Nothing here may ask the network."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


@pytest.fixture
def folder(tmp_path) -> Callable[..., str]:
    """Saves a tiny model, and a tokenizer of the given words, in a new folder."""

    def save(name: str, family: str = "bert", words: list[str] | None = tiny_folders.WORDS, **sizes: object) -> str:
        tiny_network(family, **sizes).save_pretrained(tmp_path / name)
        if words is not None:
            BertTokenizer(vocab={word: i for i, word in enumerate(words)}).save_pretrained(tmp_path / name)
        return str(tmp_path / name)

    return save


@pytest.fixture
def pair_of(tmp_path) -> Callable[..., Pair]:
    """Loads a pair of tiny models, the parts that are given in place of whole ones."""

    def load(teacher: Path | None = None, student: Path | None = None, **choice: str) -> Pair:
        ours = teacher or odd.teacher(tmp_path / "whole-teacher")
        theirs = student or odd.student(tmp_path / "whole-student")
        return tried(load_pair(teacher=str(ours), student=str(theirs), device="cpu", **choice))

    return load


@pytest.fixture
def refusal(pair_of) -> Callable[..., str]:
    """The one sentence with which such a pair is refused, without the folder's name in front."""

    def refused(teacher: Path | None = None, student: Path | None = None) -> str:
        sentence, spoilt = tiny_folders.refusal(pair_of, teacher, student), teacher or student
        assert str(spoilt) in sentence
        return sentence.replace(f"{spoilt} ", "", 1)

    return refused


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> tuple[Path, Path]:
    """Teacher and student as the hub of `served` publishes them."""
    return save_models(tmp_path_factory.mktemp("models"))


@pytest.fixture
def served(folders, tmp_path, monkeypatch):
    """A hub with a tiny pair, asked by huggingface_hub, whose cache is empty."""
    with serving_pair(folders, tmp_path / "cache", monkeypatch) as served:
        yield served
