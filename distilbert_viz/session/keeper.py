"""Keeps the server within its memory: what was computed gives way, and what then still doesn't fit is refused in a sentence."""

import threading
import time
from typing import TYPE_CHECKING

from distilbert_viz import memory
from distilbert_viz.pairs.refusals import OutOfMemory
from distilbert_viz.records import Architecture
from distilbert_viz.session.allocator import give_back, trim
from distilbert_viz.session.cache import cache

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Pair

SECONDS_A_LOOK = 5.0
MUCH, NEARLY = 0.8, 0.95  # of the bound: then the allocator gives back what is free, and then results go
A_SHORT_TEXT = 0.04  # of the bound: it is read whatever else there is
# Estimated on the safe side: what reading a text takes at most on any page, over the bytes of its traces.
OVER_TRACES = 2.5
STEP = 8  # tokens, where a length that fits is looked for


def watch() -> None:
    """Look after the memory as long as this process lives."""
    threading.Thread(target=_watch, name="memory", daemon=True).start()


def _watch() -> None:
    while True:
        time.sleep(SECONDS_A_LOOK)
        look()


def look() -> None:
    """Give back what is free where much is held of what may be; where nearly all is, let a half of the results go at least."""
    bound = memory.bound()
    if memory.held_bytes() > MUCH * bound:
        trim()
    over = memory.held_bytes() - int(NEARLY * bound)
    if over > 0 and cache().held_bytes():
        cache().let_go(max(over, cache().held_bytes() // 2))
        give_back()


def make_room(needed: int) -> bool:
    """Whether so many bytes may be taken, once what is free was given back, and results have gone where they stood in the way."""
    if memory.left_bytes() < needed:
        trim()
    lacking = needed - memory.left_bytes()
    if lacking > 0 and cache().held_bytes():
        cache().let_go(lacking)
        give_back()
        lacking = needed - memory.left_bytes()
    return lacking <= 0


def own_share() -> int:
    """Bytes that this server needs itself, once results have gone; no less than with the built-in pair."""
    return max(memory.APP, memory.own_bytes() - cache().held_bytes())


def refuse_long(pair: "Pair", tokens: int) -> None:
    """Raises OutOfMemory, one sentence, where a text of so many tokens can't be read within this server's memory."""
    needed = text_bytes((pair.teacher.architecture, pair.student.architecture), tokens)
    if needed < A_SHORT_TEXT * memory.bound() or make_room(needed):
        return
    left = f"{memory.said(memory.left_bytes())} left of its {memory.said(memory.bound())}"
    raise OutOfMemory(
        f"This text of {tokens} tokens needs {memory.said(needed)} of memory, and this server has {left}: {_advice(pair, tokens)}."
    )


def _advice(pair: "Pair", tokens: int) -> str:
    sizes, left = (pair.teacher.architecture, pair.student.architecture), memory.left_bytes()
    fits = next((n for n in range(tokens - tokens % STEP, 0, -STEP) if text_bytes(sizes, n) <= left), None)
    return f"try one of at most {fits} tokens" if fits else "try again in a minute"


def text_bytes(sizes: tuple[Architecture, Architecture], tokens: int) -> int:
    """Bytes that a text of so many tokens takes at most while a page shows it, its check included."""
    traces = sum(_trace_bytes(one, tokens) for one in sizes)
    logits = sum(4 * one.vocabulary * tokens for one in sizes)
    return int(OVER_TRACES * traces) + 2 * logits


def _trace_bytes(sizes: Architecture, tokens: int) -> int:
    """Of one model's trace: attentions; states, queries, keys and values; the embeddings' parts."""
    attentions = sizes.layers * sizes.heads * tokens**2
    return 4 * (attentions + (4 * sizes.layers + 5) * sizes.hidden * tokens)
