"""The look comes with the page, so that nothing on it is moved by what comes late."""

import pytest
from playwright.sync_api import Page, expect
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from distilbert_viz.session.look import LOOK, Look
from tests.support.browsers import SHIFTS, settled

PAGE = "<html><head></head><body>" + "word " * 500 + "</body></html>"
BROWSER = {"accept": "text/html,*/*", "accept-encoding": "gzip", "if-none-match": '"1"'}


def a_page(request):
    """A page that a browser may keep, or "as you have it"."""
    if request.headers.get("if-none-match"):
        return HTMLResponse(status_code=304)
    return HTMLResponse(PAGE, headers={"etag": '"1"'})


@pytest.fixture
def client() -> TestClient:
    """A browser's view of a server that packs what it sends."""
    routes = [Route("/page", a_page), Route("/data", lambda request: JSONResponse({"page": PAGE}))]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Look), Middleware(GZipMiddleware, minimum_size=10)]))


def test_a_page_comes_whole_with_its_look_at_the_end_of_its_body(client):
    answer = client.get("/page", headers=BROWSER)
    assert answer.content == PAGE.encode().replace(b"</body>", LOOK)
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "etag" not in answer.headers


def test_what_is_no_page_passes_as_it_is(client):
    assert client.get("/data", headers=BROWSER).json() == {"page": PAGE}
    assert client.get("/page", headers={"accept": "application/json"}).text == PAGE


@pytest.mark.browser
@pytest.mark.parametrize("address", ["", "attention", "where-it-was-lost", "size-and-arithmetic"])
def test_a_page_that_is_opened_by_its_link_does_not_jump(page: Page, app, address):
    page.add_init_script(SHIFTS)
    page.goto(f"{app}/{address}")
    expect(page.get_by_text("Sources:").last).to_be_visible(timeout=120_000)
    settled(page).wait_for_timeout(500)
    assert page.evaluate("window.shifted ?? 0") < 0.05


@pytest.mark.browser
def test_what_a_term_means_lets_no_other_words_through(open_page):
    term = open_page("soft-labels").locator('[data-testid="stCaptionContainer"] .term').first
    term.hover()
    assert term.evaluate("e => getComputedStyle(e, '::after').content").strip('"') == term.get_attribute("data-said")
    through = "e => { let all = 1; for (; e; e = e.parentElement) all *= getComputedStyle(e).opacity; return all }"
    assert term.evaluate(through) == 1
