"""Teacher heads beside student heads: every measure against a plain reference, and what shuffled tokens give."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
import torch
from scipy.spatial.distance import jensenshannon

from distilbert_viz import comparison
from distilbert_viz.comparison.heads import SHUFFLES
from distilbert_viz.records import Similarity, TracePair
from distilbert_viz.tracing import trace_pair

TEXT = "The old cat [MASK] on the warm roof."


def random_maps(*shape: int, seed: int = 0, sharpness: float = 3.0) -> np.ndarray:
    """Attention maps: rows that sum to 1."""
    scores = sharpness * np.random.default_rng(seed).standard_normal(shape)
    return torch.softmax(torch.from_numpy(scores), -1).float().numpy()


def random_similarity(seed: int, rows: int = 4, columns: int = 6, measure: str = comparison.JS) -> Similarity:
    values, shuffled = np.random.default_rng(seed).random((2, rows, columns)).astype(np.float32)
    student, teacher = (tuple((0, head) for head in range(count)) for count in (rows, columns))
    return Similarity(student, teacher, {measure: values}, {measure: shuffled})


def plain_js(one: np.ndarray, other: np.ndarray) -> float:
    """scipy's distance, row by row, in double precision."""
    return float(np.mean([jensenshannon(p, q, base=2) for p, q in zip(one.astype(float), other.astype(float), strict=True)]))


def plain_cosine(one: np.ndarray, other: np.ndarray) -> float:
    one, other = one.ravel().astype(float), other.ravel().astype(float)
    return float(one @ other / np.sqrt((one @ one) * (other @ other)))


def shuffled(array: np.ndarray, order: np.ndarray) -> np.ndarray:
    """A map whose tokens, queries and keys alike, come in another order."""
    return np.array([[array[query, key] for key in order] for query in order])


@pytest.fixture(scope="module")
def pair(built_in) -> TracePair:
    return trace_pair(built_in, TEXT)


# The measures


@pytest.mark.parametrize("sharpness", [0.1, 3.0, 30.0])
@pytest.mark.parametrize("tokens", [1, 2, 9, 40])
def test_the_distance_is_scipys_mean_over_queries(tokens, sharpness):
    student, teacher = (random_maps(n, tokens, tokens, seed=n, sharpness=sharpness) for n in (3, 5))
    found = comparison.js_distances(student, teacher)
    reference = np.array([[plain_js(s, t) for t in teacher] for s in student])
    assert found == pytest.approx(reference, abs=5e-4)


@pytest.mark.parametrize("sharpness", [0.5, 3.0, 30.0])
def test_the_distance_of_rows_that_differ_is_exact_to_the_fifth_digit(sharpness):
    student, teacher = (random_maps(n, 1, 12, seed=n, sharpness=sharpness) for n in (20, 30))
    reference = np.array([[plain_js(s, t) for t in teacher] for s in student])
    differ = reference > 0.05
    assert differ.sum() > 100
    assert comparison.js_distances(student, teacher)[differ] == pytest.approx(reference[differ], abs=1e-5)


def test_many_heads_are_taken_in_parts_without_losing_one(monkeypatch):
    student, teacher = random_maps(7, 6, 6), random_maps(11, 6, 6, seed=1)
    whole = comparison.js_distances(student, teacher)
    monkeypatch.setattr("distilbert_viz.comparison.heads.AT_ONCE", 3 * teacher[:, 0].size)
    assert comparison.js_distances(student, teacher) == pytest.approx(whole, abs=1e-6)


def test_equal_heads_are_at_no_distance_and_heads_without_a_common_key_at_distance_one():
    here, there = np.eye(6, dtype=np.float32), np.roll(np.eye(6, dtype=np.float32), 1, axis=1)
    assert comparison.js_distances(np.stack([here, there]), np.stack([here, there])) == pytest.approx(
        np.array([[0, 1], [1, 0]]), abs=1e-6
    )
    maps = random_maps(4, 20, 20)
    assert np.diag(comparison.js_distances(maps, maps)) == pytest.approx(np.zeros(4), abs=5e-4)


def test_a_half_shared_row_is_at_the_distance_worked_by_hand():
    one, other = np.array([[[1, 0]]], np.float32), np.array([[[0.5, 0.5]]], np.float32)
    entropy_of_the_mixture = -(0.75 * np.log2(0.75) + 0.25 * np.log2(0.25))
    assert float(comparison.js_distances(one, other)[0, 0]) == pytest.approx(np.sqrt(entropy_of_the_mixture - 0.5), abs=1e-6)


def test_the_cosine_of_maps_is_that_of_all_their_weights_in_a_row():
    student, teacher = random_maps(3, 9, 9), random_maps(5, 9, 9, seed=1)
    reference = np.array([[plain_cosine(s, t) for t in teacher] for s in student])
    assert comparison.map_cosines(student, teacher) == pytest.approx(reference, abs=1e-6)


# Heads with heads, layers with layers


def test_every_student_head_stands_in_its_row_and_every_teacher_head_in_its_column(pair):
    similarity = comparison.head_similarity(pair)
    counts = [trace.layers * trace.heads for trace in (pair.student, pair.teacher)]
    assert [len(similarity.student), len(similarity.teacher), similarity.texts] == [*counts, 1]
    for row, column in [(0, 0), (5, 40), (counts[0] - 1, 3), (17, counts[1] - 1)]:
        student, teacher = pair.student.attentions[similarity.student[row]], pair.teacher.attentions[similarity.teacher[column]]
        assert similarity.measures[comparison.JS][row, column] == pytest.approx(plain_js(student, teacher), abs=1e-5)
        assert similarity.measures[comparison.COSINE][row, column] == pytest.approx(plain_cosine(student, teacher), abs=1e-6)


def test_shuffled_heads_are_the_mean_over_shuffled_orders_of_queries_and_keys(pair):
    similarity = comparison.head_similarity(pair, seed=7)
    random = np.random.default_rng(7)
    orders = [random.permutation(len(pair.encoding)) for _ in range(SHUFFLES)]
    for row, column in [(0, 0), (20, 31)]:
        student, teacher = pair.student.attentions[similarity.student[row]], pair.teacher.attentions[similarity.teacher[column]]
        for name, plain in ((comparison.JS, plain_js), (comparison.COSINE, plain_cosine)):
            reference = np.mean([plain(shuffled(student, order), teacher) for order in orders])
            assert similarity.shuffled[name][row, column] == pytest.approx(reference, abs=1e-5)


def test_of_a_long_text_every_second_query_serves_the_mean_of_shuffled_heads(pair, monkeypatch):
    tokens = len(pair.encoding)
    monkeypatch.setattr("distilbert_viz.comparison.heads.MOST_QUERIES", tokens - 1)
    similarity, random = comparison.head_similarity(pair), np.random.default_rng(0)
    student, teacher = pair.student.attentions[0, 2], pair.teacher.attentions[0, 4]
    orders = [random.permutation(tokens) for _ in range(SHUFFLES)]
    reference = np.mean([plain_js(shuffled(student, order)[::2], teacher[::2]) for order in orders])
    assert similarity.shuffled[comparison.JS][2, 4] == pytest.approx(reference, abs=1e-5)


def test_a_seed_shuffles_alike_each_time(pair):
    floors = [comparison.head_similarity(pair, seed).shuffled[comparison.JS] for seed in (3, 3, 4)]
    assert np.array_equal(floors[0], floors[1])
    assert not np.array_equal(floors[0], floors[2])


def test_a_layer_is_its_mean_head_and_the_state_that_leaves_it(pair):
    similarity = comparison.layer_similarity(pair)
    assert similarity.student == tuple((layer, None) for layer in range(pair.student.layers))
    assert similarity.teacher == tuple((layer, None) for layer in range(pair.teacher.layers))
    for row, column in [(0, 0), (1, 2), (2, 5)]:
        heads = [trace.attentions[layer].mean(0) for trace, layer in ((pair.student, row), (pair.teacher, column))]
        states = [trace.hidden_states[layer + 1] for trace, layer in ((pair.student, row), (pair.teacher, column))]
        cosine = np.mean([plain_cosine(a, b) for a, b in zip(*states, strict=True)])
        assert similarity.measures[comparison.JS][row, column] == pytest.approx(plain_js(*heads), abs=1e-5)
        assert similarity.measures[comparison.COSINE][row, column] == pytest.approx(cosine, abs=1e-6)
        assert similarity.measures[comparison.CKA][row, column] == pytest.approx(comparison.debiased_cka(*states), abs=1e-6)


def test_shuffled_layers_shuffle_states_as_they_shuffle_attention(pair):
    similarity = comparison.layer_similarity(pair, seed=1)
    random = np.random.default_rng(1)
    orders = [random.permutation(len(pair.encoding)) for _ in range(SHUFFLES)]
    states, attention = pair.student.hidden_states[2], pair.student.attentions[1].mean(0)
    teacher_states, teacher_attention = pair.teacher.hidden_states[4], pair.teacher.attentions[3].mean(0)
    cka = np.mean([comparison.debiased_cka(states[order], teacher_states) for order in orders])
    js = np.mean([plain_js(shuffled(attention, order), teacher_attention) for order in orders])
    assert similarity.shuffled[comparison.CKA][1, 3] == pytest.approx(cka, abs=1e-6)
    assert similarity.shuffled[comparison.JS][1, 3] == pytest.approx(js, abs=1e-5)


def test_a_model_beside_itself_is_nearest_to_itself_and_shuffling_parts_them(pair):
    itself = TracePair(pair.teacher, pair.teacher, tuple(range(pair.teacher.layers)))
    for similarity in (comparison.head_similarity(itself), comparison.layer_similarity(itself)):
        for measure, values in similarity.measures.items():
            same, apart = np.diag(values), np.diag(similarity.shuffled[measure])
            assert same == pytest.approx(np.full(len(same), 0 if measure == comparison.JS else 1), abs=5e-4)
            assert apart.mean() > 0.1 if measure == comparison.JS else apart.mean() < 0.95


def test_three_tokens_have_heads_to_compare_but_no_geometry(built_in):
    short = trace_pair(built_in, "cat")
    assert np.isfinite(comparison.head_similarity(short).measures[comparison.JS]).all()
    with pytest.raises(ValueError, match="needs at least 4 tokens, and this text has 3"):
        comparison.layer_similarity(short)


# Several texts


def test_the_running_mean_is_the_mean_of_the_texts_so_far():
    texts = [random_similarity(seed) for seed in range(5)]
    means = list(comparison.running_mean(texts))
    assert [mean.texts for mean in means] == [1, 2, 3, 4, 5]
    for count, mean in enumerate(means, 1):
        for part in ("measures", "shuffled"):
            reference = np.mean([getattr(text, part)[comparison.JS] for text in texts[:count]], axis=0)
            assert getattr(mean, part)[comparison.JS] == pytest.approx(reference, abs=1e-6)


def test_the_mean_comes_after_each_text_and_not_after_all():
    read = []
    stream = comparison.running_mean(read.append(seed) or random_similarity(seed) for seed in range(3))
    assert (next(stream).texts, read) == (1, [0])
    assert (next(stream).texts, read) == (2, [0, 1])


def test_texts_of_models_of_different_shape_have_no_mean():
    with pytest.raises(ValueError, match="models of different shape"):
        list(comparison.running_mean([random_similarity(0), random_similarity(0, rows=3)]))


# Matching


def best_by_trying(values: np.ndarray, pick) -> float:
    rows, columns = values.shape
    return pick(np.mean([values[row, column] for row, column in enumerate(order)]) for order in permutations(range(columns), rows))


@pytest.mark.parametrize(("measure", "pick"), [(comparison.JS, min), (comparison.COSINE, max), (comparison.CKA, max)])
@pytest.mark.parametrize("seed", range(3))
def test_no_other_matching_is_better(measure, pick, seed):
    similarity = random_similarity(seed, measure=measure)
    matching = comparison.best_matching(similarity, measure)
    assert matching.mean == pytest.approx(best_by_trying(similarity.measures[measure], pick), abs=1e-6)
    assert matching.shuffled_mean == pytest.approx(best_by_trying(similarity.shuffled[measure], pick), abs=1e-6)
    assert matching.mean == pytest.approx(np.mean([similarity.measures[measure][cell] for cell in matching.pairs]), abs=1e-6)


def test_every_student_head_is_given_a_teacher_head_of_its_own(pair):
    similarity = comparison.head_similarity(pair)
    pairs = comparison.best_matching(similarity, comparison.JS).pairs
    assert [row for row, _ in pairs] == list(range(len(similarity.student)))
    assert len({column for _, column in pairs}) == len(pairs)


def test_heads_that_only_changed_places_are_found_again(pair):
    order = np.random.default_rng(2).permutation(pair.teacher.heads)
    moved = replace(pair.teacher, attentions=pair.teacher.attentions[:, order])
    similarity = comparison.head_similarity(TracePair(pair.teacher, moved, tuple(range(pair.teacher.layers))))
    matching = comparison.best_matching(similarity, comparison.JS)
    found = [(similarity.student[row], similarity.teacher[column]) for row, column in matching.pairs]
    assert found == [((layer, head), (layer, order[head])) for layer, head in similarity.student]
    assert matching.mean < 5e-4 < 0.1 < matching.shuffled_mean


# The initialisation


def test_a_student_head_was_started_by_the_same_head_of_its_teacher_layer(pair):
    similarity = comparison.head_similarity(pair)
    cells = comparison.initial_cells(similarity, pair.initial_layers)
    assert len(cells) == len(similarity.student)
    for row, column in cells:
        (layer, head), (teacher_layer, teacher_head) = similarity.student[row], similarity.teacher[column]
        assert (teacher_layer, teacher_head) == (pair.initial_layers[layer], head)


def test_a_student_layer_was_started_by_its_teacher_layer(pair):
    similarity = comparison.layer_similarity(pair)
    assert comparison.initial_cells(similarity, (0, 2, 5)) == ((0, 0), (1, 2), (2, 5))


def test_a_head_that_the_teacher_does_not_have_was_started_by_none():
    similarity = random_similarity(0, rows=3, columns=2)
    assert comparison.initial_cells(similarity, (0,)) == ((0, 0), (1, 1))


def test_matched_pairs_are_counted_by_the_layers_they_come_from():
    student, teacher = ((0, 0), (0, 1), (1, 0)), ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0))
    values = np.ones((3, 5), np.float32)
    values[0, 1] = values[1, 3] = values[2, 4] = 0
    similarity = Similarity(student, teacher, {comparison.JS: values}, {comparison.JS: values})
    matching = comparison.best_matching(similarity, comparison.JS)
    assert matching.pairs == ((0, 1), (1, 3), (2, 4))
    assert comparison.from_initial_layers(matching, similarity, (0, 2)) == 2
    assert comparison.from_initial_layers(matching, similarity, (1, 0)) == 1
