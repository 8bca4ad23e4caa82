"""What a model's files say, held against the model that was made of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Held:
    """`used` tensors of the files are in the model, number for number, and fill it; `unused` ones belong to no part of it.

    `unread`: keys of config.json, with their values, that nothing reads. `framed`: the tokenizer puts nothing around a text, so
    that here it puts what its family is read with.
    """

    used: int
    unused: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    framed: bool = False
