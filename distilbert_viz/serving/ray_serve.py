"""The tracing of this app behind Ray Serve: replicas, each with its pairs loaded and a batching worker of its own.

POST {"pair": ..., "text": ..., "masked": [...]} to /trace answers the bytes of wire.py; whatever else is refused in one sentence.
"""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ray import serve
from ray.serve import Application
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from distilbert_viz import settings
from distilbert_viz.pairs.catalogue import BUILT_IN, chosen
from distilbert_viz.serving.remote import PATH
from distilbert_viz.serving.wire import MEDIA_TYPE, to_bytes

AT_ONCE = 16  # requests that a replica answers at one time: as many texts as its worker puts into one batch
LARGEST_BODY = 1_000_000
NOT_FOUND, TOO_LARGE = 404, 413  # statuses of HTTP


class Refused(ValueError):
    """What can't be answered: one sentence, and the status of HTTP that goes with it."""

    def __init__(self, sentence: str, status: int = 400):
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Asked:
    """One request, read and checked."""

    pair: str
    text: str
    masked: tuple[int, ...]


class Tracing:
    """A replica. Every request waits in a thread for the worker, which computes those that wait together as one batch."""

    def __init__(self, pairs: tuple[str, ...], device: str | None):
        from distilbert_viz.pairs import load_pair
        from distilbert_viz.serving.worker import Worker

        self._pairs = {name: load_pair(**sources(name), device=device) for name in pairs}
        self._worker = Worker(str(next(iter(self._pairs.values())).teacher.device))
        self._threads = ThreadPoolExecutor(AT_ONCE)

    async def __call__(self, request: Request) -> Response:
        """The traces, or one sentence."""
        try:
            asked = read(await body(request))
            content = await asyncio.get_running_loop().run_in_executor(self._threads, self._traces, asked)
        except Refused as refusal:
            return PlainTextResponse(str(refusal), refusal.status)
        return Response(content, media_type=MEDIA_TYPE)

    def _traces(self, asked: Asked) -> bytes:
        from distilbert_viz.pairs.refusals import OutOfMemory
        from distilbert_viz.tracing import trace_pair

        if asked.pair not in self._pairs:
            raise Refused(f"There is no pair {asked.pair!r} on this server; there is {', '.join(self._pairs)}.", NOT_FOUND)
        try:
            return to_bytes(trace_pair(self._pairs[asked.pair], asked.text, asked.masked, self._worker.trace))
        except OutOfMemory as error:
            raise Refused(str(error), TOO_LARGE) from error
        except ValueError as error:
            raise Refused(str(error)) from error


def sources(name: str) -> dict[str, str]:
    """What a name means: a pair of the catalogue, or of two hub names or folders as the app writes them, teacher|student."""
    teacher, separator, student = name.partition("|")
    return {"teacher": teacher, "student": student} if separator else {"name": name}


async def body(request: Request) -> bytes:
    """What was posted. Raises Refused."""
    if request.method != "POST" or request.url.path != PATH:
        raise Refused(f"This server answers what is posted to {PATH} and nothing else.", NOT_FOUND)
    if not request.headers.get("content-length", "").isdigit() or int(request.headers["content-length"]) > LARGEST_BODY:
        raise Refused(f"A request says how long it is, and has at most {LARGEST_BODY:,} bytes.", TOO_LARGE)
    return await request.body()


def read(content: bytes) -> Asked:
    """The request in these bytes. Raises Refused."""
    try:
        asked = json.loads(content)
        pair, text, masked = asked["pair"], asked["text"], asked.get("masked", [])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Refused('A request is JSON: {"pair": "built-in", "text": "...", "masked": [3]}.') from error
    if not isinstance(pair, str) or not isinstance(text, str):
        raise Refused("pair and text are strings.")
    if not isinstance(masked, list) or not all(type(position) is int for position in masked):
        raise Refused("masked is a list of positions, each a whole number.")
    if len(text) > settings.limits().text:
        raise Refused(f"A text has at most {settings.limits().text:,} characters here, and this one {len(text):,}.")
    return Asked(pair, text, tuple(masked))


def application(
    pairs: tuple[str, ...] = (BUILT_IN,),
    least: int = 1,
    most: int = 1,
    num_cpus: float = 1.0,
    num_gpus: float = 0.0,
    device: str | None = None,
) -> Application:
    """The Serve application: `least` to `most` replicas, as many as the requests under way need.

    Each replica loads all `pairs` before its first request, onto `device`, by default the fastest that Ray lets it see, and
    takes `num_cpus` cores (its threads too) and `num_gpus` GPUs of the cluster, 0.5 being half of one. Raises PairError for a
    name that is none.
    """
    for name in pairs:
        chosen(**sources(name))
    scaling = {"min_replicas": least, "initial_replicas": least, "max_replicas": most, "target_ongoing_requests": AT_ONCE / 2}
    resources = {"num_cpus": num_cpus, "num_gpus": num_gpus}
    deployment = serve.deployment(name="tracing")(Tracing).options(
        max_ongoing_requests=AT_ONCE, autoscaling_config=scaling, ray_actor_options=resources
    )
    application: Application = deployment.bind(pairs, device)
    return application
