"""One thread a device runs the forward passes of all sessions, those that wait for it together as one batch.

Nothing waits for a batch to fill: while a pass runs, requests come in, and the next pass takes as many of them as fit. Other
work on the device (a check, an attribution) takes its turn in between, so that nothing runs beside a pass.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from distilbert_viz import memory, tracing
from distilbert_viz.pairs.devices import memory_refused
from distilbert_viz.pairs.models import Model
from distilbert_viz.records import Encoding, Trace
from distilbert_viz.serving.turns import Turns

MOST_TEXTS = 16
# What a batch is computed by: of traces, or of logits. Which answer comes back is known to the two that ask, not to the queue.
Run = Callable[[Model, list[Any]], Sequence[Any]]
STEP = 16  # texts of one batch differ by fewer tokens than this, so that little is computed for filling


@dataclass(frozen=True, eq=False)
class _Request:
    """`run` computes a batch: (model, what each text needs) -> an answer each. Texts of about one length go together."""

    run: Run
    model: Model
    text: Encoding | Trace
    tokens: int
    answer: Future[Any] = field(default_factory=Future)

    def fits(self, first: "_Request") -> bool:
        """Whether it can be part of a batch that begins with `first`."""
        return (self.run, self.model, self.tokens // STEP) == (first.run, first.model, first.tokens // STEP)


class Worker:
    """The forward passes of one device, "cpu" or "cuda:0".

    Memory that runs out is an OutOfMemory, a batch's first of all a reason to try its texts alone.
    """

    def __init__(self, device: str) -> None:
        self._device = device
        self._waiting: deque[_Request] = deque()
        self._news = threading.Condition()
        self.turns = Turns()
        self._ended = False
        self._most_tokens = memory.present_plan().tokens  # of a batch, filling counted: bounds its memory
        self._thread = threading.Thread(target=self._work, name="forward passes", daemon=True)
        self._thread.start()

    def trace(self, model: Model, encoding: Encoding) -> Trace:
        """One text's trace, computed in one pass with whatever else waits. Raises what its own pass raised, and nobody else's."""
        made: Trace = self._answered(tracing.trace_many, model, encoding, len(encoding))
        return made

    def logits(self, model: Model, trace: Trace) -> np.ndarray:
        """The head's logits for one text, computed in one run of the head with whatever else waits."""
        made: np.ndarray = self._answered(tracing.logits_many, model, trace, len(trace.encoding))
        return made

    def _answered(self, run: Run, model: Model, text: Encoding | Trace, tokens: int) -> Any:
        if self.turns.mine():  # the worker waits for this very thread
            return run(model, [text])[0]
        return self.submit(run, model, text, tokens).result()

    def submit(self, run: Run, model: Model, text: Encoding | Trace, tokens: int) -> Future[Any]:
        """A text's answer, awaited later. Raises RuntimeError once the worker has ended."""
        request = _Request(run, model, text, tokens)
        with self._news:
            if self._ended:
                raise RuntimeError("The server is ending: no forward pass begins any more.")
            self._waiting.append(request)
            self._news.notify()
        return request.answer

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Nothing else runs on the device; who has the turn may take it again. Memory that runs out is an OutOfMemory."""
        with self.turns.turn(), memory_refused(self._device):
            yield

    def end(self) -> None:
        """Refuse what still waits, and return when the pass under way is over."""
        with self._news:
            self._ended = True
            while self._waiting:
                self._waiting.popleft().answer.cancel()
            self._news.notify()
        self._thread.join()

    def _work(self) -> None:
        while self._wait():
            with self.turns.turn():  # while it is awaited, more requests come: the batch is made afterwards
                self._answer(self._take())

    def _wait(self) -> bool:
        """Until there is something to do; False at the end."""
        with self._news:
            self._news.wait_for(lambda: bool(self._waiting) or self._ended)
            return not self._ended

    def _take(self) -> list[_Request]:
        """The request that waits longest, and those that fit with it."""
        with self._news:
            if not self._waiting:
                return []
            first = self._waiting[0]
            room = max(1, min(MOST_TEXTS, self._most_tokens // (first.tokens // STEP * STEP + STEP)))
            batch = [request for request in self._waiting if request.fits(first)][:room]
            for request in batch:
                self._waiting.remove(request)
        return [request for request in batch if request.answer.set_running_or_notify_cancel()]

    def _answer(self, batch: list[_Request]) -> None:
        """A batch that fails is run again text by text: one bad text harms nobody else."""
        if not batch:
            return
        try:
            with memory_refused(self._device):
                answers = batch[0].run(batch[0].model, [request.text for request in batch])
        except Exception as error:  # it is that of one text: alone, the others are answered
            if len(batch) == 1:
                batch[0].answer.set_exception(error)
                return
            for request in batch:
                self._answer([request])
            return
        for request, made in zip(batch, answers, strict=True):
            request.answer.set_result(made)
