"""From a name on the hub to a loaded pair, against a hub on loopback: what is said before, what comes, what goes wrong."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import huggingface_hub.constants
import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from distilbert_viz import families
from distilbert_viz.pairs import hub, load_pair
from distilbert_viz.pairs.fetching import fetch
from distilbert_viz.pairs.refusals import NotFetched, PairError
from distilbert_viz.tracing import trace_pair
from tests.support.hub import CHUNK, STUDENT, TEACHER, save_models, serving
from tests.support.paths import ROOT

WEIGHTS = "model.safetensors"


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return save_models(tmp_path_factory.mktemp("models"))


@pytest.fixture
def served(folders, tmp_path, monkeypatch):
    """A hub with a tiny pair, asked by huggingface_hub, whose cache is empty."""
    with serving() as served:
        served.publish(TEACHER, folders[0])
        served.publish(STUDENT, folders[1], licence="mit")
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", served.address)
        template = served.address + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(huggingface_hub.constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
        yield served


def fetched(*sources: str) -> list:
    """Every record of a fetch to its end."""
    return list(fetch(hub.parcel(source) for source in sources))


def refusal(act, *arguments) -> str:
    """The one sentence with which it is refused."""
    with pytest.raises(PairError) as refused:
        act(*arguments)
    sentence = str(refused.value)
    assert len(sentence.splitlines()) == 1
    assert sentence.endswith(".")
    return sentence


# Before


def test_size_licence_and_commit_are_known_before_a_byte_of_the_model_is_asked_for(served, folders):
    parcel = hub.parcel(STUDENT)
    needed = [path for path in folders[1].iterdir() if path.name in {*hub.TOKENIZER, hub.CONFIGURATION, hub.WEIGHTS}]
    assert (parcel.size, parcel.licence, parcel.here) == (sum(path.stat().st_size for path in needed), "mit", 0)
    assert (parcel.revision, parcel.commit) == ("main", served.repositories[STUDENT].commit)
    assert {path for _, path, _ in served.asked} == {f"/api/models/{STUDENT}/revision/main"}


def test_only_what_the_model_needs_is_fetched(served):
    served.repositories[STUDENT].files |= {
        "pytorch_model.bin": b"pickle",
        "README.md": b"words",
        "tf_model.h5": b"x",
        "run.py": b"x",
    }
    fetched(STUDENT)
    asked = {path.rsplit("/", 1)[1] for method, path, _ in served.asked if "/resolve/" in path}
    assert asked == {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}


def test_loading_alone_asks_the_hub_for_nothing(served):
    with pytest.raises(NotFetched):
        load_pair(teacher=TEACHER, student=STUDENT)
    assert served.asked == []


# A plain fetch


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


# Broken off and resumed, cancelled, corrupted


@pytest.mark.parametrize("ranges", [True, False])
def test_a_fetch_that_is_cut_keeps_what_came_and_the_next_one_goes_on(served, ranges):
    served.ranges, served.cut[WEIGHTS] = ranges, 2 * CHUNK
    said = refusal(fetched, TEACHER)
    size = hub.parcel(TEACHER).size
    assert f"{WEIGHTS} broke off after {2 * CHUNK:,} of " in said
    records = fetched(TEACHER)
    assert served.sent(WEIGHTS) == ["", f"bytes={2 * CHUNK}-"]
    assert (records[-1].done, records[0].began > 2 * CHUNK) == (size, True)
    assert hub.missing([TEACHER]) == []


def test_a_slow_fetch_that_is_closed_ends_and_keeps_what_came(served):
    served.slow.add(WEIGHTS)
    stream = fetch([hub.parcel(TEACHER)])
    for record in stream:
        if record.file == WEIGHTS:
            break
    stream.close()
    served.go_on.set()
    assert hub.missing([TEACHER]) == [TEACHER]
    fetched(TEACHER)
    assert served.sent(WEIGHTS)[1].startswith("bytes=")
    assert hub.missing([TEACHER]) == []


@pytest.mark.parametrize("file", [WEIGHTS, "config.json"])
def test_bytes_with_a_wrong_checksum_are_thrown_away(served, file):
    served.wrong.add(file)
    assert refusal(fetched, TEACHER) == (
        f"{TEACHER} can't be fetched: {file} came with a wrong checksum and was thrown away: fetch it again."
    )
    served.wrong.clear()
    fetched(TEACHER)
    assert served.sent(file) == ["", ""]
    assert hub.missing([TEACHER]) == []


def test_a_full_disk_is_refused_before_a_byte_comes(served, monkeypatch):
    monkeypatch.setattr(hub, "free_bytes", lambda: 1_000_000)
    assert "MB are to be fetched and the cache's disk has 1 MB free." in refusal(fetched, TEACHER)
    assert served.sent(WEIGHTS) == []


def test_a_disk_that_fills_up_midway_is_one_sentence_and_the_next_fetch_goes_on(served, monkeypatch):
    opened = Path.open

    def small(path: Path, mode: str = "r", **words: object) -> IO:
        file = opened(path, mode, **words)
        if path.suffix == ".incomplete" and mode in ("ab", "wb"):
            monkeypatch.setattr(Path, "open", opened)
            file = FullAfter(file, room=10)
        return file

    monkeypatch.setattr(Path, "open", small)
    assert refusal(fetched, TEACHER) == f"{TEACHER} can't be fetched: the disk is full."
    fetched(TEACHER)
    assert hub.missing([TEACHER]) == []


class FullAfter:
    """A file on a disk with room for so many bytes more."""

    def __init__(self, file: IO, room: int) -> None:
        self.file, self.room = file, room

    def write(self, data: bytes) -> int:
        fits = self.file.write(data[: self.room])
        self.room -= fits
        if fits < len(data):
            raise OSError(errno.ENOSPC, "No space left on device")
        return fits

    def tell(self) -> int:
        return self.file.tell()

    def __enter__(self) -> "FullAfter":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


# One clear sentence each


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (401, "RepoNotFound", "there is no model of this name at "),
        (404, "RepoNotFound", "there is no model of this name at "),
        (403, "GatedRepo", "its owner opens it only to people who accepted its conditions: do so at "),
        (403, "", "doesn't allow it with the token on the machine that runs distilbert_viz, if any (403)."),
        (500, "", "answered 500: try again later."),
    ],
)
def test_what_the_hub_refuses_is_refused_in_one_sentence(served, status, code, said):
    served.repositories[TEACHER].status, served.repositories[TEACHER].code = status, code
    sentence = refusal(hub.parcel, TEACHER)
    assert sentence.startswith(f"{TEACHER} can't be fetched: ")
    assert said in sentence


def test_a_revision_that_is_not_there_is_named(served):
    assert "it has no revision 'v9' at " in refusal(hub.parcel, f"{TEACHER}@v9")


def test_a_hub_that_nobody_answers_for_is_named(served, monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", "http://127.0.0.1:9")
    said = refusal(hub.parcel, TEACHER)
    assert "http://127.0.0.1:9 can't be reached from the machine that runs distilbert_viz (ConnectError)." in said


def test_offline_the_hub_is_not_asked(served, monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    assert refusal(hub.parcel, TEACHER) == f"{TEACHER} can't be fetched: HF_HUB_OFFLINE is set, so the hub isn't asked."
    assert served.asked == []


def test_weights_that_could_run_code_are_refused_before_a_byte_comes(served):
    files = served.repositories[TEACHER].files
    files["pytorch_model.bin"] = files.pop(WEIGHTS)
    said = (
        "it holds no safetensors weights, only files that could run code when opened (pytorch_model.bin), and those are not opened."
    )
    assert refusal(hub.parcel, TEACHER) == f"{TEACHER} can't be fetched: {said}"


@pytest.mark.parametrize("lost", [["config.json"], ["tokenizer.json", "vocab.txt"], [WEIGHTS]])
def test_a_repository_without_a_needed_file_is_refused(served, lost):
    for name in lost:
        served.repositories[TEACHER].files.pop(name, None)
    assert "can't be fetched: it holds no " in refusal(hub.parcel, TEACHER)


def test_another_architecture_is_refused_before_a_byte_comes(served):
    served.repositories[TEACHER].files["config.json"] = b'{"model_type": "gpt2"}'
    assert refusal(hub.parcel, TEACHER) == f"{TEACHER} is a gpt2 model; a pair is made of {families.titles()} models."


def test_two_tokenizers_are_no_pair(served, tmp_path):
    _, other = save_models(tmp_path / "other", words=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "b"])
    served.publish("somebody/other", other)
    fetched(TEACHER, "somebody/other")
    with pytest.raises(PairError, match="don't share a vocabulary"):
        load_pair(teacher=TEACHER, student="somebody/other", device="cpu")


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


# The same truths as of the published checkpoints


def test_the_embeddings_of_a_fetched_pair_add_up_to_what_the_first_layer_reads(served):
    fetched(TEACHER, STUDENT)
    pair = load_pair(teacher=TEACHER, student=STUDENT, device="cpu")
    for model, trace in zip(pair, trace_pair(pair, "the capital of france is [MASK] ."), strict=True):
        parts = trace.embeddings
        total = parts.word + parts.position + (0 if parts.token_type is None else parts.token_type)
        with torch.inference_mode():
            normed = model.embeddings.LayerNorm(torch.from_numpy(total)).numpy()
        assert np.allclose(normed, trace.hidden_states[0], rtol=0, atol=1e-5)


# A mirror that lists names alone


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
