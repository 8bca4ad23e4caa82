"""Traces from a server of ray_serve.py: the client, which knows neither torch nor ray."""

from typing import Any

import httpx2

from distilbert_viz.records import TracePair
from distilbert_viz.serving.wire import WireError, from_bytes

PATH = "/trace"
TRIES = 2
# A first connection is quick or never; an answer may wait for other people's texts, and 512 tokens take a CPU some seconds.
TIMEOUT = httpx2.Timeout(120.0, connect=5.0)
BROKEN = (httpx2.NetworkError, httpx2.RemoteProtocolError)


class RemoteError(ValueError):
    """Traces that a server didn't give, and why, in one sentence for any visitor: its address is the operator's."""


def remote_trace_pair(address: str, pair: str, text: str, masked: tuple[int, ...] = ()) -> TracePair:
    """Both models' traces of `text`, tokens at positions `masked` replaced by [MASK], from the server at `address`.

    A broken connection or an answer of 500 or more, as of a replica that dies, is tried once again. Raises RemoteError.
    """
    answer = _answer(address, {"pair": pair, "text": text, "masked": list(masked)})
    if answer.status_code >= 500:
        raise RemoteError(f"The tracing server failed {TRIES} times (status {answer.status_code}).")
    if answer.status_code != 200:
        raise RemoteError(" ".join(answer.text.split())[:300])
    try:
        return from_bytes(answer.content)
    except WireError as error:
        raise RemoteError("The tracing server gave an answer that holds no traces.") from error


def _answer(address: str, asked: dict[str, Any], tries: int = TRIES) -> httpx2.Response:
    """The first answer that is no failure, else the last one."""
    try:
        answer = httpx2.post(address.rstrip("/") + PATH, json=asked, timeout=TIMEOUT)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        if tries > 1 and isinstance(error, BROKEN):
            return _answer(address, asked, tries - 1)
        raise RemoteError(f"The tracing server can't be reached ({type(error).__name__}).") from error
    return _answer(address, asked, tries - 1) if tries > 1 and answer.status_code >= 500 else answer
