"""From a name on the hub to a loaded pair, against a hub on loopback; at the end from a shell."""

import json
import os
import subprocess
import sys

import huggingface_hub.constants
import numpy as np
import torch
from safetensors.torch import load_file

from distilbert_viz.pairs import hub, load_pair
from distilbert_viz.tracing import trace_pair
from tests.support.hub import STUDENT, TEACHER, WEIGHTS, fetched
from tests.support.paths import ROOT


def test_a_fetched_pair_opens_without_a_network_and_its_weights_are_the_published_ones(served, folders, monkeypatch):
    assert hub.missing((TEACHER, STUDENT)) == [TEACHER, STUDENT]
    records = fetched(TEACHER, STUDENT)
    assert [record.done for record in records] == sorted(record.done for record in records)
    assert (records[-1].done, records[-1].began) == (records[-1].total, 0)
    assert hub.missing((TEACHER, STUDENT)) == []
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    asked = len(served.asked)
    pair = load_pair(teacher=TEACHER, student=STUDENT, device="cpu")
    assert len(served.asked) == asked
    for model, folder in zip(pair, folders, strict=True):
        loaded = model.network.state_dict()
        assert all(torch.equal(loaded[name], tensor) for name, tensor in load_file(folder / WEIGHTS).items())


def test_main_is_resolved_and_the_models_name_says_to_which_commit(served):
    fetched(TEACHER, STUDENT)
    pair = load_pair(teacher=TEACHER, student=f"{STUDENT}@main", device="cpu")
    commits = [served.repositories[name].commit[:12] for name in (TEACHER, STUDENT)]
    assert [model.name for model in pair] == [f"{TEACHER}@{commits[0]}", f"{STUDENT}@{commits[1]}"]


def test_a_pinned_commit_opens_by_its_name_and_main_stays_unknown(served):
    pinned = f"{TEACHER}@{served.repositories[TEACHER].commit}"
    fetched(pinned)
    assert hub.missing((pinned, TEACHER)) == [TEACHER]
    assert hub.commit(pinned) == served.repositories[TEACHER].commit


def test_the_cache_is_the_one_that_huggingface_hub_reads(served):
    fetched(TEACHER)
    (cached,) = huggingface_hub.scan_cache_dir(huggingface_hub.constants.HF_HUB_CACHE).repos
    (revision,) = cached.revisions
    assert (cached.repo_id, revision.commit_hash, set(revision.refs)) == (TEACHER, served.repositories[TEACHER].commit, {"main"})
    assert {file.file_name for file in revision.files} >= {"config.json", WEIGHTS}


def test_what_is_here_is_not_fetched_twice(served):
    fetched(TEACHER)
    sent = served.sent(WEIGHTS)
    records = fetched(TEACHER)
    assert (served.sent(WEIGHTS), {record.began for record in records}) == (sent, {records[-1].total})
    assert hub.parcel(TEACHER).here == hub.parcel(TEACHER).size


def test_weights_in_shards_are_whole_only_with_every_shard(served, folders):
    files = served.repositories[TEACHER].files
    names = list(load_file(folders[0] / WEIGHTS))
    shards = {name: f"model-0000{1 + i % 2}-of-00002.safetensors" for i, name in enumerate(names)}
    files |= {shard: files[WEIGHTS] for shard in shards.values()} | {hub.INDEX: json.dumps({"weight_map": shards}).encode()}
    del files[WEIGHTS]
    fetched(TEACHER)
    assert hub.missing([TEACHER]) == []
    (hub.on_disk(TEACHER) / "model-00002-of-00002.safetensors").unlink()
    assert hub.missing([TEACHER]) == [TEACHER]


def test_a_token_goes_to_the_hub_and_opens_what_needs_one(served, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_for_a_test")
    fetched(TEACHER)
    assert {headers.get("authorization") for _, _, headers in served.asked} == {"Bearer hf_for_a_test"}


def test_the_embeddings_of_a_fetched_pair_add_up_to_what_the_first_layer_reads(served):
    fetched(TEACHER, STUDENT)
    pair = load_pair(teacher=TEACHER, student=STUDENT, device="cpu")
    for model, trace in zip(pair, trace_pair(pair, "the capital of france is [MASK] ."), strict=True):
        parts = trace.embeddings
        total = parts.word + parts.position + (0 if parts.token_type is None else parts.token_type)
        with torch.inference_mode():
            normed = model.embeddings.LayerNorm(torch.from_numpy(total)).numpy()
        assert np.allclose(normed, trace.hidden_states[0], rtol=0, atol=1e-5)


# From a shell, where the environment alone says which hub


def run(served, tmp_path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """A command in a process of its own whose hub and cache are named by the environment."""
    named = {"HF_ENDPOINT": served.address, "HF_HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1"}
    left = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS"))}
    command = [sys.executable, "-m", "distilbert_viz", *arguments]
    return subprocess.run(command, cwd=ROOT, env=left | named | environment, capture_output=True, text=True, check=False)


def test_a_command_says_what_it_fetches_and_the_next_one_needs_no_network(served, tmp_path):
    text, own = "the capital of france is [MASK] .", ("--teacher", TEACHER, "--student", STUDENT)
    first = run(served, tmp_path, "soft-labels", text, *own, "--json")
    assert first.returncode == 0, first.stderr
    size = sum(hub.parcel(name).size for name in (TEACHER, STUDENT))
    assert f"{size / 1e6:,.1f} MB" in first.stderr
    assert "apache-2.0" in first.stderr
    assert "mit" in first.stderr
    second = run(served, tmp_path, "soft-labels", text, *own, "--json", HF_HUB_OFFLINE="1")
    assert (second.returncode, second.stdout, second.stderr) == (0, first.stdout, "")


def test_a_command_that_can_not_fetch_ends_in_one_line(served, tmp_path):
    ended = run(served, tmp_path, "size", "--teacher", "somebody/nothing", "--student", STUDENT)
    assert (ended.returncode, ended.stdout, len(ended.stderr.splitlines())) == (2, "", 1)
    assert ended.stderr.startswith("somebody/nothing can't be fetched: there is no model of this name at ")
