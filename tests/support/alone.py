"""A component by itself, on a page of its own in a real browser, without a Streamlit server."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route

from distilbert_viz.drawing import browser
from distilbert_viz.frame.components import DRAWN, HTML

ADDRESS = "http://components.test/"
PAGE = '<body style="margin: 0"><main style="--st-text-color: #222; --st-background-color: #fff"></main></body>'
MOUNT = """async ([js, css, html, width]) => {
  const { default: draw } = await import(URL.createObjectURL(new Blob([js], { type: "text/javascript" })))
  const host = document.querySelector("main").appendChild(document.createElement("div"))
  host.style.width = `${width}px`
  const parentElement = host.attachShadow({ mode: "open" })
  parentElement.innerHTML = `${html}<style>${css}</style>`
  window.told = []
  const setTriggerValue = (_, value) => told.push(value)
  Object.assign(window, { host, draw: (data) => draw({ data, parentElement, setTriggerValue }) })
}"""
DRAW = "([data, packed]) => { window.end = draw(packed ? Uint8Array.from(atob(packed), (c) => c.charCodeAt(0)) : data) }"
# What was to be done later is done when a test says so.
BY_HAND = "() => { window.planned = []; window.setTimeout = (call) => { planned.push(call) } }"
ALL_PLANNED = "async () => { for (const call of planned.splice(0)) await call() }"
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
Data = Mapping[str, Any] | bytes


class Component:
    """One component on a page of its own."""

    def __init__(self, page: Page, name: str, width: int):
        self.page = page
        page.evaluate(MOUNT, [browser.script(name) + DRAWN, browser.style(name), HTML[name], width])

    def draw(self, data: Data) -> None:
        """Give it data, as the page does whenever these have changed."""
        packed = base64.b64encode(data).decode() if isinstance(data, bytes) else None
        self.page.evaluate(DRAW, [None if packed else data, packed])

    @property
    def told(self) -> list[Any]:
        """What it said was chosen."""
        return self.page.evaluate("told")


def without_server(page: Page) -> None:
    """Open an empty page of which every other address fails."""
    page.route("**", lambda route: route.abort())
    page.route(ADDRESS, lambda route: route.fulfill(body=PAGE, content_type="text/html; charset=utf-8"))
    page.goto(ADDRESS)


def answering(page: Page, answers: Mapping[str, list[Any]]) -> list[str]:
    """The server says this to each address below /runs/, in turn, the last of it from then on; None is no answer.

    Returns what it was asked, which grows.
    """
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(urlsplit(route.request.url).path.removeprefix("/runs/"))
        said = answers[asked[-1]]
        now = said.pop(0) if len(said) > 1 else said[0]
        if now is None:
            route.abort()
        else:
            route.fulfill(json=now)

    page.route(f"{ADDRESS}runs/**", answer)
    return asked
