"""A visitor without a browser who opens any page by its link, and waits until nothing on it moves any more."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from urllib.parse import urlencode

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from benchmarks.visitors import Visitor

QUIET_SECONDS, MOST_SECONDS = 1.0, 120.0


class Walker(Visitor):
    """One open page of any kind, on which every control stays as it came. `said`: warnings and errors that stood on it."""

    def __init__(self, socket: object, address: str, page: str):
        super().__init__(socket, address, page)
        self.said: list[str] = []
        self._done, self._heard = False, time.monotonic()

    async def ask(self, **choices: str) -> None:
        """Ask for the page as a link with these choices does."""
        self._query = urlencode(choices)
        self.texts.append(choices["text"])
        await self._rerun()

    async def rest(self) -> None:
        """Come back once the page has been quiet for a while, its work of seconds done. Raises TimeoutError."""
        until = time.monotonic() + MOST_SECONDS
        while not self._done or self._timers or time.monotonic() < self._heard + QUIET_SECONDS:
            if time.monotonic() > until:
                raise TimeoutError(f"{self.page} was never at rest")
            await asyncio.sleep(0.1)

    def _receive(self, message: ForwardMsg) -> None:
        self._heard = time.monotonic()
        super()._receive(message)

    def _finished(self, status: int) -> None:
        super()._finished(status)
        self._done = status != ForwardMsg.FINISHED_EARLY_FOR_RERUN

    def _element(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        part = getattr(element, kind) if kind else None
        if kind == "exception" or (kind == "alert" and part.format in (Alert.ERROR, Alert.WARNING)):
            self.said.append(part.message if kind == "exception" else part.body)

    def _fail(self, words: str) -> None:
        self.said.append(words)


@contextlib.asynccontextmanager
async def walking(address: str, page: str) -> AsyncIterator[Walker]:
    """A walker on a page, who has asked for nothing yet, and listens until the block ends."""
    place = address.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(place, subprotocols=["streamlit"], max_size=None, ping_interval=None, proxy=None) as socket:
        walker = Walker(socket, address, page)
        listening = asyncio.create_task(walker.listen())
        try:
            yield walker
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
