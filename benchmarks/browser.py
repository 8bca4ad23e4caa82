"""What a visitor waits for: a new sentence on an open page, and the first paint of a server that has just started."""

import contextlib
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, WebSocket

from tests.support.browsers import free_port, healthy, stop

ROOT = Path(__file__).resolve().parent.parent
ADDRESSES = {
    "start": "",
    "architecture": "architecture",
    "tokens": "tokens",
    "embeddings": "embeddings",
    "attention": "attention",
    "block": "inside-a-block",
    "hidden_states": "hidden-states",
    "soft_labels": "soft-labels",
    "lost": "where-it-was-lost",
}
SECONDS = 120
SCREEN = {"width": 1440, "height": 900}


@dataclass(frozen=True, eq=False)
class ColdStart:
    """Seconds since navigation to a server that had just become healthy; `torch` is None where nobody could look."""

    first_input: float
    torch: float | None
    first_picture: float


@contextlib.contextmanager
def app_server(script: str = "app.py", *options: str) -> Iterator[tuple[str, int]]:
    """Address and process id of a healthy server that has had no visitor yet."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port), "--server.headless", "true"]
    server = subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if not healthy(server, port):
            raise RuntimeError("the app's server did not start")
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        stop(server)


@contextlib.contextmanager
def clocked_page(browser: Browser, still: bool = False) -> Iterator[Page]:
    """A page of a new visitor, empty cache, with the clock of clock.js in it; `still`: of one who asks that nothing moves."""
    context = browser.new_context(viewport=SCREEN, reduced_motion="reduce" if still else "no-preference")
    context.add_init_script(path=Path(__file__).parent / "clock.js")
    try:
        yield context.new_page()
    finally:
        context.close()


def wait_for_picture(page: Page) -> float:
    """Milliseconds of the page's own clock at which the picture stood, once nothing has changed for half a second."""
    page.get_by_text("What to notice.").first.wait_for(timeout=1000 * SECONDS)
    page.wait_for_function("bench.settled()", timeout=1000 * SECONDS, polling=100)
    return page.evaluate("bench.painted")


def received(page: Page) -> list[int]:
    """A list that grows by the payload length of every websocket frame the page receives, in bytes."""
    frames: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda payload: frames.append(len(payload))))
    return frames


def packed(page: Page) -> list[int]:
    """The same of the frames as they travel: packed one after the other, as the server does it (RFC 7692, a window of 4 kB)."""
    sizes: list[int] = []

    def opened(socket: WebSocket) -> None:
        pack = zlib.compressobj(wbits=-12, memLevel=5)
        socket.on(
            "framereceived", lambda payload: sizes.append(len(pack.compress(_bytes(payload)) + pack.flush(zlib.Z_SYNC_FLUSH)))
        )

    page.on("websocket", opened)
    return sizes


def _bytes(payload: str | bytes) -> bytes:
    return payload.encode() if isinstance(payload, str) else payload


def new_sentence(page: Page, frames: list[int], text: str) -> tuple[float, int]:
    """Seconds from Enter to the settled picture, and bytes received from Enter until the page is at rest."""
    box = page.locator(".st-key-typed input")
    box.fill(text)
    page.wait_for_timeout(300)
    frames.clear()
    box.press("Enter")
    painted = wait_for_picture(page)
    shown = parse_qs(urlsplit(page.url).query).get("text")
    trouble = page.locator('[data-testid="stException"], [role="dialog"]').all_inner_texts()
    if shown != [text] or trouble:
        raise RuntimeError(f"the page did not show the text: its address says {shown}, the page says {trouble}")
    return (painted - page.evaluate("bench.pressed")) / 1000, sum(frames)


def browser_times(
    browser: Browser, pages: list[str], lengths: dict[int, Iterator[str]], repeats: int
) -> dict[tuple[str, int], list[tuple[float, int]]]:
    """For every page and length of text, (seconds, bytes) of every repeat."""
    found = {}
    with app_server() as (address, _):
        for name in pages:
            with clocked_page(browser) as page:
                frames = received(page)
                page.goto(f"{address}/{ADDRESSES[name]}")
                wait_for_picture(page)
                for length, texts in lengths.items():
                    measured = [new_sentence(page, frames, text) for text in islice(texts, repeats + 2)]
                    found[name, length] = measured[2:]  # the first two warm up
    return found


def cold_start(browser: Browser, name: str) -> ColdStart:
    """A fresh server, a fresh visitor."""
    with app_server() as (address, process), first_mapping(process, "libtorch") as mapped, clocked_page(browser) as page:
        page.goto(f"{address}/{ADDRESSES[name]}", wait_until="commit")
        painted = wait_for_picture(page)
        origin, first_input = page.evaluate("[performance.timeOrigin, bench.input]")
    torch = mapped[0] - origin / 1000 if mapped else None
    return ColdStart(first_input / 1000, torch, painted / 1000)


@contextlib.contextmanager
def first_mapping(process: int, library: str) -> Iterator[list[float]]:
    """A list that receives the time at which the library first stands in the process's memory map (Linux only)."""
    maps, found, over = Path(f"/proc/{process}/maps"), [], threading.Event()

    def watch() -> None:
        while maps.exists() and not found and not over.wait(0.02):
            if library in maps.read_text():
                found.append(time.time())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()
