"""What repeated times say."""

import dataclasses

import numpy as np
import pytest
from scipy.stats import bootstrap

from distilbert_viz.cost import statistics
from distilbert_viz.records import Timing
from tests.support.timed import made, timing


def test_the_interval_of_the_ratio_covers_the_known_one_about_as_often_as_it_says():
    covered = [low <= 1.63 <= high for _, low, high in (statistics.ratio(timing(1.63, seed=seed)) for seed in range(60))]
    assert 0.85 <= np.mean(covered) <= 1


def test_what_slows_both_down_falls_out_of_the_ratio():
    middle, low, high = statistics.ratio(timing(1.63, noise=0.0))
    assert (middle, low, high) == pytest.approx((1.63, 1.63, 1.63))


def test_scipys_other_bootstrap_agrees_on_the_interval():
    one = timing(2.0, 40)
    both, over = (one.teacher, one.student), lambda teacher, student: np.median(teacher) / np.median(student)
    answer = bootstrap(both, over, paired=True, method="BCa", rng=np.random.default_rng(9), n_resamples=5000)
    found = answer.confidence_interval
    middle, low, high = statistics.ratio(one)
    assert middle == np.median(one.teacher) / np.median(one.student)
    assert (low, high) == pytest.approx((found.low, found.high), rel=0.01)


def test_the_spread_is_the_median_and_the_quartiles():
    assert statistics.spread((5.0, 1.0, 4.0, 2.0, 3.0)) == (3.0, 2.0, 4.0)


def test_the_best_throughput_is_the_batch_with_the_most_texts_a_second():
    timings = (Timing(16, 1, (1.0,) * 5, (0.5,) * 5), Timing(16, 8, (4.0,) * 5, (5.0,) * 5), Timing(32, 9, (0.1,) * 5, (0.1,) * 5))
    assert statistics.best_throughput(dataclasses.replace(made(), timings=timings), 16) == ((2.0, 8), (2.0, 1))
    with pytest.raises(ValueError, match="Nothing was measured at 17 tokens"):
        statistics.best_throughput(made(), 17)
