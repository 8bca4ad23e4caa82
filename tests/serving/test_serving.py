"""One worker a device: what is answered, to whom, and in how many passes."""

import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor

import numpy as np
import pytest

from distilbert_viz import tracing
from distilbert_viz.serving import Worker

SENTENCES = ["The cat sat.", "The cat sat on the mat.", "He drank a cup of [MASK].", "One. [SEP] Another one.", "A " * 40 + "dog."]
ARRAYS = ("hidden_states", "queries", "keys", "values", "attentions")


def encodings(pair, texts=SENTENCES):
    return [tracing.encode(pair.teacher.tokenizer, text) for text in texts]


def largest(ours, theirs):
    return max(np.abs(getattr(ours, name) - getattr(theirs, name)).max() for name in ARRAYS)


def ask(worker, model, encoding, run=tracing.trace_many):
    return worker.submit(run, model, encoding, len(encoding))


@pytest.fixture
def worker():
    made = Worker("cpu")
    yield made
    made.end()


class Counting:
    """tracing.trace_many, counted, held up until `open` is set, and failing on the text "bad"."""

    def __init__(self):
        self.sizes, self.entered, self.open = [], threading.Event(), threading.Event()

    def __call__(self, model, several):
        self.entered.set()
        self.open.wait(10)
        self.sizes.append(len(several))
        if any("bad" in encoding.text for encoding in several):
            raise ValueError("bad text")
        return tracing.trace_many(model, several)


@pytest.fixture
def counting():
    run = Counting()
    made = Worker("cpu")
    yield run, made
    run.open.set()
    made.end()


def test_a_text_alone_is_traced_to_the_last_bit_as_without_a_worker(built_in, worker):
    for model in built_in:
        for encoding in encodings(built_in):
            assert largest(worker.trace(model, encoding), tracing.trace(model, encoding)) == 0


def test_a_batch_of_texts_of_all_lengths_agrees_with_each_texts_own_pass(built_in):
    read = encodings(built_in)
    for model in built_in:
        for made, encoding in zip(tracing.trace_many(model, read), read, strict=True):
            alone = tracing.trace(model, encoding)
            assert made.encoding is encoding
            assert made.attentions.shape == alone.attentions.shape
            assert largest(made, alone) < 1e-5


def test_a_trace_of_a_batch_holds_no_memory_of_the_others(built_in):
    read = encodings(built_in)
    made = tracing.trace_many(built_in.teacher, read)[0]
    for name in ARRAYS:
        array = getattr(made, name)
        assert (array if array.base is None else array.base).nbytes == array.nbytes


def test_what_waits_while_a_pass_runs_is_computed_in_one_pass(built_in, counting):
    run, worker = counting
    read = encodings(built_in, [f"The cat number {i} sat." for i in "abcdefgh"])
    first = ask(worker, built_in.teacher, read[0], run)
    assert run.entered.wait(10)
    others = [ask(worker, built_in.teacher, encoding, run) for encoding in read[1:]]
    run.open.set()
    for encoding, answer in zip(read, [first, *others], strict=True):
        assert answer.result(30).encoding is encoding
    assert run.sizes == [1, 7]


def test_texts_of_other_lengths_and_other_models_are_not_filled_up_to_one_batch(built_in, counting):
    run, worker = counting
    short, long = encodings(built_in, ["The cat sat.", "The cat sat " * 30])
    asked = [(built_in.teacher, short), (built_in.teacher, long), (built_in.student, short), (built_in.teacher, short)]
    answers = [ask(worker, *request, run) for request in asked]
    run.open.set()
    for (model, encoding), answer in zip(asked, answers, strict=True):
        assert largest(answer.result(30), tracing.trace(model, encoding)) < 1e-5
    assert sum(run.sizes) == 4
    assert max(run.sizes) <= 2


def test_a_text_that_fails_in_a_batch_harms_nobody_else(built_in, counting):
    run, worker = counting
    read = encodings(built_in, ["The first.", "The good.", "The bad.", "The other."])
    answers = [ask(worker, built_in.teacher, encoding, run) for encoding in read]
    run.open.set()
    with pytest.raises(ValueError, match="bad text"):
        answers[2].result(30)
    for i in (0, 1, 3):
        assert answers[i].result(30).encoding is read[i]


def test_thirty_threads_get_each_their_own_text(built_in, worker):
    read = encodings(built_in, [f"A cat and {'dogs and ' * (i % 5)} {i} birds." for i in range(60)])
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda encoding: worker.trace(built_in.student, encoding), read))
    for encoding, answer in zip(read, answers, strict=True):
        assert answer.encoding is encoding
        assert largest(answer, tracing.trace(built_in.student, encoding)) < 1e-5


def test_logits_of_several_texts_agree_with_each_texts_own(built_in, worker):
    for model in built_in:
        traces = [tracing.trace(model, encoding) for encoding in encodings(built_in)]
        for trace, many in zip(traces, tracing.logits_many(model, traces), strict=True):
            alone = tracing.logits(model, trace)
            for found in (many, worker.logits(model, trace)):  # another thread may sum a product in another order
                assert found.shape == alone.shape
                assert np.abs(found - alone).max() < 2e-5


def test_nothing_else_runs_while_a_thread_has_the_turn_and_that_thread_may_still_trace(built_in, worker):
    encoding = encodings(built_in)[0]
    with worker.turn():
        waiting = ask(worker, built_in.teacher, encoding)
        assert largest(worker.trace(built_in.teacher, encoding), tracing.trace(built_in.teacher, encoding)) == 0
        assert not waiting.done()
    assert waiting.result(30).encoding is encoding


def test_a_worker_that_ends_refuses_what_waits_and_what_comes(built_in):
    worker, encoding = Worker("cpu"), encodings(built_in)[0]
    with worker.turn():
        under_way = ask(worker, built_in.teacher, encoding)
        ending = threading.Thread(target=worker.end)
        ending.start()
        with pytest.raises(CancelledError):
            under_way.result(30)
    ending.join(30)
    assert not ending.is_alive()
    with pytest.raises(RuntimeError, match="ending"):
        ask(worker, built_in.teacher, encoding)


def in_a_thread(act):
    thread = threading.Thread(target=act)
    thread.start()
    return thread


def test_a_failure_inside_a_turn_gives_it_back(worker):
    with pytest.raises(ZeroDivisionError), worker.turn():
        _ = 1 / 0
    had = threading.Event()

    def take() -> None:
        with worker.turn():
            had.set()

    in_a_thread(take).join(10)
    assert had.is_set()
