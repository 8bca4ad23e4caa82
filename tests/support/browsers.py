"""A Chromium to drive, a Streamlit server to drive it against, and waiting until a page is at rest."""

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright
from playwright.sync_api import Error as PlaywrightError

HOW_TO_GET_ONE = "No browser: install Chromium or Chrome, or run `python -m playwright install --with-deps chromium`."
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# Playwright itself adds --headless, --no-sandbox and an empty profile.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# Moves without a click or a key shortly before them, as web-vitals counts them; all of a page's are added up.
SHIFTS = """new PerformanceObserver((list) => {
  for (const move of list.getEntries()) if (!move.hadRecentInput) window.shifted = (window.shifted ?? 0) + move.value
}).observe({ type: "layout-shift", buffered: true })"""


def open_browser(playwright: Playwright) -> Browser:
    """The first browser that starts: the system's, Playwright's own, Debian's; LookupError when there is none."""
    refusals = []
    for find in (system_browser, own_browser, debian_browser):
        if path := find(playwright):
            try:
                return playwright.chromium.launch(executable_path=path, args=FLAGS)
            except PlaywrightError as error:
                refusals.append(f"{path} does not start: {error.message}")
    raise LookupError("\n".join([HOW_TO_GET_ONE, *refusals]))


def system_browser(_: Playwright) -> str | None:
    """The path of a Chromium or Chrome that is already installed."""
    return next(filter(None, map(shutil.which, (*NAMES, MACOS_CHROME))), None)


def own_browser(playwright: Playwright) -> str | None:
    """The path of the Chromium that Playwright downloads, tried once."""
    path = playwright.chromium.executable_path
    if not Path(path).exists():
        attempt([sys.executable, "-m", "playwright", "install", "chromium"])
    return path if Path(path).exists() else None


def debian_browser(playwright: Playwright) -> str | None:
    """The path of Debian's Chromium, installed here when we are root."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        attempt(["apt-get", "update"])
        attempt(["apt-get", "install", "-y", "chromium"])
    return system_browser(playwright)


def attempt(command: list[str]) -> None:
    """Run an installer that may fail and must not ask: whether it worked shows in what is there afterwards."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(command, check=False, stdin=subprocess.DEVNULL, env=quiet, timeout=600)


@contextlib.contextmanager
def served(script: Path) -> Iterator[str]:
    """The address of a Streamlit server that runs `script` from its own folder, for as long as the block lasts."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", script.name, "--server.port", str(port)]
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen([*command, "--server.headless", "true"], cwd=script.parent, stdout=log, stderr=subprocess.STDOUT)
        try:
            if not healthy(server, port):
                log.seek(0)
                raise RuntimeError(f"{script} did not start:\n{log.read().decode(errors='replace')}")
            yield f"http://127.0.0.1:{port}"
        finally:
            stop(server)


def free_port() -> int:
    """A TCP port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def healthy(server: subprocess.Popen, port: int, seconds: float = 90, address: str = "/_stcore/health") -> bool:
    """Whether the server answers its health address within the seconds, asked until it does or has ended."""
    deadline = time.monotonic() + seconds
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", address)
            if connection.getresponse().status == 200:
                return True
        time.sleep(0.2)
    return False


def stop(server: subprocess.Popen) -> None:
    """End the server, by force when it does not listen."""
    server.terminate()
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


# Whether the page is at rest, asked at every frame. A press is answered by a message to the server, and that by a run; where no
# message follows, MOMENT has to pass, and RARE where no run does. Both are noted as they happen: a run may be over in a frame.
AT_REST = """() => {
    const STALE_OR_LATE = '[data-stale="true"], [data-testid="stMain"] [data-testid="stSkeleton"]'
    const MOMENT = 300, RARE = 1000, app = document.querySelector('[data-testid="stApp"]'), now = () => performance.now()
    if (!app) return false
    const seen = window.seen ??= {pressed: 0, sent: -RARE, began: 0, calm: 0}
    const press = (event) => { if (event.type !== 'change' || event.target.type === 'file') seen.pressed = now() }
    const look = () => { if (app.dataset.testScriptState === 'running') seen.began = now() }
    if (!seen.send) {
        seen.send = WebSocket.prototype.send
        WebSocket.prototype.send = function (message) { seen.sent = now(); seen.send.call(this, message) }
        for (const kind of ['keydown', 'pointerdown', 'resize', 'change']) addEventListener(kind, press, true)
    }
    if (seen.app !== app) {
        Object.assign(seen, {app, pressed: now()})
        new MutationObserver(look).observe(app, {attributes: true, attributeFilter: ['data-test-script-state']})
    }
    const answered = seen.sent < seen.pressed ? now() - seen.pressed > MOMENT : seen.sent < seen.began || now() - seen.sent > RARE
    const still = app.dataset.testScriptState === 'notRunning' && !document.querySelector(STALE_OR_LATE)
    seen.calm = answered && still ? (seen.calm + 1) % 4 : 0
    return seen.calm === 3
}"""


def settled(page: Page, seconds: float = 60) -> Page:
    """The same page once what was pressed is answered, its script has run and nothing on it is stale."""
    page.wait_for_function(AT_REST, timeout=1000 * seconds)
    return page


def type_text(page: Page, text: str) -> None:
    """Put a new text into the bar of a page that was at rest, as a person does, and wait for its pictures."""
    box = page.get_by_placeholder("Type a sentence.")
    box.fill(text)
    box.press("Enter")
    settled(page)
