"""A person asks for a pair of the hub: sees its size and licence, presses the button, sees the bar, and then the pair."""

import re

import pytest
from playwright.sync_api import Page, expect

from distilbert_viz import families
from tests.support.browsers import served as served_app
from tests.support.hub import STUDENT, TEACHER, Hub, save_models, serving
from tests.support.paths import ROOT

pytestmark = pytest.mark.browser
BUILT_IN = re.compile("^small demo pair, trained for this project")


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """A hub with a whole pair, and a student that comes damaged."""
    teacher, student = save_models(tmp_path_factory.mktemp("models"))
    with serving() as hub:
        hub.publish(TEACHER, teacher)
        hub.publish(STUDENT, student, licence="mit")
        hub.publish("somebody/gpt", student).files["config.json"] = b'{"model_type": "gpt2"}'
        yield hub


@pytest.fixture(scope="module")
def address(hub: Hub, tmp_path_factory):
    """The app, whose hub and empty cache are named by the environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_ENDPOINT", hub.address)
        patch.setenv("HF_HOME", str(tmp_path_factory.mktemp("home")))
        patch.delenv("HF_HUB_OFFLINE", raising=False)
        with served_app(ROOT / "app.py") as address:
            yield address


@pytest.fixture
def visited(page: Page, address: str) -> Page:
    page.goto(f"{address}/tokens")
    expect(page.get_by_text("What to notice").first).to_be_visible(timeout=120_000)
    return page


def ask_for(page: Page, teacher: str, student: str) -> None:
    """Type both names into the list of pairs and press the button."""
    page.get_by_test_id("stPopover").get_by_role("button", name=BUILT_IN).click()
    for label, name in (("Teacher", teacher), ("Student", student)):
        page.get_by_role("textbox", name=label, exact=True).fill(name)  # and neither Enter nor Tab
    page.get_by_role("button", name="Open this pair").click()


def shown_pair(page: Page, title: str | re.Pattern):
    """The button that names the shown pair."""
    return page.get_by_test_id("stPopover").get_by_role("button", name=title)


def test_an_architecture_that_is_none_of_ours_leaves_the_earlier_pair(visited):
    ask_for(visited, TEACHER, "somebody/gpt")
    expect(visited.get_by_text(f"somebody/gpt is a gpt2 model; a pair is made of {families.titles()} models.")).to_be_visible()
    expect(shown_pair(visited, BUILT_IN)).to_be_visible()
    expect(visited.get_by_text("What to notice").first).to_be_visible()


def test_a_pair_of_the_hub_comes_after_its_size_licence_and_a_press_and_not_before(visited, hub):
    hub.slow.add("model.safetensors")
    ask_for(visited, TEACHER, STUDENT)
    fetch = visited.get_by_role("button", name=re.compile(r"^Fetch 0\.\d MB$"))
    expect(fetch).to_be_visible()
    expect(visited.get_by_text("licence mit")).to_be_visible()
    expect(visited.get_by_text("free on its disk")).to_be_visible()
    assert hub.sent("model.safetensors") == []
    fetch.click()
    expect(visited.get_by_text(re.compile(r"of 0\.\d MB, now model.safetensors"))).to_be_visible()
    expect(shown_pair(visited, BUILT_IN)).to_be_visible()
    hub.go_on.set()
    expect(shown_pair(visited, f"{TEACHER} → {STUDENT}")).to_be_visible(timeout=60_000)
    expect(visited.get_by_text("What to notice").first).to_be_visible(timeout=60_000)
