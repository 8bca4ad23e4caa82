"""Every mixture against a plain composition of the stock models' own layers, written without the package."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from transformers import BertForMaskedLM, BertForSequenceClassification, DistilBertForMaskedLM, DistilBertForSequenceClassification

from distilbert_viz import tracing
from distilbert_viz.pairs.attention import NAME
from distilbert_viz.pairs.layers import initial_layers
from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.tracing.stock import stock_model
from distilbert_viz.tracing.stock_lost import stock_mixtures
from tests.support.paths import ROOT
from tests.support.tiny import bert_config, distilbert_config, random_model

BUILT_IN = ROOT / "distilbert_viz" / "builtin"
ONE, TWO = "The capital of France is [MASK].", "The cat sat on the mat. [SEP] Then it fell [MASK] in the sun."
LONG = "The dog chased the [MASK] up a tree. " + "Nobody saw where it went after that. " * 16
TOLERANCE = 2e-4  # of logits, which reach 20


def stock(teacher: torch.nn.Module, student: torch.nn.Module) -> SimpleNamespace:
    """What a reader of transformers' source would write: layers, embeddings and heads of both stock models."""
    return SimpleNamespace(
        embeddings=(
            lambda inputs: teacher.bert.embeddings(inputs["input_ids"], token_type_ids=inputs["token_type_ids"]),
            lambda inputs: student.distilbert.embeddings(inputs["input_ids"]),
        ),
        layers=(teacher.bert.encoder.layer, student.distilbert.transformer.layer),
        heads=(
            lambda states: teacher.cls(states),
            lambda states: student.vocab_projector(student.vocab_layer_norm(student.activation(student.vocab_transform(states)))),
        ),
        networks=(teacher, student),
    )


def pair_of(teacher: torch.nn.Module, student: torch.nn.Module, tokenizer, classes: tuple[str, ...] = ()) -> Pair:
    """The same weights as the package holds them."""
    for network in (teacher, student):
        network.set_attn_implementation(NAME)
    models = [Model(name, network, tokenizer, classes) for name, network in (("teacher", teacher), ("student", student))]
    return Pair("test", *models, initial_layers(*(len(model.layers) for model in models)))


@pytest.fixture(scope="module")
def built(built_in_tokenizer):
    """The built-in pair, stock and ours."""

    def load() -> tuple[torch.nn.Module, torch.nn.Module]:
        kinds = {"teacher": BertForMaskedLM, "student": DistilBertForMaskedLM}
        options = {"dtype": torch.float32, "attn_implementation": "eager"}
        return tuple(kind.from_pretrained(BUILT_IN / name, **options).eval() for name, kind in kinds.items())

    return stock(*load()), pair_of(*load(), built_in_tokenizer)


@pytest.fixture(scope="module")
def deep(built_in_tokenizer):
    """Twelve and six narrow random layers."""

    def load() -> tuple[torch.nn.Module, torch.nn.Module]:
        sizes = {"vocab_size": 30522, "max_position_embeddings": 512, "attn_implementation": "eager"}
        teacher = random_model(BertForMaskedLM, bert_config(12, **sizes))
        return teacher, random_model(DistilBertForMaskedLM, distilbert_config(6, **sizes), 1)

    return stock(*load()), pair_of(*load(), built_in_tokenizer)


def inputs_of(pair: Pair, *texts: str) -> dict[str, torch.Tensor]:
    """Texts as the tokenizer itself reads them, padded to one length."""
    parts = [[part.strip() for part in text.split("[SEP]")] for text in texts]
    return pair.teacher.tokenizer([tuple(p) if len(p) == 2 else p[0] for p in parts], return_tensors="pt", padding=True)


@torch.no_grad()
def composed(seen: SimpleNamespace, inputs: dict, first: int, depth: int, start: int) -> torch.Tensor:
    """Logits (text, token, outcome): `depth` layers of model `first` (0 the teacher), then the other's from `start` on."""
    other, mask = 1 - first, inputs["attention_mask"][:, None, None, :]
    mask = torch.where(mask.bool(), 0.0, torch.finfo(torch.float32).min)
    states = seen.embeddings[first](inputs)
    for layer in (*seen.layers[first][:depth], *seen.layers[other][start:]):
        states = layer(states, mask)
    return seen.heads[other](states)


def divergence(teacher: torch.Tensor, answer: torch.Tensor) -> float:
    """KL(teacher || answer) in nats, in double precision."""
    p, q = (logits.double().log_softmax(-1) for logits in (teacher, answer))
    return float((p.exp() * (p - q)).sum())


def ours(pair: Pair, text: str):
    """What the package finds, with the place where it looked."""
    traces = tracing.trace_pair(pair, text)
    at = traces.encoding.mask_positions[0]
    return traces, at, tracing.hand_over(pair, traces, at)


@pytest.mark.parametrize("which", ["built", "deep"])
@pytest.mark.parametrize("text", [ONE, TWO, LONG], ids=["a sentence", "a pair", "128 tokens"])
def test_every_mixture_is_the_plain_composition_of_the_stock_layers(request, which, text):
    seen, pair = request.getfixturevalue(which)
    traces, at, found = ours(pair, text)
    inputs = inputs_of(pair, text)
    with torch.no_grad():
        label = seen.networks[0](**inputs).logits[0, at]
    assert traces.encoding.input_ids.tolist() == inputs["input_ids"][0].tolist()
    assert len(traces.encoding) >= 128 or text != LONG
    step = 1 if which == "built" and text != LONG else 3  # of the many cells of a slow case, a third
    for first, map_ in ((1, found.student_then_teacher), (0, found.teacher_then_student)):
        reader = pair.teacher if first else pair.student
        for depth, start in list(np.ndindex(map_.kl.shape))[::step]:
            expected = composed(seen, inputs, first, depth, start)[0, at]
            got = reader.predict(reader.tensor(map_.states[depth, start]))
            assert torch.allclose(got, expected, atol=TOLERANCE), (first, depth, start)
            assert map_.kl[depth, start] == pytest.approx(divergence(label, expected), abs=1e-4, rel=1e-4)
            assert map_.ids[depth, start, 0] == expected.argmax()
            assert map_.probabilities[depth, start] == pytest.approx(expected.softmax(-1).topk(5).values.numpy(), abs=1e-5)


@pytest.mark.parametrize("which", ["built", "deep"])
def test_padding_beside_a_text_changes_none_of_its_mixtures(request, which):
    seen, pair = request.getfixturevalue(which)
    _, at, found = ours(pair, ONE)
    inputs = inputs_of(pair, ONE, TWO)
    assert inputs["attention_mask"][0].sum() < inputs["attention_mask"].shape[1]
    for first, map_ in ((1, found.student_then_teacher), (0, found.teacher_then_student)):
        for depth, start in ((0, 0), (1, 1), (2, 1), (map_.kl.shape[0] - 1, map_.kl.shape[1] - 1)):
            expected = composed(seen, inputs, first, depth, start)[0, at]
            reader = pair.teacher if first else pair.student
            assert torch.allclose(reader.predict(reader.tensor(map_.states[depth, start])), expected, atol=TOLERANCE)


@pytest.mark.parametrize("which", ["built", "deep"])
@pytest.mark.parametrize("text", [ONE, TWO], ids=["a sentence", "a pair"])
def test_a_model_that_reads_its_own_embeddings_gives_itself(request, which, text):
    seen, pair = request.getfixturevalue(which)
    for first, twins in enumerate((Pair("t", pair.teacher, pair.teacher, ()), Pair("s", pair.student, pair.student, ()))):
        own = tuple(range(len(twins.teacher.layers)))
        twins = Pair(twins.name, twins.teacher, twins.student, own)
        traces = tracing.trace_pair(twins, text)
        at = traces.encoding.mask_positions[0]
        found = tracing.hand_over(twins, traces, at)
        inputs = inputs_of(pair, text)
        with torch.no_grad():
            expected = seen.networks[first](**{k: v for k, v in inputs.items() if first == 0 or k != "token_type_ids"}).logits[
                0, at
            ]
        for depth in range(len(own) + 1):  # wherever it goes on from its own state, it comes to its own answer
            got = twins.teacher.predict(twins.teacher.tensor(found.student_then_teacher.states[depth, depth]))
            assert torch.allclose(got, expected, atol=TOLERANCE)
            assert abs(found.student_then_teacher.kl[depth, depth]) < 1e-5
        assert found.student.kl == pytest.approx(0, abs=1e-6)


def test_the_last_cell_is_the_students_head_on_the_teachers_state_and_the_last_point_the_student(built):
    seen, pair = built
    _, at, found = ours(pair, ONE)
    inputs = inputs_of(pair, ONE)
    with torch.no_grad():
        states = seen.networks[0].bert(**inputs).last_hidden_state[0, at]
        label, expected = seen.networks[0](**inputs).logits[0, at], seen.heads[1](states)
        student = seen.networks[1](inputs["input_ids"], inputs["attention_mask"]).logits[0, at]
    assert found.teacher_then_student.kl[-1, -1] == pytest.approx(divergence(label, expected), abs=1e-5)
    assert found.student.kl == pytest.approx(divergence(label, student), abs=1e-5)
    assert found.student.ids.tolist() == student.topk(5).indices.tolist()
    assert found.teacher.kl == 0
    assert found.teacher.ids.tolist() == label.topk(5).indices.tolist()


@pytest.mark.parametrize("which", ["built", "deep"])
def test_the_curve_alone_is_that_of_both_maps(request, which):
    _, pair = request.getfixturevalue(which)
    traces, at, found = ours(pair, TWO)
    alone = tracing.hand_over(pair, traces, at, whole=False)
    assert alone.curve == pytest.approx(found.curve, abs=1e-5)
    assert found.matched == ((0, 1, 3, 6) if which == "built" else (0, 1, 3, 5, 8, 10, 12))
    assert int(np.isfinite(alone.student_then_teacher.kl).sum()) == len(found.matched)
    assert not np.isfinite(alone.teacher_then_student.kl).any()


def test_the_witness_of_the_page_sees_the_same_states(built):
    _, pair = built
    traces, at, found = ours(pair, TWO)
    stocks = tuple(map(stock_model, pair))
    student, teacher = stock_mixtures(stocks, (traces.teacher.hidden_states, traces.student.hidden_states), at)
    assert np.abs(student - found.student_then_teacher.states).max() < 1e-4
    assert np.abs(teacher - found.teacher_then_student.states).max() < 1e-4


@pytest.fixture(scope="module")
def classifiers(built_in_tokenizer):
    """Two classifiers of texts into three classes."""

    def load() -> tuple[torch.nn.Module, torch.nn.Module]:
        sizes = {"vocab_size": 30522, "max_position_embeddings": 512, "num_labels": 3, "attn_implementation": "eager"}
        teacher = random_model(BertForSequenceClassification, bert_config(4, **sizes))
        return teacher, random_model(DistilBertForSequenceClassification, distilbert_config(2, **sizes), 1)

    return load(), pair_of(*load(), built_in_tokenizer, ("no", "perhaps", "yes"))


def test_classifiers_are_read_at_their_own_logits(classifiers):
    (teacher, student), pair = classifiers
    traces = tracing.trace_pair(pair, "A film for everyone.")
    found = tracing.hand_over(pair, traces, 3)
    inputs = inputs_of(pair, "A film for everyone.")
    with torch.no_grad():
        states = student.distilbert.embeddings(inputs["input_ids"])
        for layer in (student.distilbert.transformer.layer[0], *teacher.bert.encoder.layer[1:]):
            states = layer(states)
        expected = teacher.classifier(teacher.bert.pooler(states))[0]
        label = teacher(**inputs).logits[0]
    assert (found.position, found.outcome) == (0, "class")
    assert found.student_then_teacher.kl[1, 1] == pytest.approx(divergence(label, expected), abs=1e-5)
    assert sorted(found.student_then_teacher.ids[1, 1].tolist()) == [0, 1, 2]
    assert tracing.hand_over(pair, traces, 0, whole=False).curve == pytest.approx(found.curve, abs=1e-5)


def test_models_of_different_widths_are_refused_in_a_sentence(built_in_tokenizer):
    sizes = {"vocab_size": 30522, "max_position_embeddings": 512}
    wide = random_model(BertForMaskedLM, bert_config(2, hidden_size=48, **sizes))
    pair = pair_of(wide, random_model(DistilBertForMaskedLM, distilbert_config(1, **sizes)), built_in_tokenizer)
    traces = tracing.trace_pair(pair, ONE)
    with pytest.raises(ValueError, match="have 48 numbers and the student's 24, so neither model can read the other's"):
        tracing.hand_over(pair, traces, 1)


def test_the_soft_label_of_a_mixture_stands_between_both_models_own(built):
    _, pair = built
    traces, at, found = ours(pair, ONE)
    labels = tracing.mixture_labels(pair, traces, at, pair.teacher, found.student_then_teacher.states[1, 1])
    own = [tracing.logits(model, trace)[at] for model, trace in zip(pair, traces, strict=True)]
    for shown, logits in zip((labels.teacher, labels.student), own, strict=True):
        assert shown == pytest.approx(torch.from_numpy(logits).softmax(-1)[labels.candidates].numpy(), abs=1e-6)
    assert labels.kl == pytest.approx(found.student_then_teacher.kl[1, 1], abs=1e-6)
    assert labels.student_kl == pytest.approx(found.student.kl, abs=1e-6)
    assert labels.names == pair.teacher.named(labels.candidates.tolist())
