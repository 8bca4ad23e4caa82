"""The numbers that hold two models against each other, against torch, explicit sums and cases worked by hand."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from distilbert_viz import comparison

TEMPERATURES = [0.5, 1.0, 2.0, 7.5]


def random_logits(*shape: int, seed: int = 0, scale: float = 3.0) -> np.ndarray:
    return (scale * np.random.default_rng(seed).standard_normal(shape)).astype(np.float32)


def random_maps(*shape: int, seed: int = 0) -> np.ndarray:
    """Attention maps: rows that sum to 1."""
    return torch.softmax(torch.from_numpy(random_logits(*shape, seed=seed)), -1).numpy()


def torch_softened(logits: np.ndarray, temperature: float) -> np.ndarray:
    return torch.softmax(torch.from_numpy(logits).double() / temperature, -1).numpy()


def torch_kl(teacher: np.ndarray, student: np.ndarray, temperature: float) -> np.ndarray:
    p, q = (F.log_softmax(torch.from_numpy(x).double() / temperature, dim=-1) for x in (teacher, student))
    return F.kl_div(q, p, reduction="none", log_target=True).sum(-1).numpy()


# Softening, entropy, divergence


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_softening_is_the_softmax_of_the_logits_over_the_temperature(temperature):
    logits = random_logits(4, 1000)
    assert comparison.soften(logits, temperature) == pytest.approx(torch_softened(logits, temperature), abs=1e-6)


def test_a_very_high_temperature_makes_all_tokens_equally_likely():
    assert comparison.soften(random_logits(50), 1e6) == pytest.approx(1 / 50, abs=1e-6)


def test_a_very_low_temperature_leaves_only_the_likeliest_token():
    assert comparison.soften(np.array([1, 3, 2], dtype=np.float32), 0.01) == pytest.approx([0, 1, 0], abs=1e-9)


def test_large_logits_are_softened_without_overflow():
    softened = comparison.soften(np.array([1000, 999, -1000], dtype=np.float32), 1.0)
    assert softened == pytest.approx([1 / (1 + math.exp(-1)), 1 / (1 + math.e), 0])


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_a_temperature_that_is_not_above_zero_is_refused(temperature):
    logits = random_logits(5)
    with pytest.raises(ValueError, match="temperature must be above 0"):
        comparison.soften(logits, temperature)
    with pytest.raises(ValueError, match="temperature must be above 0"):
        comparison.kl(logits, logits, temperature)
    with pytest.raises(ValueError, match="temperature must be above 0"):
        comparison.position_labels(logits[None], logits[None], temperature)


@pytest.mark.parametrize("outcomes", [1, 2, 10, 30522])
def test_the_entropy_of_an_even_distribution_is_the_logarithm_of_its_outcomes(outcomes):
    even = np.full(outcomes, 1 / outcomes, dtype=np.float32)
    assert float(comparison.entropy(even)) == pytest.approx(math.log(outcomes), abs=1e-5)


def test_a_certain_outcome_has_no_entropy():
    assert comparison.entropy(np.array([[0, 1, 0], [0.5, 0.5, 0]], dtype=np.float32)) == pytest.approx([0, math.log(2)])


def test_entropy_is_the_one_of_torch():
    probabilities = random_maps(3, 4, 20)
    reference = torch.distributions.Categorical(torch.from_numpy(probabilities).double()).entropy().numpy()
    assert comparison.entropy(probabilities) == pytest.approx(reference, abs=1e-5)


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_the_divergence_is_the_one_of_torch_in_double_precision(temperature):
    teacher, student = random_logits(6, 3000), random_logits(6, 3000, seed=1)
    measured = comparison.kl(teacher, student, temperature)
    assert measured == pytest.approx(torch_kl(teacher, student, temperature), rel=1e-5, abs=1e-5)


def test_a_distribution_does_not_diverge_from_itself_or_from_its_shifted_logits():
    logits = random_logits(5, 100)
    assert comparison.kl(logits, logits, 2.0).tolist() == [0] * 5
    assert comparison.kl(logits, logits + np.float32(4), 2.0) == pytest.approx(np.zeros(5), abs=1e-5)


def test_the_divergence_of_two_outcomes_is_the_one_worked_by_hand():
    half, quarter = np.log(np.array([1, 1], np.float32)), np.log(np.array([1, 3], np.float32))
    assert float(comparison.kl(half, quarter, 1.0)) == pytest.approx(0.5 * math.log(2) + 0.5 * math.log(2 / 3), abs=1e-6)
    assert float(comparison.kl(quarter, half, 1.0)) == pytest.approx(0.25 * math.log(0.5) + 0.75 * math.log(1.5), abs=1e-6)


# Ranks, the likeliest tokens, soft labels


def test_ranks_count_from_one_and_ties_share_the_better_place():
    logits = np.array([2, 5, 2, 9, 5, 1], dtype=np.float32)
    assert comparison.ranks(logits, np.arange(6)).tolist() == [4, 2, 4, 1, 2, 6]
    assert comparison.ranks(logits, np.array([5, 3])).tolist() == [6, 1]


@pytest.mark.parametrize("k", [1, 3, 6])
def test_the_likeliest_tokens_come_likeliest_first(k):
    assert comparison.top(np.array([2, 5, 3, 9, 4, 1], dtype=np.float32), k).tolist() == [3, 1, 4, 2, 0, 5][:k]


def test_the_likeliest_tokens_are_those_of_torch():
    logits = random_logits(30522)
    assert comparison.top(logits, 20).tolist() == torch.from_numpy(logits).topk(20).indices.tolist()


@pytest.fixture
def labels():
    """Five tokens, two positions; at position 1 the teacher prefers b then a, the student c then b."""
    teacher = np.array([[9, 0, 0, 0, 0], [2, 3, 1, 0, -1]], dtype=np.float32)
    student = np.array([[0, 9, 0, 0, 0], [0, 2, 4, 1, -1]], dtype=np.float32)
    return comparison.soft_labels(teacher, student, tuple("abcde"), 1, 2.0, k=2), teacher[1], student[1]


def test_the_candidates_are_the_union_of_both_likeliest_the_teachers_first(labels):
    shown, _, _ = labels
    assert (shown.names, shown.candidates.tolist()) == (("b", "a", "c"), [1, 0, 2])
    assert (shown.position, shown.temperature) == (1, 2.0)


def test_soft_labels_are_the_softened_probabilities_of_the_whole_vocabulary(labels):
    shown, teacher, student = labels
    assert shown.teacher == pytest.approx(torch_softened(teacher, 2.0)[[1, 0, 2]], abs=1e-6)
    assert shown.student == pytest.approx(torch_softened(student, 2.0)[[1, 0, 2]], abs=1e-6)


def test_soft_labels_rank_in_the_whole_vocabulary(labels):
    shown, _, _ = labels
    assert shown.teacher_ranks.tolist() == [1, 2, 3]
    assert shown.student_ranks.tolist() == [2, 4, 1]


def test_soft_labels_measure_entropy_and_divergence_over_the_whole_vocabulary(labels):
    shown, teacher, student = labels
    p, q = torch_softened(teacher, 2.0), torch_softened(student, 2.0)
    assert shown.teacher_entropy == pytest.approx(-(p * np.log(p)).sum(), abs=1e-5)
    assert shown.student_entropy == pytest.approx(-(q * np.log(q)).sum(), abs=1e-5)
    assert shown.kl == pytest.approx(float(torch_kl(teacher, student, 2.0)), abs=1e-5)


def test_equal_models_have_k_candidates_equal_bars_and_no_divergence():
    logits = random_logits(2, 300)
    shown = comparison.soft_labels(logits, logits, tuple(map(str, range(300))), 0, 3.0)
    assert len(shown.names) == 10
    assert (shown.teacher.tolist(), shown.kl) == (shown.student.tolist(), 0.0)
    assert shown.teacher_ranks.tolist() == list(range(1, 11))


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_every_position_is_labelled_as_torch_does_row_by_row(temperature):
    teacher, student = random_logits(7, 500), random_logits(7, 500, seed=1)
    shown = comparison.position_labels(teacher, student, temperature)
    assert shown.temperature == temperature
    for row in range(7):
        p, q = torch_softened(teacher[row], 1.0), torch_softened(student[row], 1.0)
        assert (shown.teacher_ids[row], shown.student_ids[row]) == (p.argmax(), q.argmax())
        assert (shown.teacher[row], shown.student[row]) == pytest.approx((p.max(), q.max()), abs=1e-6)
        assert shown.kl[row] == pytest.approx(torch_kl(teacher[row], student[row], temperature), rel=1e-5, abs=1e-5)


def test_at_every_position_equal_models_do_not_diverge_and_large_logits_do_not_overflow():
    logits = 300 * random_logits(3, 400)
    for temperature in TEMPERATURES:
        shown = comparison.position_labels(logits, logits, temperature)
        assert shown.kl.tolist() == [0] * 3
        assert np.isfinite(shown.teacher).all()


# Vectors


def test_the_shares_of_the_parts_of_a_sum_add_up_to_one():
    parts = random_logits(3, 8, 16)
    total = parts.sum(0)
    assert sum(comparison.share(part, total) for part in parts) == pytest.approx(np.ones(8), abs=1e-5)


def test_a_share_is_the_projection_on_the_sum():
    total = np.array([3, 4], dtype=np.float32)
    across, against = np.array([4, -3], dtype=np.float32), -total
    assert [float(comparison.share(part, total)) for part in (total, across, against)] == [1, 0, -1]


def test_the_cosine_is_the_one_of_torch():
    a, b = random_logits(5, 9, 32), random_logits(5, 9, 32, seed=1)
    reference = F.cosine_similarity(torch.from_numpy(a), torch.from_numpy(b), dim=-1).numpy()
    assert comparison.cosine(a, b) == pytest.approx(reference, abs=1e-6)


def test_the_cosine_with_a_vector_of_no_length_is_zero():
    assert float(comparison.cosine(np.zeros(4, np.float32), np.ones(4, np.float32))) == 0


def test_the_cosine_matrix_is_the_mean_over_tokens_of_every_pair_of_states():
    student, teacher = random_logits(3, 6, 16), random_logits(5, 6, 16, seed=1)
    found = comparison.cosine_matrix(student, teacher)
    reference = [[comparison.cosine(s, t).mean() for t in teacher] for s in student]
    assert found == pytest.approx(np.array(reference), abs=1e-6)


# Centred kernel alignment


def explicit_hsic(k: np.ndarray, other: np.ndarray) -> float:
    """The unbiased HSIC as the sums over distinct indices that it estimates (Song et al. 2012, theorem 2)."""
    n = len(k)
    indices = range(n)
    pairs = [k[i, j] * other[i, j] for i in indices for j in indices if i != j]
    triples = [k[i, j] * other[i, q] for i in indices for j in indices for q in indices if len({i, j, q}) == 3]
    fours = [k[i, j] * other[q, r] for i in indices for j in indices for q in indices for r in indices if len({i, j, q, r}) == 4]
    return float(np.mean(pairs) + np.mean(fours) - 2 * np.mean(triples))


def plain_cka(a: np.ndarray, b: np.ndarray) -> float:
    """Kornblith et al. 2019, section 3: biased upward for few tokens."""
    a, b = a - a.mean(0), b - b.mean(0)
    return float(np.linalg.norm(a.T @ b) ** 2 / (np.linalg.norm(a.T @ a) * np.linalg.norm(b.T @ b)))


@pytest.mark.parametrize("tokens", [4, 5, 9])
def test_debiased_cka_is_made_of_sums_over_distinct_tokens(tokens):
    a = random_logits(tokens, 6, seed=2)
    b = np.concatenate([a[:, :3], random_logits(tokens, 4, seed=3)], axis=1)
    grams = [x.astype(float) @ x.astype(float).T for x in (a, b)]
    cross, one, two = explicit_hsic(*grams), explicit_hsic(grams[0], grams[0]), explicit_hsic(grams[1], grams[1])
    assert min(one, two) > 0
    assert comparison.debiased_cka(a, b) == pytest.approx(cross / math.sqrt(one * two), abs=1e-9)


def test_rotated_and_scaled_features_have_the_same_geometry():
    features = random_logits(12, 20)
    rotation = np.linalg.qr(random_logits(20, 20, seed=1))[0].astype(np.float32)
    assert comparison.debiased_cka(features, features) == pytest.approx(1, abs=1e-9)
    assert comparison.debiased_cka(features, 7 * features @ rotation) == pytest.approx(1, abs=1e-5)


def test_unrelated_features_are_near_zero_where_the_plain_cka_is_near_one():
    pairs = [(random_logits(32, 384, seed=i), random_logits(32, 384, seed=1000 + i)) for i in range(20)]
    assert abs(np.mean([comparison.debiased_cka(a, b) for a, b in pairs])) < 0.15
    assert np.mean([plain_cka(a, b) for a, b in pairs]) > 0.8


@pytest.mark.parametrize("tokens", [1, 2, 3])
def test_debiased_cka_refuses_fewer_than_four_tokens(tokens):
    with pytest.raises(ValueError, match=f"needs at least 4 tokens, and this text has {tokens}"):
        comparison.debiased_cka(random_logits(tokens, 8), random_logits(tokens, 8))


def test_features_that_do_not_differ_have_no_geometry_to_share():
    assert comparison.debiased_cka(np.ones((6, 3), np.float32), random_logits(6, 3)) == 0


def test_the_cka_matrix_holds_every_student_state_against_every_teacher_state():
    student, teacher = random_logits(2, 8, 5), random_logits(3, 8, 7, seed=1)
    found = comparison.cka_matrix(student, teacher)
    assert found.shape == (2, 3)
    assert found[1, 2] == pytest.approx(comparison.debiased_cka(student[1], teacher[2]), abs=1e-6)


def test_the_shuffled_floor_is_repeatable_and_below_the_unshuffled_match():
    states = random_logits(3, 40, 10)
    floor = comparison.shuffled_cka(states, states)
    assert floor == comparison.shuffled_cka(states, states)
    assert floor < 0.5 < float(comparison.cka_matrix(states, states).max())


# Attention maps


def test_a_pooled_map_keeps_the_largest_weight_of_each_square_also_at_an_uneven_edge():
    attentions = np.arange(25, dtype=np.float32).reshape(1, 5, 5)
    attentions[0, 0, 0] = 100
    found, step = comparison.pooled(attentions, 3)
    assert step == 2
    assert found.tolist() == [[[100, 8, 9], [16, 18, 19], [21, 23, 24]]]


def test_pooling_is_max_pooling_as_torch_does_it():
    attentions = random_maps(2, 3, 100, 100)
    found, step = comparison.pooled(attentions, 64)
    reference = F.max_pool2d(torch.from_numpy(attentions), 2, ceil_mode=True).numpy()
    assert (step, found.shape) == (2, (2, 3, 50, 50))
    assert np.array_equal(found, reference)


@pytest.mark.parametrize("tokens", [1, 3, 64])
def test_a_map_that_fits_is_not_pooled(tokens):
    attentions = random_maps(2, tokens, tokens)
    found, step = comparison.pooled(attentions, 64)
    assert step == 1
    assert np.array_equal(found, attentions)


@pytest.mark.parametrize("tokens", [65, 128, 129, 511, 512])
def test_a_pooled_map_never_exceeds_the_side(tokens):
    found, step = comparison.pooled(np.zeros((1, tokens, tokens), np.float32), 64)
    assert found.shape[-1] == math.ceil(tokens / step) <= 64


def test_without_special_tokens_neither_their_rows_nor_their_columns_are_left():
    attentions = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
    kept = comparison.without_special(attentions, (True, False, False, True))
    assert kept.tolist() == [[[[5, 6], [9, 10]]]]


def test_rows_without_special_tokens_are_not_renormalised():
    attentions = random_maps(1, 2, 5, 5)
    kept = comparison.without_special(attentions, (True, False, False, False, True))
    missing = attentions[..., 1:-1, 0] + attentions[..., 1:-1, -1]
    assert kept.sum(-1) == pytest.approx(1 - missing, abs=1e-6)


def test_a_head_that_looks_everywhere_has_the_largest_entropy_and_one_that_points_has_none():
    attentions = np.stack([np.full((4, 4), 0.25), np.eye(4)]).astype(np.float32)[None]
    assert comparison.attention_entropy(attentions) == pytest.approx(np.array([[math.log(4), 0]]), abs=1e-6)


def test_the_attention_entropy_is_the_mean_over_queries():
    attentions = random_maps(2, 3, 7, 7)
    reference = torch.distributions.Categorical(torch.from_numpy(attentions)).entropy().mean(-1).numpy()
    assert comparison.attention_entropy(attentions) == pytest.approx(reference, abs=1e-5)
