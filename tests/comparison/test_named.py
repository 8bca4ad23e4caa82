"""Heads worth a look: who has a name, by numbers counted plainly on the models' own attention."""

from dataclasses import replace

import numpy as np
import pytest

from distilbert_viz import comparison, tracing

TEXTS = ("The capital of France is [MASK].", "The cat sat on the mat. [SEP] Then it fell asleep in the sun.")


@pytest.fixture(scope="module", params=TEXTS)
def pair(request, built_in):
    return tracing.trace_pair(built_in, request.param)


def test_the_clearest_head_gives_most_to_one_ordinary_token_but_itself(pair):
    encoding, position = pair.encoding, 2
    found = {
        (layer, head): max(
            float(pair.teacher.attentions[layer, head, position, key])
            for key in range(len(encoding))
            if key != position and not encoding.special[key]
        )
        for layer in range(pair.teacher.layers)
        for head in range(pair.teacher.heads)
    }
    assert comparison.clearest_head(pair.teacher, position) == max(found, key=found.get)


def test_a_text_of_one_word_has_a_clearest_head_too(built_in):
    trace = tracing.trace_pair(built_in, "Hi").teacher
    layer, head = comparison.clearest_head(trace, 1)
    given = trace.attentions[:, :, 1][..., [0, 2]]
    assert given[layer, head].max() == given.max()


def test_names_are_given_by_what_the_head_atlas_measures(pair):
    found = {one.name: one for one in comparison.named_heads(pair)}
    shares = comparison.head_atlas(pair.teacher.attentions, pair.encoding).shares
    for name, measure in (("previous token", "previous"), ("next token", "next"), ("looks at [SEP]", "[SEP]")):
        most = float(shares[measure].max())
        assert (name in found) == (most >= 0.3)
        if name in found:
            one = found[name]
            assert one.share == pytest.approx(most, abs=1e-5)
            assert float(shares[measure][one.layer, one.head]) == pytest.approx(most, abs=1e-5)
    assert 2 <= len(found) <= 5


def test_kept_best_and_changed_most_are_the_ends_of_what_copies_share(pair):
    found = {one.name: one for one in comparison.named_heads(pair)}
    shared = {}
    for student_layer, teacher_layer in enumerate(pair.initial_layers):
        for head in range(pair.student.heads):
            both = pair.teacher.attentions[teacher_layer, head], pair.student.attentions[student_layer, head]
            shared[teacher_layer, head] = np.mean([sum(map(min, *rows)) for rows in zip(*(m.tolist() for m in both), strict=True)])
    best, worst = max(shared, key=shared.get), min(shared, key=shared.get)
    assert (found["kept best"].layer, found["kept best"].head) == best
    assert (found["changed most"].layer, found["changed most"].head) == worst
    assert found["changed most"].share == pytest.approx(shared[worst], abs=1e-5)


def test_nothing_was_kept_or_changed_where_nobody_knows_how_the_student_began(pair):
    known, unknown = ({one.name: one for one in comparison.named_heads(replace(pair, copied=copied))} for copied in (True, False))
    renamed = {"kept best": "most alike", "changed most": "least alike"}
    assert list(unknown) == [renamed.get(name, name) for name in known]
    for name, other in renamed.items():
        assert (known[name].layer, known[name].head) == (unknown[other].layer, unknown[other].head)


def test_a_student_that_is_its_teacher_shares_everything(pair):
    layers = list(pair.initial_layers)
    copy = replace(pair, student=replace(pair.student, attentions=pair.teacher.attentions[layers]))
    assert comparison.shared_attention(copy) == pytest.approx(1, abs=1e-5)


def test_the_head_on_the_ends_gives_most_to_one_of_them(pair):
    atlas = comparison.head_atlas(pair.teacher.attentions, pair.encoding)
    ends = {token: atlas.shares[token] for token in ("[CLS]", "[SEP]")}
    found = comparison.head_on_ends(pair)
    assert found is not None
    assert found.share == pytest.approx(max(float(shares.max()) for shares in ends.values()), abs=1e-6)
    assert ends[found.name.removeprefix("looks at ")][found.layer, found.head] == pytest.approx(found.share, abs=1e-6)


def test_where_no_head_looks_at_an_end_none_is_called_after_it(pair):
    even = np.full_like(pair.teacher.attentions, 1 / len(pair.encoding))
    assert comparison.head_on_ends(replace(pair, teacher=replace(pair.teacher, attentions=even))) is None
