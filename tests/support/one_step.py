"""The text of which one distillation step is opened up."""

from distilbert_viz.distillation.one_step import masked_text
from distilbert_viz.records import MaskedText
from distilbert_viz.tracing import encode

TEXT = "The old sailor drank a cup of [MASK] by the sea. [SEP] Then he fell asleep."


def example(built_in, text: str = TEXT, seed: int = 5, share: float = 0.3, masked: tuple[int, ...] = ()) -> MaskedText:
    """A text as it is masked for the step."""
    tokenizer = built_in.teacher.tokenizer
    return masked_text(tokenizer, encode(tokenizer, text, masked), seed, share)
