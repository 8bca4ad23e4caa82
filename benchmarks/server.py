"""What a page costs on the server for a new sentence, over the two bare forward passes that no app could do without."""

import functools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from unittest import mock

import torch
from streamlit import logger
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest, app_test
from transformers import AutoTokenizer, BertForMaskedLM, DistilBertForMaskedLM

from distilbert_viz.pairs.catalogue import FOLDER
from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.session import checks, jobs
from distilbert_viz.session.cache import cache
from tests.support.pages import go_to

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 120
STOCK = ((BertForMaskedLM, "teacher"), (DistilBertForMaskedLM, "student"))
Lengths = dict[int, Iterator[str]]
Times = dict[tuple[str, int], list[tuple[float, float]]]


class Stopwatch:
    """The seconds spent in the functions it wraps, added up since it was last read."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def timing(self, function: Callable) -> Callable:
        """The same function, its seconds counted."""

        @functools.wraps(function)
        def timed(*values: object, **named: object) -> object:
            start = time.perf_counter()
            try:
                return function(*values, **named)
            finally:
                self._seconds += time.perf_counter() - start

        return timed

    def read(self) -> float:
        """The seconds, and start again from zero."""
        seconds, self._seconds = self._seconds, 0.0
        return seconds


@contextmanager
def watched_app() -> Iterator[Callable[[str, str], float]]:
    """A function (page, text) -> seconds of script on the server for that new text, the check under the panels left out.

    Timed is what Streamlit's own runner executes: callbacks, app.py and the page, messages to the browser built. AppTest's
    work around it (a mock server, reading the messages back) is outside, and its habit of compiling every script anew
    is switched off, since a server compiles once.
    """
    logger.set_log_level("ERROR")  # outside its server Streamlit warns at every step
    script, check = Stopwatch(), Stopwatch()
    run = "exec_func_with_error_handling"
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(script_runner, run, script.timing(getattr(script_runner, run))))
        stack.enter_context(mock.patch.object(checks, "run_checks", check.timing(checks.run_checks)))
        stack.enter_context(mock.patch.object(app_test, "ScriptCache", functools.cache(app_test.ScriptCache)))
        load_models()
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS).run()
        yield functools.partial(seconds_of, app, script, check)


def load_models() -> None:
    """Wait until the built-in pair is loaded."""
    loading = cache().load(PairChoice())
    loading.finished.wait(SECONDS)
    if loading.loaded is None:
        raise RuntimeError(f"the built-in pair did not load: {loading.error}")


def seconds_of(app: AppTest, script: Stopwatch, check: Stopwatch, page: str, text: str) -> float:
    """Seconds of one run for a text that was typed and sent with Enter, on a page that is already open."""
    open_page(app, page)
    script.read(), check.read()
    app.text_input(key="typed").set_value(text).run()
    seconds = script.read() - check.read()
    if app.exception or app.session_state.text != text:
        raise RuntimeError(f"page {page} did not show the text: {app.exception or app.session_state.text}")
    return seconds


def open_page(app: AppTest, page: str) -> None:
    """Show a page of the story, unless it is the one that is open."""
    before = app._page_hash, app.query_params.get("view")
    go_to(app, page)
    if (app._page_hash, app.query_params.get("view")) != before:
        app.run()


def bare_passes() -> Callable[[str], float]:
    """A function text -> seconds of the two stock eager forward passes, tokenization left out, in a thread of its own.

    A script runs in a fresh thread too, and PyTorch gives every thread its own pool of workers.
    """
    models = stock_models()
    tokenizer = AutoTokenizer.from_pretrained(FOLDER / "teacher")

    @torch.inference_mode()
    def seconds(text: str) -> float:
        ids = tokenizer(text, return_tensors="pt")["input_ids"]
        start = time.perf_counter()
        for model in models:
            model(input_ids=ids, output_attentions=True, output_hidden_states=True)
        return time.perf_counter() - start

    def in_thread(text: str) -> float:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(seconds, text).result()

    return in_thread


def after_jobs(measure: Callable[[str], float], text: str) -> float:
    """The same once nothing that a page began behind its pictures is under way."""
    for job in jobs.server_jobs().all().values():
        job.finished.wait(SECONDS)
    return measure(text)


def stock_models() -> list[torch.nn.Module]:
    """Teacher and student as transformers itself loads them, in float32 like the app's."""
    options = {"dtype": torch.float32, "attn_implementation": "eager"}
    return [kind.from_pretrained(FOLDER / name, **options).eval() for kind, name in STOCK]


def server_times(
    pages: list[str], lengths: dict[int, Iterator[str]], repeats: int
) -> dict[tuple[str, int], list[tuple[float, float]]]:
    """For every page and length of text, (bare seconds, page seconds) of every repeat, the two taken in turn."""
    with watched_app() as on_page:
        bare, found = bare_passes(), {}
        for page in pages:
            for length, texts in lengths.items():
                pairs = [(after_jobs(bare, text), on_page(page, text)) for text in islice(texts, repeats + 2)]
                found[page, length] = pairs[2:]  # the first two warm up
    return found
