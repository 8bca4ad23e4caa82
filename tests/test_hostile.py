"""What nobody should type, choose, link or upload, through the real app: no traceback, nothing read as markup, no file made."""

import math
from pathlib import Path
from random import Random

import huggingface_hub.constants
import pytest
from streamlit.testing.v1 import AppTest

import hostile
from app import PAGES
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.runs import home, kept, queue
from distilbert_viz.ui import jobs
from measured import measurement
from test_pages import loaded, visit  # noqa: F401

pytestmark = pytest.mark.usefixtures("loaded")
NAMES = [name for section in PAGES.values() for name, *_ in section]
FEW, MANY = 8, 75  # inputs a page
NORMAL = "A cat sat on the [MASK]."
# What must be chosen first, so that a page shows all of its fields.
OPENED = {
    "heads": [("heads_text", "a text file of mine")],
    "quality": [("quality_text", "a text file of mine")],
    "what_if": [("replace_at", 1)],
    "choose": [("cost_pair", "BERT-base and DistilBERT at full size")],
}
TEXTS = ("sentences", "file", "hub")
OWN_DOORS = {"text", "pair", "device", "dtype"}  # links with tests of their own


@pytest.fixture(autouse=True)
def runs(monkeypatch, tmp_path) -> Path:
    """A server with runs of its own, one measurement, an empty cache and no network; no consumer takes runs up."""
    folder = tmp_path / "runs"
    monkeypatch.setenv("DISTILBERT_VIZ_RUNS", str(folder))
    monkeypatch.setattr(queue, "start_consumer", lambda device: None)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    kept.keep(measurement())
    return folder


def opened(page: str, **address: object) -> AppTest:
    """A new session on a page, all of its fields on it."""
    session = visit(page, **address)
    for key, value in OPENED.get(page, ()):
        widgets = [*session.get("segmented_control"), *session.selectbox]
        next(widget for widget in widgets if widget.key == key).set_value(value).run()
    return session


def unhurt(session: AppTest) -> AppTest:
    """The session, on whose page is no traceback and nothing typed that would be read."""
    assert not session.exception, session.exception
    assert hostile.interpreted(session) == []
    return session


def answers(session: AppTest) -> bool:
    """Whether a normal text is read."""
    session.text_input(key="typed").set_value(NORMAL).run()
    return any("9 of 512 tokens" in caption.value for caption in unhurt(session).caption)


def type_something(session: AppTest, random: Random) -> None:
    """Something hostile into one of the page's fields, or a hostile file."""
    fields = [field for field in session.text_input if not field.disabled and not field.key.startswith("own_")]
    numbers, files = [field for field in session.number_input if not field.disabled], list(session.file_uploader)
    kinds = ["text"] * 4 + ["number"] * bool(numbers) + ["file"] * bool(files) * 3
    match random.choice(kinds):
        case "text":
            random.choice(fields).set_value(hostile.wired(hostile.text(random)))
        case "number":
            random.choice(numbers).set_value(random.choice([1e308, -0.0, 1e-320, math.pi, -1.0, 2.0**63]))
        case "file":
            random.choice(files).set_value((*hostile.file(random), "text/plain"))
    unhurt(session.run())


def follow_link(page: str, keys: list[str], random: Random) -> AppTest:
    """A new session by a link whose every parameter is hostile."""
    address = {key: hostile.wired(hostile.number(random)) for key in keys}
    return unhurt(opened(page, **address))


def attack(page: str, inputs: int, seed: int) -> None:
    """So many hostile inputs: typed, uploaded, then in links; after every sixth the page still answers."""
    random = Random(f"{page} {seed}")
    session, tried, keys = opened(page), 0, []
    while tried < inputs:
        for _ in range(min(6, inputs - tried - 2)):
            type_something(session, random)
            tried += 1
        assert answers(session)
        keys = sorted({"mask", "position", "run"} | hostile.linked_keys(session) | set(keys))
        chosen = random.sample(keys, min(4, len(keys)))
        session = follow_link(page, chosen, random)
        tried += len(chosen)
    assert answers(session)


def test_the_fuzz_tries_2000_inputs_and_the_normal_run_200():
    assert MANY * len(NAMES) >= 2_000
    assert FEW * len(NAMES) >= 200


@pytest.mark.parametrize("page", NAMES)
def test_what_is_typed_linked_or_uploaded_is_neither_read_nor_run(page, runs):
    with hostile.touched() as paths:
        attack(page, FEW, seed=7)
    assert [path for path in paths if not path.is_relative_to(runs)] == []


@pytest.mark.fuzz
@pytest.mark.parametrize("page", NAMES)
def test_what_is_typed_linked_or_uploaded_a_thousandfold_is_neither_read_nor_run(page, runs):
    with hostile.touched() as paths:
        attack(page, MANY, seed=11)
    assert [path for path in paths if not path.is_relative_to(runs)] == []
