"""Folders of tiny models, one of them with something wrong, and the sentence with which they are refused."""

from collections.abc import Callable

import pytest

from distilbert_viz.pairs import CATALOGUE, load_pair
from distilbert_viz.pairs.refusals import PairError

# The built-in pair, for whatever is wrong with the other model.
TEACHER, STUDENT = CATALOGUE["built-in"].teacher, CATALOGUE["built-in"].student
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c"]


def refusal(act: Callable[..., object] = load_pair, *arguments: object, **choice: object) -> str:
    """The one sentence in which the call, the loading of a pair where no other is given, is refused."""
    with pytest.raises(PairError) as refused:
        act(*arguments, **choice)
    sentence = str(refused.value)
    assert len(sentence.splitlines()) == 1
    assert sentence.endswith((".", " the wrong way round?"))
    return sentence
