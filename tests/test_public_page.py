"""The app as two platforms start it: without rights, and from a checkout that nobody can write to."""

import asyncio
import fcntl
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import psutil
import pytest
import yaml

from benchmarks.room import all_settled
from benchmarks.visitors import visit
from distilbert_viz import settings
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.runs import home, queue
from distilbert_viz.runs.record import WAITING, Record
from distilbert_viz.session.look import LOOK
from tests.support import unprivileged
from tests.support.browsers import free_port, healthy
from tests.support.loops import in_a_loop
from tests.support.paths import ROOT

SPACE = ROOT / "deploy" / "space"
ENTRY = "deploy/space/community/streamlit_app.py"
SECRET = "Xyzzyplugh"  # a word of a visitor's text
SECONDS, SECONDS_TO_END = 60, 10
PORT = "8501"
# What Community Cloud sets itself, whatever an app's own settings say (its documentation, "Status and limitations").
OVERRIDES = {
    "STREAMLIT_CLIENT_SHOW_ERROR_DETAILS": "false",
    "STREAMLIT_RUNNER_FAST_RERUNS": "true",
    "STREAMLIT_SERVER_RUN_ON_SAVE": "true",
    "STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION": "true",
    "STREAMLIT_SERVER_HEADLESS": "true",
}


@dataclass(frozen=True)
class Server:
    """A server that answers: its process, its address, the folder it may write to, and its log."""

    process: subprocess.Popen[bytes]
    address: str
    own: Path
    log: Path


@pytest.fixture(scope="module", autouse=True)
def _runnable():
    if unprivileged.way(sys.executable) is None:
        pytest.skip(f"A user without rights can't run {sys.executable} where it lies.")


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """Two checkouts, the Space's and a plain one, and a folder to write to for each."""
    with unprivileged.folder() as found:
        subprocess.run(["sh", SPACE / "make.sh", found / "space"], check=True)
        copy = shutil.ignore_patterns("__pycache__")
        for name in (".streamlit", "app.py", "pages", "distilbert_viz", "deploy", "requirements.txt"):
            source, target = ROOT / name, found / "community" / name
            shutil.copytree(source, target, ignore=copy) if source.is_dir() else shutil.copy2(source, target)
        for name in ("space", "community"):
            unprivileged.seal(found / name)
            (found / f"{name}-own").mkdir()
        yield found


Start = tuple[Path, int, list[str], dict[str, str]]  # checkout, port, command, environment


def spaces(place: Path) -> Start:
    """The Space's own Dockerfile: its command and environment, but for another port, and /data, a folder beside the checkout."""
    checkout, port = place / "space", free_port()
    said = (checkout / "Dockerfile").read_text().replace("/data", str(place / "space-own"))
    pairs = [word.split("=", 1) for line in re.findall(r"^ENV (.*)$", said, re.MULTILINE) for word in shlex.split(line)]
    _, *command = json.loads(re.findall(r"^CMD (\[.*\])$", said, re.MULTILINE)[-1])
    return checkout, port, [str(port) if word == PORT else word for word in command], dict(pairs)


def community_clouds(place: Path) -> Start:
    """Community Cloud's command from the root of the repository, and what it sets, but for another port."""
    port = free_port()
    return place / "community", port, ["-m", "streamlit", "run", ENTRY], OVERRIDES | {"STREAMLIT_SERVER_PORT": str(port)}


@contextmanager
def serving(checkout: Path, port: int, words: list[str], environment: dict[str, str]) -> Iterator[Server]:
    """A server of this command that has answered its health address."""
    own, log = checkout.with_name(f"{checkout.name}-own"), checkout.with_name(f"{checkout.name}.log")
    unprivileged.give(own)
    known = {"PATH": os.environ["PATH"], "HOME": str(own), "OMP_NUM_THREADS": "1"}
    process = unprivileged.started([sys.executable, *words], checkout, known | environment, log)
    try:
        assert healthy(process, port), log.read_text()
        yield Server(process, f"http://127.0.0.1:{port}", own, log)
    finally:
        left = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        for one in (process, *left):
            one.kill()
        process.wait()


@pytest.fixture
def waiting(place) -> Iterator[Record]:
    """A run that waits for the Space's server, whose consumer waits for another one that is at work."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(settings.RUNS, str(place / "space-own" / "runs"))
        run = home.new_run(Recipe(device="cpu"), "waiting")
        queue.line_up(run)
        with (home.home() / "consumer-cpu.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield run


async def seen(server: Server, *texts: str) -> None:
    """A visitor comes by a link with a text, sees its picture, and types the others, each when the last one's is there."""
    async with visit(server.address, "attention", texts[0]) as visitor:
        for text in ("", *texts[1:]):
            if text:
                await visitor.type(text)
            assert await all_settled([visitor], SECONDS) == 0, visitor.events
        assert [event.words for event in visitor.events if event.words] == []


async def typed_into(server: Server) -> None:
    """A visitor comes, and can type."""
    async with visit(server.address, "attention", SECRET) as visitor:
        until = time.monotonic() + SECONDS
        while not visitor.can_type():
            assert time.monotonic() < until, server.log.read_text()
            await asyncio.sleep(0.05)
        assert [event.words for event in visitor.events] == []


async def ended(server: Server) -> None:
    """SIGTERM while a long text is computed; come back when the server and all that it started are gone, in time."""
    async with visit(server.address, "attention", f"Once more {SECRET}.") as visitor:
        assert await all_settled([visitor], SECONDS) == 0, visitor.events
        await visitor.type(f"The {SECRET} slept. " * 40)
        await asyncio.sleep(0.2)
        await asyncio.to_thread(end, server)


def end(server: Server) -> None:
    """The same, whatever it does. A container ends with its server: what is still alive then is killed."""
    children = psutil.Process(server.process.pid).children(recursive=True)
    server.process.terminate()
    server.process.wait(SECONDS_TO_END)
    assert [one for one in children if one.is_running()] == [], server.log.read_text()


def shown(server: Server, path: str) -> bytes:
    """The page that a browser is given, at an address that the platform or a link names."""
    asked = Request(f"{server.address}/{path}", headers={"Accept": "text/html"})
    with urlopen(asked, timeout=10) as answer:
        return answer.read()


def written(server: Server) -> str:
    """All that the server's log and its folder hold, but for weights."""
    files = [server.log, *(file for file in server.own.rglob("*") if file.is_file() and file.stat().st_size < 10**6)]
    return "".join(file.read_bytes().decode(errors="replace") for file in files)


def test_a_space_shows_its_page_ends_in_time_under_load_and_writes_down_no_text(place, waiting):
    with serving(*spaces(place)) as server:
        in_a_loop(seen(server, f"The {SECRET} sat on the mat.", f"Another {SECRET} slept."))
        assert LOOK in shown(server, f"attention?text={SECRET}")
        in_a_loop(ended(server))
        assert waiting.state()["status"] == WAITING
        assert SECRET not in written(server)


def test_community_cloud_starts_the_app_by_its_own_command(place):
    with serving(*community_clouds(place)) as server:
        assert shown(server, "healthz")
        assert LOOK in shown(server, f"attention?text={SECRET}")
        in_a_loop(typed_into(server))
        end(server)
        print(server.log.read_text())
        assert SECRET not in written(server)


def test_community_cloud_is_told_to_install_the_small_build_of_the_same_pytorch():
    folder, (pin,) = ROOT / Path(ENTRY).parent, re.findall(r"^torch==\S+$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    lines = (folder / "requirements.txt").read_text().splitlines()
    assert f"{pin}+cpu" in lines
    (file,) = (line.split()[1] for line in lines if line.startswith("-r "))
    assert (folder / file).resolve() == ROOT / "requirements.txt"


def test_the_spaces_readme_begins_with_what_the_platform_reads():
    front = yaml.safe_load((SPACE / "README.md").read_text().split("---\n")[1])
    assert (front["sdk"], front["license"]) == ("docker", "apache-2.0")
    assert f"EXPOSE {front['app_port']}" in (ROOT / "deploy" / "Dockerfile").read_text()
    assert {front["colorFrom"], front["colorTo"]} <= {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
    assert len(front["short_description"]) <= 60
