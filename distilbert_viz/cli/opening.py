"""distilbert-viz open: the app and a browser on it; with the folder of a run, that run, while it goes on."""

import http.client
import os
import socket
import sys
import threading
import time
import webbrowser
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer
from rich.text import Text

from distilbert_viz import settings
from distilbert_viz.cli import shared
from distilbert_viz.pairs.catalogue import BUILT_IN, chosen
from distilbert_viz.pairs.choice import TwoSources, absolute
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.runs import home, opened

PACKAGE = Path(__file__).resolve().parents[1]
HOST, FIRST_PORT, PORTS = "127.0.0.1", 8501, 100
RUNS_PAGE = "live-run"
SECONDS_TO_START = 60.0


def open_app(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="The folder of a run that distil or Watch makes: it is shown live.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help=f"By default {FIRST_PORT}, or the next that is free.")] = None,
    pair: shared.PairName = None,
    teacher: shared.Teacher = None,
    student: shared.Student = None,
    browser: Annotated[bool, typer.Option(help="Open a browser, where there is a screen.")] = True,
) -> None:
    """Open the app in a browser, on a pair, or on a run that goes on elsewhere, which is watched alone."""
    choices = _pair(pair, teacher, student) | ({} if folder is None else _run(folder))
    number = _free_port() if port is None else _this_port(port)
    address = f"http://{HOST}:{number}/{RUNS_PAGE if folder else ''}{'?' if choices else ''}{urlencode(choices)}"
    shared.say(Text(address, "bold"))
    if browser and _has_screen():
        threading.Thread(target=_show, args=(number, address), daemon=True).start()
    serve(number)


def app_file() -> Path:
    """app.py: as it was installed with the package, or beside it in a checkout."""
    installed = PACKAGE / "site" / "app.py"
    return installed if installed.is_file() else PACKAGE.parent / "app.py"


def serve(port: int) -> None:
    """The app's server, until it is stopped."""
    from streamlit.web import cli

    options = {"server.port": str(port), "server.headless": "true", "logger.hideWelcomeMessage": "true"}
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    cli.main(["run", str(app_file()), *words], prog_name="streamlit")


def _pair(name: str | None, teacher: str | None, student: str | None) -> dict[str, str]:
    """The pair as an address spells it; nothing for the built-in one."""
    shared.refuse_two_pairs(name, teacher, student)
    try:
        chosen(BUILT_IN if name is None else name, teacher, student)
    except PairError as error:
        shared.refuse(str(error))
    if teacher and student:
        return {"pair": str(TwoSources(absolute(teacher), absolute(student)))}
    return {} if name is None else {"pair": name}


def _run(folder: Path) -> dict[str, str]:
    """The run as an address spells it; from now on the app knows its folder."""
    if not opened.holds_run(folder):
        shared.refuse(f"{folder} holds no run: `distil --out {folder}` makes one, or Watch in a training of your own.")
    place = folder.resolve()
    if place.parent == home.home() and home.find(place.name):
        return {"run": place.name}
    known = os.environ.get(settings.OPENED)
    os.environ[settings.OPENED] = str(place) if not known else f"{known}{os.pathsep}{place}"
    return {"run": opened.identity(place)}


def _free_port() -> int:
    ports = range(FIRST_PORT, FIRST_PORT + PORTS)
    return next(filter(_is_free, ports), None) or shared.refuse(f"The ports {ports[0]} to {ports[-1]} are all taken: name one.")


def _this_port(port: int) -> int:
    return port if _is_free(port) else shared.refuse(f"Something listens on port {port} already: name another.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _has_screen() -> bool:
    return sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _show(port: int, address: str) -> None:
    """Open the browser once the server answers."""
    began = time.monotonic()
    while time.monotonic() - began < SECONDS_TO_START:
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", "/_stcore/health")
            if connection.getresponse().status == http.client.OK:
                webbrowser.open(address)
                return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.1)
