"""The tracing behind Ray Serve, as deploy/serve_app.py starts it: two replicas on this machine, one of which gets killed."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import numpy as np
import psutil
import pytest
import torch

from distilbert_viz import tracing
from distilbert_viz.serving.remote import remote_trace_pair
from tests.support.browsers import free_port
from tests.support.paths import ROOT

pytest.importorskip("ray", reason="Ray is an extra: pip install .[serve]")

ARRAYS = ("hidden_states", "queries", "keys", "values", "attentions")
TEXTS = ["The cat sat.", "The capital of France is [MASK].", "One. [SEP] Another one.", "A " * 60 + "dog."]
SECONDS_TO_START, SECONDS_TO_LEAVE = 120, 40


@pytest.fixture(scope="module")
def room() -> Iterator[tuple[str, psutil.Process]]:
    """Address and process of a server with two replicas; when it is asked to leave, no process of it stays."""
    folder, address = tempfile.mkdtemp(prefix="ray_"), f"http://127.0.0.1:{free_port()}"
    words = ["--least", "2", "--most", "2", "--num-cpus", "0.5", "--device", "cpu", "--object-store-mb", "80"]
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.serve_app", "--port", address.rpartition(":")[2], *words], cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "RAY_TMPDIR": folder, "HOME": folder},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    family = [server := psutil.Process(process.pid)]
    try:
        wait_until(lambda: process.poll() is not None or answers(address), SECONDS_TO_START)
        family += server.children(recursive=True)
        yield address, server
        family += server.children(recursive=True)
        process.terminate()
        assert process.wait(SECONDS_TO_LEAVE) == 0
        assert psutil.wait_procs(family, SECONDS_TO_LEAVE)[1] == []
    finally:
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        shutil.rmtree(folder, ignore_errors=True)


def wait_until(true, seconds: float) -> None:
    """Until it is so; fails after the seconds."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.2)


def answers(address: str) -> bool:
    """Whether a text is traced: the proxy answers earlier, when it has no route yet."""
    with contextlib.suppress(httpx2.HTTPError):
        return httpx2.post(f"{address}/trace", json={"pair": "built-in", "text": "Hi."}, timeout=30).status_code == 200
    return False


def replicas(server: psutil.Process) -> list[psutil.Process]:
    """Ray names its processes by what they do."""
    return [one for one in server.children(recursive=True) if "ServeReplica" in " ".join(one.cmdline())]


def largest(ours, theirs) -> float:
    """max |difference| of every array of both models."""
    return max(np.abs(getattr(o, name) - getattr(t, name)).max() for o, t in zip(ours, theirs, strict=True) for name in ARRAYS)


@pytest.fixture(scope="module")
def local(built_in):
    """Our own traces, on one thread as a replica with less than two cores computes them."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    made = {text: tracing.trace_pair(built_in, text, (1,)) for text in TEXTS}
    torch.set_num_threads(threads)
    return made


def test_a_text_alone_is_traced_far_away_to_the_last_bit_as_here(room, local):
    address, _ = room
    for text, ours in local.items():
        theirs = remote_trace_pair(address, "built-in", text, (1,))
        assert largest(ours, theirs) == 0
        assert theirs.encoding.tokens == ours.encoding.tokens
        assert theirs.initial_layers == ours.initial_layers


def test_texts_that_come_at_once_agree_to_rounding_each_with_its_own(room, local):
    address, _ = room
    asked = TEXTS * 6
    with ThreadPoolExecutor(len(asked)) as pool:
        answered = list(pool.map(lambda text: remote_trace_pair(address, "built-in", text, (1,)), asked))
    for text, theirs in zip(asked, answered, strict=True):
        assert theirs.encoding.text == text
        assert largest(local[text], theirs) < 1e-5


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"", 400, 'A request is JSON: {"pair": "built-in", "text": "...", "masked": [3]}.'),
        (b"[" * 5000, 400, 'A request is JSON: {"pair": "built-in", "text": "...", "masked": [3]}.'),
        (b"[1]", 400, 'A request is JSON: {"pair": "built-in", "text": "...", "masked": [3]}.'),
        (b'{"pair": "built-in"}', 400, 'A request is JSON: {"pair": "built-in", "text": "...", "masked": [3]}.'),
        (b'{"pair": "built-in", "text": 3}', 400, "pair and text are strings."),
        (b'{"pair": "built-in", "text": "A cat.", "masked": [true]}', 400, "masked is a list of positions, each a whole number."),
        (b'{"pair": "built-in", "text": "A cat.", "masked": 3}', 400, "masked is a list of positions, each a whole number."),
        (b'{"pair": "built-in", "text": "  "}', 400, "There is nothing to read in this text: no part of it is a token."),
        (b'{"pair": "built-in", "text": "%s"}' % (b"a" * 50_001), 400,
         "A text has at most 50,000 characters here, and this one 50,001."),
        (b'{"pair": "../teacher", "text": "A cat."}', 404, "There is no pair '../teacher' on this server; there is built-in."),
        (b" " * 1_000_001, 413, "A request says how long it is, and has at most 1,000,000 bytes."),
    ],
)  # fmt: skip
def test_what_can_not_be_answered_is_refused_in_one_sentence(room, content, status, sentence):
    answer = httpx2.post(f"{room[0]}/trace", content=content, timeout=30)
    assert (answer.status_code, answer.text) == (status, sentence)


def test_no_request_is_lost_when_a_replica_is_killed_under_load(room, local):
    address, server = room
    before, answered, enough = replicas(server), [], threading.Event()
    assert len(before) == 2

    def ask(i: int) -> None:
        text = TEXTS[i % len(TEXTS)]
        answered.append((text, remote_trace_pair(address, "built-in", text, (1,))))
        if len(answered) > 10:
            enough.set()

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask, i) for i in range(80)]
        assert enough.wait(60)
        before[0].send_signal(signal.SIGKILL)
        for one in asked:
            one.result(60)
    assert not before[0].is_running()
    assert len(answered) == 80
    assert max(largest(local[text], theirs) for text, theirs in answered) < 1e-5
