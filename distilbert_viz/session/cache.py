"""Loaded pairs and what was computed with them, shared by all sessions of a server and bounded in bytes."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import cachetools
import streamlit as st

from distilbert_viz import memory
from distilbert_viz.pairs.choice import Models, PairChoice
from distilbert_viz.session.loading import Loading

if TYPE_CHECKING:
    from distilbert_viz.serving.worker import Worker

PAIRS, BEGUN = 3, 64
T = TypeVar("T")


class Key(NamedTuple):
    """What decides a result: the pair that it was computed with, None where there is none, and the identity of all the rest."""

    pair: PairChoice | None
    values: Hashable


class Cache:
    """At most `pairs` pairs, one worker a device, and `results` bytes of results; the least recently used go first.

    A pair is counted once it is there: a link to one that isn't, or can't be loaded, takes no other visitor's pair away.
    """

    def __init__(self, pairs: int = PAIRS, results: int = memory.MOST_RESULTS) -> None:
        self._pairs: cachetools.LRUCache[PairChoice, Loading] = cachetools.LRUCache(pairs)
        self._begun: cachetools.LRUCache[PairChoice, Loading] = cachetools.LRUCache(BEGUN)  # under way, or failed
        self._results: cachetools.LRUCache[Key, Any] = cachetools.LRUCache(results, getsizeof=held_bytes)
        self._under_way: dict[Key, Future[Any]] = {}
        self._workers: dict[str, Worker] = {}
        self._lock = threading.RLock()

    def loading(self, choice: PairChoice) -> Loading:
        """The loading of a pair: finished, under way, or not begun."""
        with self._lock:
            return self._pairs.get(choice) or self._begun.get(choice) or Loading(choice)

    def _place(self, loading: Loading) -> None:
        """Give a pair that has been loaded its place, and what was computed with the least recently used one back."""
        with self._lock:
            self._begun.pop(loading.choice, None)
            self._pairs[loading.choice] = loading
            self._forget_results()

    def load(self, choice: PairChoice) -> Loading:
        """The loading of a pair, begun now if nobody began it before. Where memory is short, results and other pairs go."""
        with self._lock:
            loading = self.loading(choice)
            if not loading.begun():
                self._begun[choice] = loading
                loading.begin(lambda: self.make_room(choice), lambda: self._place(loading))
        return loading

    def forget_failed(self, models: Models) -> None:
        """Drop two models that couldn't be loaded, on whatever device, so that the next ask tries again."""
        with self._lock:
            for choice in [c for c, loading in self._begun.items() if c.models == models and loading.error]:
                del self._begun[choice]

    def make_room(self, choice: PairChoice) -> bool:
        """Drop every other pair that is loaded, and all results; whether there was any of these."""
        with self._lock:
            others = [other for other in self._pairs if other != choice]
            dropped = bool(others or self._results)
            for other in others:
                del self._pairs[other]
            self._results.clear()
        return dropped

    def _forget_results(self) -> None:
        """What was computed with a pair goes with it: a folder's weights may be others when it is loaded again."""
        gone = [key for key in self._results if isinstance(key.pair, PairChoice) and key.pair not in self._pairs]
        for key in gone:
            del self._results[key]

    def worker(self, device: str) -> "Worker":
        """The worker that runs the forward passes of this device, "cpu" or "cuda:0"."""
        from distilbert_viz.serving.worker import Worker

        with self._lock:
            return self._workers.get(device) or self._workers.setdefault(device, Worker(device))

    def joined(self, key: Key, make: Callable[[], T], device: str) -> T:
        """What `make` returns, computed once for `key`; who asks while it is made waits for the same."""
        with self._lock:
            if key in self._results:
                return cast("T", self._results[key])
            waiting = self._under_way.get(key)
            if waiting is None:
                self._under_way[key] = Future()
        if waiting is None:
            return self._make(key, make)
        # Whoever has the turn can't wait for a pass that waits for the turn.
        return make() if self.worker(device).turns.mine() else cast("T", waiting.result())

    def _make(self, key: Key, make: Callable[[], T]) -> T:
        answer = self._under_way[key]
        try:
            made = make()
            answer.set_result(made)
            self._keep(key, made)
        except BaseException as error:  # those who wait for it learn of it too
            answer.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._under_way[key]
        return made

    def knows(self, key: Key) -> bool:
        """Whether something is remembered under `key`."""
        with self._lock:
            return key in self._results

    def alone(self, key: Key, make: Callable[[], T], device: str) -> T:
        """What `make` returns, computed once for `key`; nothing else runs on the device while it is made."""
        with self._lock:
            if key in self._results:
                return cast("T", self._results[key])
        with self.worker(device).turn():
            with self._lock:
                if key in self._results:
                    return cast("T", self._results[key])
            made = make()
            self._keep(key, made)
        return made

    def _keep(self, key: Key, made: object) -> None:
        with self._lock:
            if held_bytes(made) <= self._results.maxsize:
                self._results[key] = made

    def held_bytes(self) -> int:
        """Bytes of all that is remembered."""
        return int(self._results.currsize)

    def let_go(self, size: int) -> None:
        """Forget so many bytes of results, or all of them."""
        with self._lock:
            left = self.held_bytes() - size
            while self._results and self.held_bytes() > left:
                self._results.popitem()

    def end(self) -> None:
        """Let every worker finish its pass, and begin none."""
        for worker in self._workers.values():
            worker.end()


def held_bytes(value: object) -> int:
    """Bytes that a remembered value holds: its arrays and texts, and 64 for whatever is small."""
    nbytes = getattr(value, "nbytes", None)
    if nbytes is not None:
        return int(nbytes)
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, dict):
        return sum(map(held_bytes, value.values()))
    if isinstance(value, tuple | list):
        return sum(map(held_bytes, value))
    if is_dataclass(value) and not isinstance(value, type):
        return sum(held_bytes(getattr(value, part.name)) for part in fields(value))
    return 64


@st.cache_resource(show_spinner=False)
def cache() -> Cache:
    """The one cache of this server."""
    return Cache(results=memory.present_plan().results)
