"""From a typed text to an Encoding. A typed [SEP] starts the second sentence; a typed [MASK] is a mask."""

from collections.abc import Collection

import numpy as np

from distilbert_viz.records import Encoding


def encode(tokenizer, text: str, masked: Collection[int] = (), most: int = 512) -> Encoding:
    """`text` as at most `most` tokens, those at positions `masked` replaced by [MASK] (special tokens never are).

    Raises ValueError when the text holds nothing that the tokenizer reads as a token.
    """
    first, separator, second = text.partition(tokenizer.sep_token)
    parts = [_part(tokenizer, first, 0)]
    if second.strip():
        parts.append(_part(tokenizer, second, len(first) + len(separator)))
    if not parts[0][0]:
        raise ValueError("There is nothing to read in this text: no part of it is a token.")
    kept, dropped = _fit(parts, most - 1 - len(parts))
    ids, types, offsets, special = _assemble(tokenizer, kept)
    masked = [i for i in masked if 0 <= i < len(ids) and not special[i]]
    input_ids = ids.copy()
    input_ids[masked] = tokenizer.mask_token_id
    tokens = tuple(tokenizer.convert_ids_to_tokens(input_ids.tolist()))
    return Encoding(text, tokens, input_ids, types, offsets, ids, tuple(special), dropped)


def _part(tokenizer, text: str, start: int) -> tuple[list[int], list[tuple[int, int]]]:
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    return encoded["input_ids"], [(start + a, start + b) for a, b in encoded["offset_mapping"]]


def _fit(parts: list, room: int) -> tuple[list, int]:
    """The longest part gives up its last token until all fit, as BERT's own data preparation does."""
    lengths = [len(ids) for ids, _ in parts]
    dropped = max(0, sum(lengths) - room)
    for _ in range(dropped):
        lengths[lengths.index(max(lengths))] -= 1
    return [(ids[:n], offsets[:n]) for (ids, offsets), n in zip(parts, lengths, strict=True)], dropped


def _assemble(tokenizer, parts: list) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[bool]]:
    ids, types, offsets, special = [tokenizer.cls_token_id], [0], [(0, 0)], [True]
    for segment, (part_ids, part_offsets) in enumerate(parts):
        ids += [*part_ids, tokenizer.sep_token_id]
        types += [segment] * (len(part_ids) + 1)
        offsets += [*part_offsets, (0, 0)]
        special += [False] * len(part_ids) + [True]
    return np.array(ids), np.array(types), np.array(offsets), special
