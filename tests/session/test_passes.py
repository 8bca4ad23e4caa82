"""Which server runs the pass of a text, and that a page checks what comes from elsewhere against its own models."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import loads
from threading import Thread

import numpy as np
import pytest

from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.serving.wire import to_bytes
from distilbert_viz.session.passes import tracing_server
from distilbert_viz.tracing import trace_pair
from tests.support.pages import captions, visit


@pytest.fixture
def elsewhere(built_in, monkeypatch):
    """A tracing server on loopback, whose numbers `harm` may change; and the setting that names it."""
    asked = []

    class Answer(BaseHTTPRequestHandler):
        harm = staticmethod(lambda pair: pair)

        def do_POST(self) -> None:
            words = loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(words)
            content = to_bytes(Answer.harm(trace_pair(built_in, words["text"], tuple(words["masked"]))))
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("DISTILBERT_VIZ_SERVE", f"http://127.0.0.1:{server.server_port}")
    yield asked, Answer
    server.shutdown()
    server.server_close()


def differences(session) -> list[float]:
    said = (*captions(session), *(warning.value.replace("\\", "") for warning in session.warning))
    checks = [one[one.index("checked against") :] for one in said if "checked against the model:" in one]
    return [float(c.split("teacher ")[1].split(",")[0]) for c in checks]


def test_without_a_setting_this_server_traces(monkeypatch):
    monkeypatch.delenv("DISTILBERT_VIZ_SERVE", raising=False)
    assert tracing_server(PairChoice.read("built-in")) is None


@pytest.mark.parametrize(
    "asked",
    [
        PairChoice.read("built-in", "cpu"),
        PairChoice.read("built-in", "", "bfloat16"),
        PairChoice.read("a|b"),
        PairChoice.read("run-1"),
    ],
)
def test_what_the_other_server_does_not_hold_is_traced_here(monkeypatch, asked):
    monkeypatch.setenv("DISTILBERT_VIZ_SERVE", "http://tracing:8000")
    assert tracing_server(asked) is None
    assert tracing_server(PairChoice.read("built-in")) == "http://tracing:8000"


@pytest.mark.parametrize("page", ["embeddings", "attention", "hidden_states", "soft_labels", "block"])
def test_a_page_of_traces_from_elsewhere_agrees_with_its_own_stock_models(loaded, elsewhere, page):
    text = f"A dog from elsewhere, on {page}."  # traced once a server: a text of its own
    session = visit(page, text, mask="2")
    assert {"pair": "built-in", "text": text, "masked": []} in elsewhere[0]
    found = differences(session)
    assert found
    assert max(found) < 4e-3  # an overview is drawn in steps of 2e-3


def test_wrong_numbers_from_elsewhere_are_seen_on_the_page(loaded, elsewhere):
    def harm(pair):
        pair.teacher.hidden_states.setflags(write=True)
        np.add(pair.teacher.hidden_states, 0.5, out=pair.teacher.hidden_states)
        return pair

    elsewhere[1].harm = staticmethod(harm)
    assert max(differences(visit("hidden_states", "A wrong dog from elsewhere."))) > 0.4


def test_a_tracing_server_that_is_gone_is_one_sentence(loaded, monkeypatch):
    monkeypatch.setenv("DISTILBERT_VIZ_SERVE", "http://127.0.0.1:9")
    session = visit("attention", "A dog that nobody traces.")
    assert any("can't be reached" in warning.value.replace("\\", "") for warning in session.warning)
