"""A pair on its way into memory: in a thread behind the first paint, by stages that a page can show."""

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from distilbert_viz import settings
from distilbert_viz.pairs.choice import PairChoice, RunStudent
from distilbert_viz.pairs.refusals import OutOfMemory
from distilbert_viz.runs import home
from distilbert_viz.runs.students import sources
from distilbert_viz.session.allocator import give_back
from distilbert_viz.session.warm import read_ahead

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Model, Pair

LIBRARIES_SHARE = 0.6


@dataclass(frozen=True, eq=False)
class Loaded:
    """A pair in memory, its stock models with the same weights, and its vocabulary: ids by piece and pieces by id."""

    pair: "Pair"
    stocks: "tuple[Model, Model]"
    vocabulary: Mapping[str, int]
    pieces: tuple[str, ...]


@dataclass(eq=False)
class Loading:
    """A pair on its way: `stage` is what is awaited, `done` the share that is over, `error` a sentence if it failed.

    Once `finished` is set there is either `loaded` or `error`.
    """

    choice: PairChoice
    stage: str = "PyTorch and transformers"
    done: float = 0.0
    error: str | None = None
    loaded: "Loaded | None" = None
    began: float | None = None
    finished: threading.Event = field(default_factory=threading.Event)

    def begun(self) -> bool:
        """Whether somebody began it."""
        return self.began is not None

    def begin(self, make_room: Callable[[], bool], arrived: Callable[[], None]) -> None:
        """Load in a thread. `make_room` drops what can be dropped where memory is short, and says whether there was any;
        `arrived` is called once the pair is there.
        """
        self.began = time.monotonic()
        threading.Thread(target=self._work, args=(make_room, arrived), daemon=True).start()

    def _work(self, make_room: Callable[[], bool], arrived: Callable[[], None]) -> None:
        try:
            self._load(make_room)
            arrived()
            give_back()
            read_ahead()
        except Exception as error:  # a thread has nobody to catch it: the sentence goes to the page that waits
            self.error = str(error)
        finally:
            self.finished.set()

    def _load(self, make_room: Callable[[], bool]) -> None:
        # Threads that wait by spinning take the core that other sessions need; read by OpenMP when torch is imported.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        from distilbert_viz.tracing.stock import stock_model

        pair = self._pair(make_room)
        vocabulary = dict(sorted(pair.tokenizer.get_vocab().items(), key=lambda item: item[1]))
        stocks = (stock_model(pair.teacher), stock_model(pair.student))
        self.loaded, self.done = Loaded(pair, stocks, vocabulary, pair.teacher.vocabulary), 1.0

    def _pair(self, make_room: Callable[[], bool]) -> "Pair":
        from distilbert_viz.pairs.loading import load_pair
        from distilbert_viz.tracing.trial import tried

        self.stage, self.done = "teacher and student", LIBRARIES_SHARE
        device, dtype = self.choice.device or None, self.choice.dtype
        try:
            return tried(load_pair(**sources(self.choice), device=device, dtype=dtype))
        except OutOfMemory:
            if not make_room():
                raise
        give_back()
        return tried(load_pair(**sources(self.choice), device=device, dtype=dtype))


def refusal(choice: PairChoice) -> str | None:
    """Why a visitor may not ask for this pair here, in one sentence; None where they may."""
    a_run = isinstance(choice.models, RunStudent) and home.find(choice.models.run)
    if not settings.read().public or choice.in_catalogue or a_run:
        return None
    return "This is a public server: it shows the pairs of its list, and students of the runs made here, and opens no others."
