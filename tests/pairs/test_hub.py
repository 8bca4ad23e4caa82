"""The hub before anything is fetched: what is said, and what is refused in one clear sentence each."""

import huggingface_hub.constants
import pytest

from distilbert_viz import families
from distilbert_viz.pairs import hub, load_pair
from distilbert_viz.pairs.refusals import NotFetched, PairError
from tests.support.folders import refusal
from tests.support.hub import STUDENT, TEACHER, WEIGHTS, fetched, save_models


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
