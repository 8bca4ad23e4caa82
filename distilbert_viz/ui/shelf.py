"""Loaded pairs and their traces, shared by all sessions of a server. Models load behind the first paint, in a thread."""

import gc
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

import cachetools
import streamlit as st

TRACE_BYTES = 768 * 2**20
PAIRS = 3
HEAD_START = 0.3
LIBRARIES_SHARE = 0.6


@dataclass(eq=False)
class Loading:
    """A pair on its way: `stage` is what is awaited, `done` the share that is over, `error` a sentence if it failed."""

    stage: str = "PyTorch and transformers"
    done: float = 0.0
    error: str | None = None
    pair: object | None = None
    stocks: tuple | None = None
    vocabulary: dict[str, int] | None = None
    began: float = field(default_factory=time.monotonic)
    finished: threading.Event = field(default_factory=threading.Event)


class Shelf:
    """Pairs by name, and a cache of what was computed with them that never holds more than TRACE_BYTES."""

    def __init__(self) -> None:
        self._pairs: cachetools.LRUCache = cachetools.LRUCache(PAIRS)
        self._results: cachetools.LRUCache = cachetools.LRUCache(TRACE_BYTES, getsizeof=_bytes)
        self._lock = threading.Lock()
        self._passes = threading.RLock()

    def ask(self, name: str) -> Loading:
        """The loading of a pair, begun now if nobody asked before; a failed one is tried again when asked again."""
        with self._lock:
            if name not in self._pairs:
                self._pairs[name] = Loading()
                threading.Timer(HEAD_START, _load, (name, self._pairs[name])).start()
            return self._pairs[name]

    def forget(self, name: str) -> None:
        """Drop a pair, so that the next ask loads it anew."""
        with self._lock:
            self._pairs.pop(name, None)

    def result(self, key: Hashable, make: Callable[[], object]) -> object:
        """What `make` returns, remembered under `key`; one forward pass runs at a time, and none runs twice."""
        with self._lock:
            if key in self._results:
                return self._results[key]
        with self._passes:
            with self._lock:
                if key in self._results:
                    return self._results[key]
            made = make()
            with self._lock:
                if _bytes(made) <= TRACE_BYTES:
                    self._results[key] = made
        return made


def _bytes(value: object) -> int:
    if isinstance(value, tuple):
        return sum(map(_bytes, value))
    return getattr(value, "nbytes", 64)


@st.cache_resource(show_spinner=False)
def shelf() -> Shelf:
    """The one shelf of this server."""
    return Shelf()


def _load(name: str, loading: Loading) -> None:
    try:
        _load_by_stages(name, loading)
    except Exception as error:  # a thread has nobody to catch it: the sentence goes to the page that waits
        loading.error = str(error)
    finally:
        loading.finished.set()


def _load_by_stages(name: str, loading: Loading) -> None:
    from distilbert_viz.pairs.loading import load_pair
    from distilbert_viz.tracing.stock import stock_model

    loading.stage, loading.done = "teacher and student", LIBRARIES_SHARE
    teacher, separator, student = name.partition("|")
    pair = load_pair(teacher=teacher, student=student) if separator else load_pair(name)
    loading.stocks = tuple(stock_model(model) for model in pair)
    loading.vocabulary = dict(sorted(pair.teacher.tokenizer.get_vocab().items(), key=lambda item: item[1]))
    loading.done, loading.pair = 1.0, pair
    gc.collect()
    gc.freeze()
