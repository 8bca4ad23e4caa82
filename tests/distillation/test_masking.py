"""Which tokens are masked, and by what."""

import math

import numpy as np

from distilbert_viz.distillation.masking import IGNORED, mask
from tests.support.learning import CLS, MASK, SEP, VOCABULARY, row_of

SPECIAL = {0, 100, CLS, SEP, MASK}


def masked(ids: list[int], fraction: float = 0.3, key: tuple[int, int, int] = (7, 0, 0)) -> tuple[np.ndarray, np.ndarray]:
    return mask(ids, SPECIAL, MASK, VOCABULARY, fraction, key)


def test_a_mask_depends_on_seed_epoch_and_row_and_on_nothing_else():
    row = row_of(60)
    first = masked(row, key=(7, 2, 5))
    np.random.seed(1)
    again = masked(row, key=(7, 2, 5))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    for other in ((8, 2, 5), (7, 3, 5), (7, 2, 6)):
        assert not np.array_equal(masked(row, key=other)[1], first[1])


def test_masking_leaves_the_row_it_was_given_alone():
    row = row_of(60)
    before = list(row)
    masked(row)
    assert row == before


def test_of_the_chosen_tokens_eighty_in_a_hundred_are_masks_ten_random_and_ten_stay():
    rows = [row_of(402, seed) for seed in range(100)]
    results = [(np.array(row), *masked(row, 0.5, (7, 0, i))) for i, row in enumerate(rows)]
    before, after, labels = (np.concatenate(parts) for parts in zip(*results, strict=True))
    chosen = labels != IGNORED
    count = chosen.sum()
    assert count == 20_000
    assert np.array_equal(labels[chosen], before[chosen])
    shares = {"mask": (after == MASK)[chosen].mean(), "stay": (after == before)[chosen].mean()}
    shares["random"] = 1 - shares["mask"] - shares["stay"]
    for name, expected in {"mask": 0.8, "random": 0.1, "stay": 0.1}.items():
        assert abs(shares[name] - expected) < 3 * math.sqrt(expected * (1 - expected) / count), name


def test_random_tokens_come_evenly_from_the_whole_vocabulary():
    results = [(row_of(402, seed), masked(row_of(402, seed), 1.0, (7, 0, seed))[0]) for seed in range(100)]
    drawn = np.concatenate([after[(after != MASK) & (after != np.array(row))] for row, after in results])
    assert len(drawn) > 3000
    assert abs(drawn.mean() / VOCABULARY - 0.5) < 3 / math.sqrt(12 * len(drawn))


def test_tokens_that_are_not_chosen_stay_and_have_no_label():
    row = row_of(200)
    after, labels = masked(row)
    kept = labels == IGNORED
    assert np.array_equal(after[kept], np.array(row)[kept])
    assert (~kept).sum() == round(0.3 * 198)


def test_special_tokens_are_never_chosen():
    row = [CLS, 2000, SEP, MASK, 0, 100, 2001, SEP]
    for index in range(200):
        after, labels = masked(row, 1.0, (7, 0, index))
        assert np.flatnonzero(labels != IGNORED).tolist() == [1, 6]
        assert after[[0, 2, 3, 4, 5, 7]].tolist() == [CLS, SEP, MASK, 0, 100, SEP]


def test_every_row_has_a_chosen_token_unless_all_are_special():
    assert (masked([CLS, 2000, SEP], 0.01)[1] != IGNORED).tolist() == [False, True, False]
    after, labels = masked([CLS, SEP])
    assert (after.tolist(), labels.tolist()) == ([CLS, SEP], [IGNORED, IGNORED])
