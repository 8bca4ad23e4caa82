"""A pair on its way into memory: in a thread behind the first paint, by stages that a page can show."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from distilbert_viz import settings
from distilbert_viz.pairs.catalogue import CATALOGUE
from distilbert_viz.pairs.refusals import OutOfMemory
from distilbert_viz.runs import home
from distilbert_viz.runs.record import STUDENT
from distilbert_viz.session.allocator import give_back
from distilbert_viz.session.state import Asked

LIBRARIES_SHARE = 0.6


@dataclass(eq=False)
class Loading:
    """A pair on its way: `stage` is what is awaited, `done` the share that is over, `error` a sentence if it failed."""

    asked: Asked
    stage: str = "PyTorch and transformers"
    done: float = 0.0
    error: str | None = None
    pair: object | None = None
    stocks: tuple | None = None
    vocabulary: dict[str, int] | None = None
    pieces: tuple[str, ...] = ()
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
        except Exception as error:  # a thread has nobody to catch it: the sentence goes to the page that waits
            self.error = str(error)
        finally:
            self.finished.set()

    def _load(self, make_room: Callable[[], bool]) -> None:
        # Threads that wait by spinning take the core that other sessions need; read by OpenMP when torch is imported.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        from distilbert_viz.tracing.stock import stock_model

        pair = self._pair(make_room)
        self.stocks = tuple(stock_model(model) for model in pair)
        self.vocabulary = dict(sorted(pair.teacher.tokenizer.get_vocab().items(), key=lambda item: item[1]))
        self.pieces = pair.teacher.vocabulary
        self.done, self.pair = 1.0, pair

    def _pair(self, make_room: Callable[[], bool]) -> object:
        from distilbert_viz.pairs.loading import load_pair

        self.stage, self.done = "teacher and student", LIBRARIES_SHARE
        where = {"device": self.asked.device or None, "dtype": self.asked.dtype}
        try:
            return load_pair(**sources(self.asked.pair), **where)
        except OutOfMemory:
            if not make_room():
                raise
        give_back()
        return load_pair(**sources(self.asked.pair), **where)


def refusal(name: str) -> str | None:
    """Why a visitor may not ask for this pair here, in one sentence; None where they may."""
    if not settings.read().public or name in CATALOGUE or home.find(name):
        return None
    return "This is a public server: it shows the pairs of its list, and students of the runs made here, and opens no others."


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
