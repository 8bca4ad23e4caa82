"""Addresses: every page has its name, every view its place in the address, and every old link leads to where its page is."""

from urllib.parse import parse_qsl

import pytest
from starlette.requests import Request
from starlette.routing import Route

from app import PAGES
from distilbert_viz.session import moved
from tests.support.pages import ENTRIES, LINKS, SCREENS, go_to, visit
from tests.support.paths import ROOT

# What the 27 pages were called until the folders' names were given up for the titles.
OLD = [
    "bert-to-distilbert", "wordpieces", "embedding-sum", "attention-heads", "inside-a-block", "hidden-states", "soft-labels",
    "one-distillation-step", "live-distillation", "ablation-race", "heads-that-survived", "heads-in-numbers",
    "what-attention-carries", "words-and-sets", "several-texts", "what-moves", "owed-to-tokens", "token-to-token", "bertviz-views",
    "report-and-files", "size-and-parts", "arithmetic", "measured-speed", "measured-memory", "what-is-lost", "teacher-or-student",
    "chain-of-causes",
]  # fmt: skip
ADDRESSES = {entry.address: entry for entry in ENTRIES}
ROUTES: dict[str, Route] = {route.path: route for route in moved.routes(ENTRIES[0])}


def led_to(old: str, choices: str = "") -> tuple[str, list[tuple[str, str]]]:
    """Where the server sends a browser that asks for an old address, and with which choices."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/{old}",
        "query_string": choices.encode(),
        "headers": [],
        "server": ("a", 1),
    }
    answer = ROUTES[f"/{old}"].endpoint(Request(scope))
    assert answer.status_code == 307
    page, _, query = answer.headers["location"].removeprefix("./").partition("?")
    return page, parse_qsl(query)


def test_the_list_has_twenty_doors_at_most_and_each_is_its_own_name():
    doors = [entry for entry in ENTRIES if entry.listed]
    assert len(doors) <= 20
    assert len(ADDRESSES) == len(ENTRIES)
    assert not {"Distil", "Lines", "bertviz"} & {door.title for door in doors}
    assert "Attention" in {door.title for door in PAGES["The forward pass"]}


def test_a_view_belongs_to_one_page_and_has_a_file():
    views = [view for entry in ENTRIES for view in entry.views]
    assert len(set(views)) == len(views)
    for entry in ENTRIES:
        files = [entry.file, *(f"{entry.file}/{view.replace(' ', '_')}" for view in entry.views)][bool(entry.views) :]
        assert all((ROOT / "pages" / f"{file}.py").is_file() for file in files)


def test_every_file_in_pages_is_a_page_or_a_view():
    named = {f"pages/{entry.file}.py" for entry in ENTRIES if not entry.views}
    named |= {f"pages/{entry.file}/{view.replace(' ', '_')}.py" for entry in ENTRIES for view in entry.views}
    assert {str(file.relative_to(ROOT)) for file in (ROOT / "pages").rglob("*.py")} == named


def test_no_file_directly_in_pages_is_called_like_an_address():
    """Streamlit makes a page of its own of such a file, which would hide ours from a first visitor."""
    assert not {file.stem for file in (ROOT / "pages").glob("*.py")} & set(ADDRESSES)


@pytest.mark.parametrize("old", OLD)
def test_an_old_address_is_a_page_still_or_leads_to_one_with_all_that_it_held(old):
    if old in ADDRESSES:
        return
    choices = [("text", "A [MASK] & a dog?"), ("teacher_layer", "L2"), ("teacher_off", "L1"), ("teacher_off", "L2 H3")]
    page, held = led_to(old, "text=A+[MASK]+%26+a+dog%3F&teacher_layer=L2&teacher_off=L1&teacher_off=L2+H3")
    assert page in ADDRESSES
    assert [choice for choice in held if choice in choices] == choices
    view = dict(held).get("view")
    assert view is None or view.replace("-", " ") in ADDRESSES[page].views[1:]


@pytest.mark.parametrize(
    ("old", "choices", "page", "held"),
    [
        ("token-to-token", "mean=true", "attention", {"view": "lines", "mean": "true"}),
        ("what-attention-carries", "norms_view=length", "attention", {"view": "what-it-carries", "norms_view": "length"}),
        ("what-attention-carries", "rollout_teacher=L1", "attention", {"view": "rollout", "rollout_teacher": "L1"}),
        ("several-texts", "text_2=Hi", "attention", {"text_2": "Hi"}),
        ("several-texts", "", "attention", {"text_2": "The capital of Germany is [MASK]."}),
        ("several-texts", "texts_view=soft+labels&text_3=Hi", "soft-labels", {"text_3": "Hi"}),
        ("measured-memory", "", "speed-and-memory", {"view": "memory"}),
        ("wordpieces", "", "tokens", {}),
    ],
)
def test_an_old_address_leads_to_the_view_that_it_named(old, choices, page, held):
    found, chosen = led_to(old, choices)
    assert found == page
    assert held.items() <= dict(chosen).items()


def test_the_first_page_stands_at_the_root_under_its_own_name_too():
    assert led_to(ENTRIES[0].address, "position=2") == ("", [("position", "2")])


@pytest.mark.parametrize("screen", [name for name in SCREENS if LINKS[name][1]])
def test_the_chosen_view_is_in_the_address_and_a_link_opens_it(loaded, screen):
    session = visit(screen)
    address, view = LINKS[screen]
    assert session.segmented_control(key=f"view_{address}").value == view.replace("-", " ")
    assert session.query_params["view"] in (view, [view])


def test_a_view_outlives_its_page_and_leaves_the_address_with_it(loaded):
    session = visit("attention")
    assert "view" not in session.query_params
    session.segmented_control(key="view_attention").set_value("lines").run()
    assert session.query_params["view"] in ("lines", ["lines"])
    go_to(session, "tokens").run()
    assert "view" not in session.query_params
    go_to(session, "attention").run()
    assert session.segmented_control(key="view_attention").value == "lines"
    assert session.query_params["view"] in ("lines", ["lines"])


def test_a_page_draws_its_chosen_view_alone(loaded):
    """The other views' pictures are neither drawn nor computed."""
    shown = {screen: " ".join(part.proto.id for part in visit(screen).get("bidi_component")) for screen in ("maps", "lines")}
    assert "overview" in shown["maps"]
    assert "overview" not in shown["lines"]


def test_an_unknown_view_is_the_first_one(loaded):
    session = visit("attention", view="no such view")
    assert session.segmented_control(key="view_attention").value == "maps"
    assert "view" not in session.query_params
