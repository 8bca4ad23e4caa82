"""A pair from models in memory, tried before it is shown."""

from torch import nn
from transformers import PreTrainedTokenizerBase

from distilbert_viz.pairs.memory import sharing
from distilbert_viz.pairs.models import Pair
from distilbert_viz.tracing.trial import tried


def pair_of(teacher: nn.Module, student: nn.Module, tokenizer: PreTrainedTokenizerBase) -> Pair:
    """Teacher and student, models of transformers that are in memory, as a pair for everything that takes one of `load_pair`.

    It holds their very tensors: called in a training loop it copies no weight, and what it shows later is the models as they
    are then. Modules and tokenizer are left as they were: mode, device, gradients, hooks, attention implementation. One head's
    task, one tokenizer, and no wrapper but torch.compile's and DataParallel's. Raises PairError, one sentence, where two models
    make no pair, or can't read two short sentences.
    """
    return tried(sharing(teacher, student, tokenizer))
