"""The published checkpoints, wherever they are to be had: `python -m pytest -m weights` fetches nothing that is in the cache.

The same truths hold for the tiny pair in test_fetching.py and the built-in one in tracing/test_forward.py.
"""

import numpy as np
import pytest
import torch

from distilbert_viz.pairs import CATALOGUE, hub, load_pair
from distilbert_viz.pairs.fetching import fetch
from distilbert_viz.pairs.refusals import PairError

pytestmark = pytest.mark.weights
PUBLISHED = ("base-uncased", "base-cased", "multilingual", "sst-2", "squad", "ner")
ROBERTA = "roberta-base"


@pytest.fixture(scope="module")
def published():
    """A published pair by its catalogue name, fetched if need be; skipped with the reason where it can't be had."""

    def load(name: str):
        card = CATALOGUE[name]
        try:
            for _ in fetch([hub.parcel(source) for source in hub.missing((card.teacher, card.student))]):
                pass
        except PairError as refused:
            pytest.skip(str(refused))
        return load_pair(name, device="cpu")

    return load


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_models_are_twelve_and_six_layers_of_768(published, name):
    sizes = [model.architecture for model in published(name)]
    assert [(one.family, one.layers, one.hidden, one.heads) for one in sizes] == [("bert", 12, 768, 12), ("distilbert", 6, 768, 12)]


def test_the_uncased_pair_has_its_published_number_of_parameters(published):
    counts = [sum(parameter.numel() for parameter in model.network.parameters()) for model in published("base-uncased")]
    assert counts == [109_514_298, 66_985_530]


def test_the_published_robertas_are_twelve_and_six_layers_of_768(published):
    sizes = [model.architecture for model in published(ROBERTA)]
    assert [(one.family, one.layers, one.hidden, one.positions, one.segments) for one in sizes] == [
        ("roberta", 12, 768, 512, 1),
        ("roberta", 6, 768, 512, 1),
    ]


@pytest.mark.parametrize("name", [*PUBLISHED, ROBERTA])
def test_the_published_embeddings_add_up_to_what_the_first_layer_reads(published, name):
    from distilbert_viz.tracing import trace_pair

    pair = published(name)
    for model, trace in zip(pair, trace_pair(pair, "The capital of France is [MASK]."), strict=True):
        parts = trace.embeddings
        total = parts.word + parts.position + (0 if parts.token_type is None else parts.token_type)
        with torch.inference_mode():
            normed = model.embeddings.LayerNorm(torch.from_numpy(np.ascontiguousarray(total))).numpy()
        assert np.allclose(normed, parts.output, rtol=0, atol=1e-5)
        assert np.allclose(parts.output, trace.hidden_states[0], rtol=0, atol=1e-5)


@pytest.mark.parametrize(("name", "paris"), [("base-uncased", "paris"), (ROBERTA, "ĠParis")])
def test_the_capital_of_france_is_paris_for_both(published, name, paris):
    from distilbert_viz import tracing

    pair = published(name)
    traces = tracing.trace_pair(pair, "The capital of France is [MASK].")
    (position,) = traces.encoding.mask_positions
    best = [int(tracing.logits(model, trace)[position].argmax()) for model, trace in zip(pair, traces, strict=True)]
    assert pair.teacher.tokenizer.convert_ids_to_tokens(best) == [paris, paris]


def test_both_answer_where_the_cat_sat(published):
    from distilbert_viz import comparison, tracing

    pair = published("squad")
    traces = tracing.trace_pair(pair, "Where did the cat sit? [SEP] The cat sat on the mat, and the dog lay in the sun.")
    allowed = comparison.answerable(traces.encoding)
    for model, trace in zip(pair, traces, strict=True):
        found = comparison.answer(tracing.logits(model, trace), allowed)
        assert "mat" in trace.encoding.tokens[found.start : found.end + 1]


def test_both_tag_a_person_and_a_place(published):
    from distilbert_viz import tracing

    pair = published("ner")
    traces = tracing.trace_pair(pair, "Angela was born in Hamburg.")
    for model, trace in zip(pair, traces, strict=True):
        tags = [model.classes[number] for number in tracing.logits(model, trace).argmax(-1)]
        assert {"B-PER", "B-LOC"} <= set(tags)


@pytest.mark.parametrize(("text", "named"), [("A warm and funny film.", "POSITIVE"), ("A dull and pointless film.", "NEGATIVE")])
def test_praise_is_positive_and_blame_negative_for_both(published, text, named):
    from distilbert_viz import tracing

    pair = published("sst-2")
    best = [int(tracing.logits(model, trace).argmax()) for model, trace in zip(pair, tracing.trace_pair(pair, text), strict=True)]
    assert [pair.teacher.classes[number] for number in best] == [named, named]
