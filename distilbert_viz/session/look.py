"""The look of every page, in the page that Streamlit serves: it is there before anything is drawn."""

from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOK = b"<style>" + Path(__file__).with_name("look.css").read_bytes() + b"</style></body>"


def middleware() -> list[Middleware]:
    """What stands between a browser and Streamlit."""
    return [Middleware(Look)]


class Look:
    """Puts the look into every page that a browser asks for; all other answers pass as they are.

    It stands in the body, since of two rules alike the later one holds, and Streamlit puts its own into the head. As an element
    among others (`st.html`) it would come after the first of them, which it would then move.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self.app(scope, receive, send)
        else:
            await self.app(_in_full(scope), receive, Dressed(send))


def _in_full(scope: Scope) -> Scope:
    """The same request for a page that isn't packed, and not answered by "as you have it": the look may have changed."""
    left_out = (b"accept-encoding", b"if-none-match", b"if-modified-since")
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in left_out]}


def _is_page(start: Message) -> bool:
    return Headers(raw=list(start["headers"])).get("content-type", "").startswith("text/html")


class Dressed:
    """Sends an answer on; a page with the look in it."""

    def __init__(self, send: Send):
        self.send, self.body = send, b""
        self.start: Message | None = None

    async def __call__(self, message: Message) -> None:
        """Send on a part of the answer; a page's when all of it is there."""
        if message["type"] == "http.response.start" and _is_page(message):
            self.start = message
        elif self.start is None or message["type"] != "http.response.body":
            await self.send(message)
        else:
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_page(self.start)

    async def _send_page(self, start: Message) -> None:
        page = self.body.replace(b"</body>", LOOK, 1)
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["content-length"] = str(len(page))
        for name in ("etag", "last-modified"):
            del headers[name]
        await self.send({**start, "headers": headers.raw})
        await self.send({"type": "http.response.body", "body": page})
