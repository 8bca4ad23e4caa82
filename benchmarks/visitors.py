"""A visitor without a browser: the websocket, the messages and the memory of Streamlit's own front end, nothing drawn."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from urllib.parse import urlencode

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ContextInfo
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from benchmarks.answers import END, ERROR, PICTURE, SENT, Event

PICTURES = {"attention": "-overview", "soft-labels": "-bars"}  # a page's address, and how its main picture's id ends
TEXT_BOX, TOKENS = "-typed", "-token_strip"


class Visitor:
    """One open page. `events` says what was sent and what came, `picture` is the newest main picture as it came.

    A run of the script is known to be of a text by the strip of tokens under the text box, which says whose tokens they
    are; a picture belongs to the run in which it comes.
    """

    def __init__(self, socket: ClientConnection, address: str, page: str):
        self.page, self.texts, self.events = page, [], []
        self.picture: Element | None = None
        self._socket, self._context = socket, _context(f"{address}/{page}")
        self._query, self._page_hash, self._text_box = "", "", ""
        self._widgets: dict[str, WidgetState] = {}
        self._timers: dict[str, asyncio.Task] = {}
        self._cached: dict[str, tuple[int, ForwardMsg]] = {}
        self._runs, self._oldest, self._shown, self._pictured = 0, 2, None, False

    async def open(self, text: str) -> None:
        """Ask for the page as a link with this text does."""
        self._query = urlencode({"text": text})
        self.texts.append(text)
        await self._rerun()

    async def type(self, text: str) -> None:
        """Put another text into the box and press Enter. No text of a visitor is like another, or part of it."""
        self.texts.append(text)
        self._widgets[self._text_box] = WidgetState(id=self._text_box, string_value=text)
        self._note(SENT, len(self.texts) - 1)
        await self._rerun()

    async def listen(self) -> None:
        """Take what comes until the connection ends, which is an error whoever ends it."""
        try:
            async for frame in self._socket:
                self._receive(ForwardMsg.FromString(frame))
            self._fail("the connection was closed")
        except ConnectionClosed as error:
            self._fail(f"the connection was lost: {error}")
        finally:
            self._stop_timers(list(self._timers))

    def can_type(self) -> bool:
        """Whether the box for a text is there."""
        return bool(self._text_box)

    def settled(self) -> bool:
        """Whether the newest text's picture is there and its run has ended."""
        newest = len(self.texts) - 1
        return any(event.kind == END and event.number == newest for event in reversed(self.events))

    def _note(self, kind: str, number: int, words: str = "") -> None:
        self.events.append(Event(kind, number, time.monotonic(), words))

    def _fail(self, words: str) -> None:
        self._note(ERROR, len(self.texts) - 1, words)

    async def _rerun(self, fragment: str = "") -> None:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_script_hash, asked.fragment_id = self._query, self._page_hash, fragment
        asked.page_name = "" if self._page_hash else self.page
        asked.is_auto_rerun = bool(fragment)
        asked.widget_states.widgets.extend(self._widgets.values())
        asked.cached_message_hashes.extend(self._cached)
        asked.context_info.CopyFrom(self._context)
        with contextlib.suppress(ConnectionClosed):  # `listen` says so
            await self._socket.send(message.SerializeToString())

    def _receive(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "delta" or kind == "ref_hash":
            self._element(self._remembered(message).delta.new_element)
        elif kind == "new_session" and not message.metadata.run.fragment_ids:
            self._shown, self._pictured, self._oldest = None, False, message.new_session.config.max_cached_message_age
            self._stop_timers(list(self._timers))
        elif kind == "navigation":
            self._page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self._start_timer(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            self._stop_timers(message.stop_auto_rerun.fragment_ids)
        elif kind == "script_finished":
            self._finished(message.script_finished)
        elif kind == "session_event" and message.session_event.WhichOneof("type") == "script_compilation_exception":
            self._fail(message.session_event.script_compilation_exception.message)

    def _remembered(self, message: ForwardMsg) -> ForwardMsg:
        """The message itself, or the one that it refers to; large ones are kept as long as a browser keeps them."""
        if message.WhichOneof("type") == "ref_hash":
            message = self._cached[message.ref_hash][1]
        if message.metadata.cacheable:
            self._cached[message.hash] = (self._runs, message)
        return message

    def _finished(self, status: int) -> None:
        if status == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return
        self._runs += 1
        self._cached = {name: kept for name, kept in self._cached.items() if self._runs - kept[0] <= self._oldest}
        if self._pictured:
            self._note(END, self._shown)
            self._pictured = False

    def _element(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        if kind is None:
            return
        part = getattr(element, kind)
        if kind == "exception" or (kind == "alert" and part.format in (Alert.ERROR, Alert.WARNING)):
            self._fail(part.message if kind == "exception" else part.body)
        elif kind == "bidi_component" and part.id.endswith(TOKENS):
            self._shown = next((i for i in reversed(range(len(self.texts))) if self.texts[i] in part.json), None)
        elif kind in WIDGETS:
            self._widget(kind, part)
        if kind in ("bidi_component", "plotly_chart") and part.id.endswith(PICTURES[self.page]) and self._shown is not None:
            self.picture, self._pictured = element, True
            self._note(PICTURE, self._shown)

    def _widget(self, kind: str, part: object) -> None:
        if kind == "text_input" and not part.id.endswith(TEXT_BOX):
            return  # folded away: a browser has not built it, and sends nothing for it
        if kind == "text_input":
            self._text_box = part.id
        if part.set_value or part.id not in self._widgets:
            self._widgets[part.id] = WidgetState(id=part.id, **WIDGETS[kind](part))

    def _start_timer(self, fragment: str, interval: float) -> None:
        async def tick() -> None:
            while True:
                await asyncio.sleep(interval)
                await self._rerun(fragment)

        if fragment not in self._timers:
            self._timers[fragment] = asyncio.create_task(tick())

    def _stop_timers(self, fragments: list[str]) -> None:
        for fragment in fragments:
            if timer := self._timers.pop(fragment, None):
                timer.cancel()


# What a browser sends for each kind of widget: the value that the server sets, or the default until a person changes it.
WIDGETS = {
    "text_input": lambda part: {"string_value": part.value if part.set_value else part.default},
    "checkbox": lambda part: {"bool_value": part.value if part.set_value else part.default},
    "selectbox": lambda part: {"string_value": part.raw_value if part.set_value else part.options[part.default]},
    "slider": lambda part: {"double_array_value": {"data": part.value if part.set_value else part.default}},
    "button_group": lambda part: {"string_array_value": {"data": part.raw_values}},
}


def _context(url: str) -> ContextInfo:
    return ContextInfo(timezone="UTC", timezone_offset=0, locale="en-US", url=url, is_embedded=False, color_scheme="light")


@contextlib.asynccontextmanager
async def visit(address: str, page: str, text: str) -> AsyncIterator[Visitor]:
    """A visitor who has asked for a page with this text and listens until the block ends."""
    place = address.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(place, subprotocols=["streamlit"], max_size=None, ping_interval=None, proxy=None) as socket:
        visitor = Visitor(socket, address, page)
        listening = asyncio.create_task(visitor.listen())
        try:
            await visitor.open(text)
            yield visitor
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
