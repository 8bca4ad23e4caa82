"""BERT's masking, as a pure function of (seed, epoch, row): the same masks whenever and wherever a row is read.

Devlin et al. 2019 (arXiv 1810.04805, section 3.1): of the chosen tokens 80% become [MASK], 10% a random
token, 10% stay.
"""

import numpy as np

IGNORED = -100


def mask(
    input_ids: list[int],
    special_ids: set[int],
    mask_id: int,
    vocabulary: int,
    fraction: float,
    key: tuple[int, int, int],
) -> tuple[np.ndarray, np.ndarray]:
    """(masked input_ids, labels), int64, shape (token,): labels are the true id at chosen tokens, -100 elsewhere.

    At least one token is chosen in every row; special tokens never are. `key` is (seed, epoch, row).
    """
    random = np.random.default_rng(key)
    ids = np.array(input_ids, dtype=np.int64)
    open_positions = np.flatnonzero(~np.isin(ids, list(special_ids)))
    if not open_positions.size:
        return ids, np.full_like(ids, IGNORED)
    chosen = random.permutation(open_positions)[: max(1, round(fraction * open_positions.size))]
    labels = np.full_like(ids, IGNORED)
    labels[chosen] = ids[chosen]
    draw = random.random(chosen.size)
    ids[chosen[draw < 0.8]] = mask_id
    replaced = chosen[draw >= 0.9]
    ids[replaced] = random.integers(0, vocabulary, replaced.size)
    return ids, labels
