"""Both published architectures at full size, with random weights, from folders: memory, and numbers."""

import json
from pathlib import Path

import pytest
from safetensors import safe_open

from benchmarks.full_size import DIFFERENCE_GOAL, MEMORY_GOAL, loading_table, measured, save_pair, tracing_table
from distilbert_viz.cost.memory import can_tell
from tests.support.forks import lines

PARAMETERS = 109_514_298 + 66_985_530  # BertForMaskedLM and DistilBertForMaskedLM, counted off transformers' classes


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Teacher and student; gone after the tests, as they are 700 MB."""
    saved = save_pair(tmp_path_factory.mktemp("full_size"))
    yield saved
    for folder in saved:
        (folder / "model.safetensors").unlink()


@pytest.fixture(scope="module")
def seen(folders):
    """What a process of its own saw of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("benchmarks.full_size.Lines", lines)
        return measured(*folders, "cpu", 1, (32,))


def test_the_folders_hold_the_published_sizes_without_the_tied_tensors(folders):
    for folder, layers in zip(folders, (12, 6), strict=True):
        config = json.loads(Path(folder, "config.json").read_text())
        assert config.get("num_hidden_layers", config.get("n_layers")) == layers
        with safe_open(folder / "model.safetensors", framework="pt") as weights:
            assert [name for name in weights.keys() if "decoder.weight" in name or "vocab_projector.weight" in name] == []  # noqa: SIM118


def test_a_full_size_pair_holds_little_more_memory_than_its_weights(seen):
    assert seen["weights"] == 4 * PARAMETERS
    assert 0.95 * seen["weights"] < seen["held"] <= MEMORY_GOAL * seen["weights"]


@pytest.mark.skipif(not can_tell("cpu"), reason="only Linux tells a process the peak of its memory")
def test_loading_never_holds_a_second_copy_of_the_student(seen):
    assert seen["held"] <= 1.01 * seen["peak"]
    assert seen["peak"] < seen["weights"] + 4 * 66_985_530


def test_traces_of_full_size_models_agree_with_their_stock_passes(seen):
    (text,) = seen["texts"]
    assert text["tokens"] == 32
    assert 0 <= text["difference"] < DIFFERENCE_GOAL


def test_the_tables_hold_what_was_measured(seen):
    loading, tracing = loading_table([seen, seen]), tracing_table([seen, seen])
    assert list(loading.columns[2].cells) == [f"{4 * PARAMETERS / 1e6:,.1f}"]
    assert list(loading.columns[4].cells) == [f"[green]≤ {MEMORY_GOAL}"]
    assert list(tracing.columns[0].cells) == ["32"]
