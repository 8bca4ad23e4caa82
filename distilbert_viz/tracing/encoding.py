"""From a typed text to an Encoding, through the tokenizer: it frames, pairs and finds words; here is only what it doesn't do.

A typed separator starts the second sentence, a typed mask is a mask, both also by BERT's names where the tokenizer has others,
and of a text that is too long the longer sentence is cut first.
"""

from collections.abc import Collection

import numpy as np
from jaxtyping import Int
from transformers import PreTrainedTokenizerFast

from distilbert_viz.records import Encoding


def encode(tokenizer: PreTrainedTokenizerFast, text: str, masked: Collection[int] = (), most: int = 512) -> Encoding:
    """`text` as at most `most` tokens, those at positions `masked` replaced by the mask token (special tokens never are).

    A typed [MASK] or [SEP] is read as the tokenizer's own, whatever it calls them. Raises ValueError when the text holds nothing
    that the tokenizer reads as a token.
    """
    text = text.replace("[MASK]", tokenizer.mask_token).replace("[SEP]", tokenizer.sep_token)
    parts = sentences(tokenizer, text)
    seen = tokenizer(*(part for _, part in parts), verbose=False).encodings[0]
    sentence = _numbers(seen.sequence_ids)
    if 0 not in sentence:
        raise ValueError("There is nothing to read in this text: no part of it is a token.")
    kept = _kept(sentence, most)
    starts = np.array([start for start, _ in parts])
    offsets = np.array(seen.offsets)[kept] + np.where(sentence < 0, 0, starts[sentence])[kept, None]
    ids, special = np.array(seen.ids)[kept], (sentence < 0)[kept]
    untyped = _untyped(tokenizer, ids, offsets)
    offsets[untyped, 1] = offsets[untyped, 0]
    input_ids = ids.copy()
    input_ids[[i for i in masked if 0 <= i < len(ids) and not special[i]]] = tokenizer.mask_token_id
    return Encoding(
        text=text,
        tokens=tuple(tokenizer.convert_ids_to_tokens(input_ids.tolist())),
        input_ids=input_ids,
        token_type_ids=_sentences(sentence[kept], len(parts)),
        offsets=offsets,
        original_ids=ids,
        special=tuple(special.tolist()),
        dropped=len(sentence) - len(kept),
        mask_positions=tuple(np.flatnonzero(input_ids == tokenizer.mask_token_id).tolist()),
        word_starts=_word_starts(sentence[kept], _numbers(seen.word_ids)[kept]),
    )


def _untyped(tokenizer: PreTrainedTokenizerFast, ids: Int[np.ndarray, "token"], offsets: Int[np.ndarray, "token 2"]) -> list[int]:
    """The tokens that stand for a space which nobody typed, and so are given the first character of the word behind it."""
    twice = np.flatnonzero((offsets[1:] == offsets[:-1]).all(1) & (offsets[1:, 0] < offsets[1:, 1]))
    pieces = tokenizer.convert_ids_to_tokens(ids[twice].tolist())
    return [i for i, piece in zip(twice.tolist(), pieces, strict=True) if not tokenizer.convert_tokens_to_string([piece]).strip()]


def sentences(tokenizer: PreTrainedTokenizerFast, text: str) -> list[tuple[int, str]]:
    """The sentence before the first separator and the one behind it, each with the character that it starts at.

    Spaces beside a separator belong to neither: a tokenizer of bytes would read them.
    """
    first, _, second = text.partition(tokenizer.sep_token)
    if not second.strip():
        return [(0, first)]
    return [(0, first.rstrip()), (len(text) - len(second.lstrip()), second.lstrip())]


def _kept(sentence: Int[np.ndarray, "token"], most: int) -> Int[np.ndarray, "kept"]:
    """Which of the tokens stay: all that frame the text (-1), and of each sentence (0, 1) as many of the first as fit."""
    framing, first, second = (np.flatnonzero(sentence == number) for number in (-1, 0, 1))
    left = _shortened(len(first), len(second), most - len(framing))
    return np.sort(np.concatenate([framing, first[: left[0]], second[: left[1]]]))


def _shortened(first: int, second: int, room: int) -> tuple[int, int]:
    """Lengths after the longer sentence gave up its last token, of two equal ones the first, until both fit into `room`.

    Not the tokenizer's own "longest_first": where both are cut and one token is over, that leaves it to the sentence that was
    longer, and this rule to the second one.
    """
    if first + second <= room:
        return first, second
    if 2 * min(first, second) > room:
        return room // 2, room - room // 2
    return (first, room - first) if first < second else (room - second, second)


def _sentences(sentence: Int[np.ndarray, "token"], texts: int) -> Int[np.ndarray, "token"]:
    """The sentence that each token belongs to, 0 or 1: the framing tokens to the first, and the last one to the last."""
    types = np.maximum(sentence, 0)
    types[-1] = texts - 1
    return types


def _numbers(found: list[int | None]) -> Int[np.ndarray, "token"]:
    """What the tokenizer counts, -1 where it has no number."""
    return np.array([-1 if number is None else number for number in found])


def _word_starts(sentence: Int[np.ndarray, "token"], words: Int[np.ndarray, "token"]) -> tuple[bool, ...]:
    """Whether each token begins a word, given its sentence and the number of its word there; framing tokens stay alone."""
    begins = sentence < 0
    begins[0] = True
    begins[1:] |= (words[1:] != words[:-1]) | (sentence[1:] != sentence[:-1])
    return tuple(begins.tolist())
