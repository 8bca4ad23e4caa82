"""What a head looks at is counted as a person would count it, and heads are drawn as far apart as they are."""

import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import pdist, squareform

from distilbert_viz import comparison
from distilbert_viz.records import Encoding
from distilbert_viz.tracing import encode, trace_pair
from tests.support.shares import plain_share

ONE = "The cat, the dog and I sat there."
TWO = "Who wrote it? [SEP] A woman, I think."


def random_maps(*shape: int, seed: int = 0) -> np.ndarray:
    """Attention maps: rows that sum to 1."""
    return torch.softmax(torch.from_numpy(3 * np.random.default_rng(seed).standard_normal(shape)), -1).float().numpy()


def pointing(tokens: int, target) -> np.ndarray:
    """The map of one head that gives all attention to key target(query), (layer, head, query, key)."""
    attention = np.zeros((1, 1, tokens, tokens), np.float32)
    for query in range(tokens):
        attention[0, 0, query, target(query)] = 1
    return attention


@pytest.fixture(params=[ONE, TWO], ids=["one sentence", "two sentences"])
def encoding(request, built_in_tokenizer) -> Encoding:
    return encode(built_in_tokenizer, request.param)


# The measures


def test_every_share_is_what_a_person_would_count(encoding):
    attentions = random_maps(2, 3, len(encoding), len(encoding))
    atlas = comparison.head_atlas(attentions, encoding)
    assert atlas.tokens == len(encoding)
    for name, share in atlas.shares.items():
        for place in np.ndindex(2, 3):
            assert share[place] == pytest.approx(plain_share(attentions[place], name, encoding), abs=1e-6), name


def test_entropy_and_distance_are_means_over_queries(encoding):
    attentions, tokens = random_maps(2, 3, len(encoding), len(encoding)), len(encoding)
    atlas = comparison.head_atlas(attentions, encoding)
    entropy = torch.distributions.Categorical(torch.from_numpy(attentions).double()).entropy().mean(-1).numpy()
    assert atlas.entropy == pytest.approx(entropy, abs=1e-5)
    for place in np.ndindex(2, 3):
        far = [abs(q - k) * float(attentions[place][q, k]) for q in range(tokens) for k in range(tokens)]
        assert atlas.distance[place] == pytest.approx(sum(far) / tokens, abs=1e-5)


def test_the_other_segment_is_measured_only_where_there_is_one(built_in_tokenizer):
    names = []
    for text in (ONE, TWO):
        encoding = encode(built_in_tokenizer, text)
        names.append(set(comparison.head_atlas(random_maps(1, 1, len(encoding), len(encoding)), encoding).shares))
    assert names[1] - names[0] == {"other segment"}
    assert names[0] == {"itself", "previous", "next", "[CLS]", "[SEP]", "punctuation"}


def test_punctuation_is_measured_only_where_there_is_some(built_in_tokenizer):
    encoding = encode(built_in_tokenizer, "a cat [MASK] here")
    assert "punctuation" not in comparison.head_atlas(random_maps(1, 1, 6, 6), encoding).shares


def test_a_mark_is_one_however_its_tokenizer_writes_the_space_before_it_and_none_once_it_is_masked():
    tokens = ("<s>", "He", "Ġsaid", 'Ġ"', "no", "<mask>", "</s>")
    offsets = np.array([[0, 0], [0, 2], [3, 7], [8, 9], [9, 11], [11, 12], [0, 0]])
    ids, special = np.arange(7), (True, *[False] * 5, True)
    masked = np.where(ids == 5, 99, ids)
    encoding = Encoding('He said "no"', tokens, masked, 0 * ids, offsets, ids, special, 0, (5,), (True,) * 7)
    assert comparison.token_groups(encoding)["punctuation"].tolist() == [False, False, False, True, False, False, False]


def test_all_attention_to_the_previous_token_is_a_share_of_one_although_the_first_token_has_none(encoding):
    attention = pointing(len(encoding), lambda query: max(query - 1, 0))
    assert float(comparison.head_atlas(attention, encoding).shares["previous"][0, 0]) == 1


# The kinds


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("itself", lambda query, last: query),
        ("previous", lambda query, last: max(query - 1, 0)),
        ("next", lambda query, last: min(query + 1, last)),
        ("[CLS]", lambda query, last: 0),
        ("[SEP]", lambda query, last: last),
    ],
)
def test_a_head_that_points_is_named_after_what_it_points_at(kind, target, encoding):
    attention = pointing(len(encoding), lambda query: target(query, len(encoding) - 1))
    assert comparison.head_atlas(attention, encoding).kinds == ((kind,),)


def test_a_head_that_points_at_the_full_stop_is_a_punctuation_head(built_in_tokenizer):
    encoding = encode(built_in_tokenizer, ONE)
    attention = pointing(len(encoding), lambda query: encoding.tokens.index("."))
    assert comparison.head_atlas(attention, encoding).kinds == (("punctuation",),)


def test_a_head_that_points_across_is_an_other_segment_head(built_in_tokenizer):
    encoding = encode(built_in_tokenizer, TWO)
    in_a, in_b = encoding.tokens.index("who"), encoding.tokens.index("woman")
    attention = pointing(len(encoding), lambda query: in_a if encoding.token_type_ids[query] else in_b)
    atlas = comparison.head_atlas(attention, encoding)
    assert (atlas.kinds, float(atlas.shares["other segment"][0, 0])) == ((("other segment",),), 1)


def test_even_attention_is_broad_and_has_the_entropy_of_even_attention(encoding):
    tokens = len(encoding)
    atlas = comparison.head_atlas(np.full((1, 1, tokens, tokens), 1 / tokens, np.float32), encoding)
    assert atlas.kinds == (("broad",),)
    assert float(atlas.entropy[0, 0]) == pytest.approx(math.log(tokens), abs=1e-5)


@pytest.mark.parametrize(("share", "kind"), [(0.51, "itself"), (0.49, "no single kind")])
def test_a_kind_needs_more_than_half_of_the_attention(share, kind, encoding):
    """The rest goes evenly to the two tokens that follow, around the text."""
    eye = np.eye(len(encoding), dtype=np.float32)
    attention = share * eye + (1 - share) / 2 * (np.roll(eye, 1, axis=1) + np.roll(eye, 2, axis=1))
    assert comparison.head_atlas(attention[None, None].astype(np.float32), encoding).kinds == ((kind,),)


def test_kinds_stand_by_layer_then_head(encoding):
    tokens = len(encoding)
    itself, first = pointing(tokens, lambda query: query), pointing(tokens, lambda query: 0)
    attentions = np.concatenate([np.concatenate([itself, first], 1), np.concatenate([first, first], 1)], 0)
    assert comparison.head_atlas(attentions, encoding).kinds == (("itself", "[CLS]"), ("[CLS]", "[CLS]"))


# Heads as points


def test_points_of_a_plane_are_found_again_at_their_distances():
    points = np.random.default_rng(0).standard_normal((12, 2))
    found, held = comparison.classical_scaling(squareform(pdist(points)).astype(np.float32))
    assert pdist(found) == pytest.approx(pdist(points), abs=1e-5)
    assert held == pytest.approx(1, abs=1e-5)


def test_points_that_are_all_equally_far_apart_need_more_than_a_plane():
    distances = 1 - np.eye(9, dtype=np.float32)
    assert comparison.classical_scaling(distances)[1] == pytest.approx(2 / 8, abs=1e-6)


def test_points_that_are_all_one_point_are_told_by_the_plane():
    points, held = comparison.classical_scaling(np.zeros((5, 5), np.float32))
    assert (points.tolist(), held) == ([[0, 0]] * 5, 1.0)


def test_the_farthest_point_of_each_axis_is_positive():
    points, _ = comparison.classical_scaling(squareform(pdist(np.random.default_rng(3).standard_normal((9, 4)))))
    assert (points[np.abs(points).argmax(0), [0, 1]] > 0).all()


def test_the_space_holds_the_scaled_distances_of_all_heads_of_both_models(built_in):
    pair = trace_pair(built_in, ONE)
    student, teacher = pair.student.attentions, pair.teacher.attentions
    space = comparison.head_space(student, teacher)
    maps = np.concatenate([student.reshape(-1, *student.shape[2:]), teacher.reshape(-1, *teacher.shape[2:])])
    points, held = comparison.classical_scaling(comparison.js_distances(maps, maps))
    found = np.concatenate([space.student.reshape(-1, 2), space.teacher.reshape(-1, 2)])
    assert found == pytest.approx(points, abs=1e-3)
    assert space.held == pytest.approx(held, abs=1e-3)
    assert (space.student.shape, space.teacher.shape) == ((*student.shape[:2], 2), (*teacher.shape[:2], 2))
