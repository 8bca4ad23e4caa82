"""Loaded pairs and their traces, shared by all sessions of a server. Models load behind the first paint, in a thread."""

import gc
import os
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

import cachetools
import streamlit as st

from distilbert_viz.pairs.catalogue import CATALOGUE
from distilbert_viz.runs import home
from distilbert_viz.runs.record import STUDENT

TRACE_BYTES = 768 * 2**20
PAIRS = 3
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
    pieces: tuple[str, ...] = ()
    began: float | None = None
    finished: threading.Event = field(default_factory=threading.Event)


class Shelf:
    """Pairs by name, and a cache of what was computed with them that never holds more than TRACE_BYTES."""

    def __init__(self) -> None:
        self._pairs: cachetools.LRUCache = cachetools.LRUCache(PAIRS)
        self._results: cachetools.LRUCache = cachetools.LRUCache(TRACE_BYTES, getsizeof=_bytes)
        self._lock = threading.Lock()
        self._passes = threading.RLock()

    def ask(self, name: str) -> Loading:
        """The loading of a pair: finished, under way, or not begun."""
        with self._lock:
            return self._pairs.setdefault(name, Loading())

    def load(self, name: str) -> Loading:
        """The same, begun now if nobody began it before."""
        loading = self.ask(name)
        with self._lock:
            if loading.began is None:
                loading.began = time.monotonic()
                threading.Thread(target=_load, args=(name, loading), daemon=True).start()
        return loading

    def forget_failed(self, name: str) -> None:
        """Drop a pair that couldn't be loaded, so that the next ask tries again."""
        with self._lock:
            if name in self._pairs and self._pairs[name].error:
                del self._pairs[name]

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
    # Threads that wait by spinning take the core that other sessions need; read by OpenMP when torch is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    from distilbert_viz.pairs.loading import load_pair
    from distilbert_viz.tracing.stock import stock_model

    loading.stage, loading.done = "teacher and student", LIBRARIES_SHARE
    pair = load_pair(**sources(name))
    loading.stocks = tuple(stock_model(model) for model in pair)
    loading.vocabulary = dict(sorted(pair.teacher.tokenizer.get_vocab().items(), key=lambda item: item[1]))
    loading.pieces = pair.teacher.vocabulary
    loading.done, loading.pair = 1.0, pair
    gc.collect()
    gc.freeze()


def title(name: str) -> str:
    """A pair in words: the catalogue's, a run's, or its two names."""
    if run := home.find(name):
        return f"{run.recipe.teacher} teacher → student of {run.state()['name']}"
    return CATALOGUE[name].title if name in CATALOGUE else name.replace("|", " → ")


def sources(name: str) -> dict[str, str]:
    """What `load_pair` takes for a pair's name: a run's teacher and student, two names, or a name of the catalogue."""
    if run := home.find(name):
        teacher = run.recipe.teacher
        return {"teacher": CATALOGUE[teacher].teacher if teacher in CATALOGUE else teacher, "student": str(run.folder / STUDENT)}
    teacher, separator, student = name.partition("|")
    return {"teacher": teacher, "student": student} if separator else {"name": name}
