"""A pair's first pass, before it is shown to anybody: whatever a tokenizer or a model can't do with any text shows here."""

from collections.abc import Iterator
from contextlib import contextmanager

from distilbert_viz.pairs.candidates import Candidate, CandidatePair
from distilbert_viz.pairs.catalogue import PairCard
from distilbert_viz.pairs.devices import is_out_of_memory
from distilbert_viz.pairs.judging import judged_pair
from distilbert_viz.pairs.models import Pair
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.records.finite import NotFinite
from distilbert_viz.records.passes import refuse_other_tokens
from distilbert_viz.tracing.encoding import encode
from distilbert_viz.tracing.forward import logits, trace_pair

TEXT = "a [MASK]. [SEP] B 1"


def tried(pair: Pair) -> Pair:
    """The pair, once both models have read two short sentences and their heads have answered. Raises PairError in a sentence."""
    with _trial(pair.name):
        try:
            traces = trace_pair(pair, TEXT)
            for model, trace in zip(pair, traces, strict=True):
                if model.task.labels:
                    logits(model, trace)
        except NotFinite:  # pages that can do without such numbers show the pair
            pass
    return pair


def judged(card: PairCard) -> CandidatePair:
    """The pair as far as it can be judged before a weight is read. Raises PairError where pages would refuse it."""
    pair = judged_pair(card)
    refuse_unreadable(card.name, pair.teacher, pair.student)
    return pair


def refuse_unreadable(name: str, *models: Candidate) -> None:
    """Raises PairError where the tokenizers can't read two short sentences, or read them differently: no weight is needed."""
    with _trial(name):
        most = min(model.family.longest(model.config) for model in models)
        first, *others = (encode(model.tokenizer, TEXT, most=most) for model in models)
        for other in others:
            refuse_other_tokens(first, other)


@contextmanager
def _trial(name: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # a tokenizer that was built by hand fails in as many ways as there are hands
        if is_out_of_memory(error) or isinstance(error, PairError):
            raise
        said = " ".join(str(error).split())[:200].rstrip(".")
        raise PairError(f"{name} can't be shown: not even “{TEXT}” can be read ({type(error).__name__}: {said}).") from error
