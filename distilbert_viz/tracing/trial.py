"""A pair's first pass, before it is shown to anybody: whatever a tokenizer or a model can't do with any text shows here."""

from distilbert_viz.pairs.devices import is_out_of_memory
from distilbert_viz.pairs.models import Pair
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.records.finite import NotFinite
from distilbert_viz.tracing.forward import logits, trace_pair

TEXT = "a [MASK]. [SEP] B 1"


def tried(pair: Pair) -> Pair:
    """The pair, once both models have read two short sentences and their heads have answered. Raises PairError in a sentence."""
    try:
        traces = trace_pair(pair, TEXT)
        for model, trace in zip(pair, traces, strict=True):
            if model.task.labels:
                logits(model, trace)
    except NotFinite:  # pages that can do without such numbers show the pair
        return pair
    except Exception as error:  # a tokenizer that was built by hand fails in as many ways as there are hands
        if is_out_of_memory(error) or isinstance(error, PairError):
            raise
        said = " ".join(str(error).split())[:200].rstrip(".")
        raise PairError(f"{pair.name} can't be shown: not even “{TEXT}” can be read ({type(error).__name__}: {said}).") from error
    return pair
