"""Traces as bytes and back, and the client that asks another server for them, against a server that misbehaves on purpose."""

import dataclasses
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import numpy as np
import pytest

from distilbert_viz import tracing
from distilbert_viz.records import TracePair
from distilbert_viz.serving.remote import RemoteError, remote_trace_pair
from distilbert_viz.serving.wire import WireError, from_bytes, to_bytes
from tests.support.browsers import free_port

TEXT = "The capital of France is [MASK]. [SEP] Zoë said “<b>yes</b>”."


@pytest.fixture(scope="module")
def traces(built_in) -> TracePair:
    """Of both models, a second sentence, signs that need care, and one token masked by hand."""
    return tracing.trace_pair(built_in, TEXT, (2,))


def same(ours: object, theirs: object) -> bool:
    """Whether two records are equal in every field, arrays to the last bit and in their dtype."""
    if dataclasses.is_dataclass(ours):
        return type(ours) is type(theirs) and all(
            same(getattr(ours, field.name), getattr(theirs, field.name)) for field in dataclasses.fields(ours)
        )
    if isinstance(ours, np.ndarray):
        return isinstance(theirs, np.ndarray) and ours.dtype == theirs.dtype and np.array_equal(ours, theirs)
    return type(ours) is type(theirs) and ours == theirs


def test_traces_come_back_from_bytes_to_the_last_bit(traces):
    assert same(from_bytes(to_bytes(traces)), traces)


def test_a_number_that_moved_by_its_last_bit_is_noticed_by_that_comparison(traces):
    moved = traces.student.attentions.copy()
    moved[-1, -1, -1, -1] = np.nextafter(moved[-1, -1, -1, -1], np.float32(2))
    student = dataclasses.replace(traces.student, attentions=moved)
    assert not same(from_bytes(to_bytes(TracePair(traces.teacher, student, traces.initial_layers))), traces)


def test_traces_take_as_many_bytes_as_their_arrays_and_a_header(traces):
    arrays = traces.nbytes - traces.student.embeddings.output.nbytes  # DistilBERT has no segment embedding, and nbytes counts one
    assert arrays < len(to_bytes(traces)) < arrays + 20_000


def a_pickle() -> bytes:
    written = BytesIO()
    np.savez(written, header=np.array([{"form": 1}], object))
    return written.getvalue()


def another_form() -> bytes:
    written = BytesIO()
    np.savez(written, header=np.frombuffer(json.dumps({"form": "later"}).encode(), np.uint8))
    return written.getvalue()


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04 no archive", a_pickle(), another_form()])
def test_bytes_that_hold_no_traces_are_refused_and_a_pickle_is_never_opened(content):
    with pytest.raises(WireError, match=r"^These (bytes are no traces \(\w+\)|are traces of another form: .*)\.$"):
        from_bytes(content)


def test_bytes_that_break_off_are_refused(traces):
    content = to_bytes(traces)
    for kept in (100, len(content) // 2, len(content) - 1):
        with pytest.raises(WireError):
            from_bytes(content[:kept])


# The client


class Scripted(ThreadingHTTPServer):
    """A server that plays one part a request: a status with bytes, or None, which breaks the connection."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Player)
        self.parts, self.heard = [], []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Player(BaseHTTPRequestHandler):
    """Plays the next part."""

    def do_POST(self):
        self.server.heard.append((self.path, json.loads(self.rfile.read(int(self.headers["content-length"])))))
        part = self.server.parts.pop(0)
        if part is None:
            self.connection.close()
            return
        self.send_response(part[0])
        self.send_header("content-length", str(len(part[1])))
        self.end_headers()
        self.wfile.write(part[1])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server():
    with Scripted() as scripted:
        thread = threading.Thread(target=scripted.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield scripted
        scripted.shutdown()
        thread.join()


def refusal(address: str) -> str:
    with pytest.raises(RemoteError) as refused:
        remote_trace_pair(address, "built-in", "A cat.")
    return str(refused.value)


def test_the_client_asks_for_pair_text_and_masked_positions_and_returns_the_traces(server, traces):
    server.parts = [(200, to_bytes(traces))]
    assert same(remote_trace_pair(server.address + "/", "built-in", TEXT, (2,)), traces)
    assert server.heard == [("/trace", {"pair": "built-in", "text": TEXT, "masked": [2]})]


@pytest.mark.parametrize("failure", [None, (500, b"died"), (503, b"busy")])
def test_one_failure_is_tried_again(server, traces, failure):
    server.parts = [failure, (200, to_bytes(traces))]
    assert same(remote_trace_pair(server.address, "built-in", TEXT, (2,)), traces)
    assert len(server.heard) == 2


def test_two_failures_are_one_sentence(server):
    server.parts = [(500, b"Traceback"), (502, b"Traceback")]
    assert refusal(server.address) == "The tracing server failed 2 times (status 502)."
    server.parts = [None, None]
    assert refusal(server.address) == "The tracing server can't be reached (RemoteProtocolError)."


@pytest.mark.parametrize("status", [400, 404, 413])
def test_what_the_server_refuses_is_its_own_sentence_and_not_tried_again(server, status):
    server.parts = [(status, b"There is no pair\n 'x' on this server.")]
    assert refusal(server.address) == "There is no pair 'x' on this server."
    assert len(server.heard) == 1


def test_an_answer_that_holds_no_traces_is_one_sentence(server):
    server.parts = [(200, b"<html>It works</html>")]
    assert refusal(server.address) == "The tracing server gave an answer that holds no traces."


def test_a_server_that_is_not_there_is_one_sentence():
    address = f"http://127.0.0.1:{free_port()}"
    assert refusal(address) == "The tracing server can't be reached (ConnectError)."


@pytest.mark.parametrize("address", ["", "nonsense", "ftp://host", "http://", "http://[", "http://host:99999"])
def test_an_address_that_is_none_is_one_sentence(address):
    assert refusal(address).startswith("The tracing server can't be reached (")
