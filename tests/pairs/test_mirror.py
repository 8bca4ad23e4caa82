"""A mirror that lists names alone is fetched by the hub's own downloader, and what that one can't do."""

from pathlib import Path

import huggingface_hub.constants
import torch
from safetensors.torch import load_file

from distilbert_viz.pairs import hub, load_pair
from distilbert_viz.pairs.fetching import fetch
from tests.support.folders import refusal
from tests.support.hub import CHUNK, STUDENT, TEACHER, WEIGHTS, fetched


def test_a_mirror_without_sizes_and_checksums_is_fetched_file_by_file_by_the_hubs_own_downloader(served, folders, monkeypatch):
    served.names_only = True
    parcel = hub.parcel(TEACHER)
    assert (parcel.by_files, parcel.size, parcel.here) == (True, 0, 0)
    records = fetched(TEACHER, STUDENT)
    assert [record.done for record in records] == list(range(len(records)))
    assert {(record.total, record.by_files) for record in records} == {(len(records) - 1, True)}
    assert hub.missing([TEACHER, STUDENT]) == []
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    pair = load_pair(teacher=TEACHER, student=STUDENT, device="cpu")
    saved = load_file(folders[0] / WEIGHTS)
    assert all(torch.equal(pair.teacher.network.state_dict()[name], tensor) for name, tensor in saved.items())


def test_from_such_a_mirror_a_file_that_is_not_there_is_one_sentence(served):
    served.names_only = True
    parcel = hub.parcel(TEACHER)
    del served.repositories[TEACHER].files[WEIGHTS]
    assert refusal(lambda: list(fetch([parcel]))).startswith(
        f"{TEACHER} can't be fetched: a file that {served.address} lists isn't"
    )


def test_the_hubs_own_downloader_neither_resumes_nor_checks_which_is_why_there_is_a_stream_of_our_own(served):
    """Where this fails, huggingface_hub has learned it, and our own stream can go."""
    served.wrong.add("config.json")
    taken = huggingface_hub.hf_hub_download(TEACHER, "config.json")
    assert Path(taken).read_bytes() != served.repositories[TEACHER].files["config.json"]
    served.cut[WEIGHTS] = 2 * CHUNK
    huggingface_hub.hf_hub_download(TEACHER, WEIGHTS)
    asked = served.sent(WEIGHTS)
    assert asked[0] == ""
