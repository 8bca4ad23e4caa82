"""A pair of models in memory: read as they are, left as they were, judged as a loaded pair is."""

import copy

import numpy as np
import pytest
import torch
from torch import nn
from transformers import (
    BertForMaskedLM,
    BertForPreTraining,
    BertModel,
    DistilBertForMaskedLM,
    DistilBertForSequenceClassification,
    DistilBertModel,
    GPT2Config,
    GPT2LMHeadModel,
    RobertaForTokenClassification,
)

from distilbert_viz import pair_of, tracing
from distilbert_viz.notebook import show
from distilbert_viz.pairs.refusals import PairError
from tests.support.odd import ANGLE, wordpiece
from tests.support.tiny import bert_config, byte_level_tokenizer, distilbert_config, random_model, roberta_config

TEXT = "the cat sat on the [MASK]. [SEP] paris is a capital."
SIZES = {"vocab_size": len(wordpiece()), "max_position_embeddings": 64}


def teacher(kind: type = BertForMaskedLM, layers: int = 4, **sizes: object) -> nn.Module:
    """A tiny BERT of random weights."""
    return random_model(kind, bert_config(layers, **SIZES | sizes), 1)


def student(kind: type = DistilBertForMaskedLM, layers: int = 2, **sizes: object) -> nn.Module:
    """A tiny DistilBERT of random weights."""
    return random_model(kind, distilbert_config(layers, **SIZES | sizes), 2)


def own(model: nn.Module, encoding) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Hidden states, attention and logits by a copy of the model, in eval mode and with transformers' own eager attention."""
    plain = copy.deepcopy(model).eval()
    plain.set_attn_implementation("eager")
    inputs = {"input_ids": torch.from_numpy(encoding.input_ids)[None]}
    if plain.config.model_type == "bert":
        inputs["token_type_ids"] = torch.from_numpy(encoding.token_type_ids)[None]
    with torch.inference_mode():
        output = plain(**inputs, output_hidden_states=True, output_attentions=True)
    logits = output.get("logits")
    return (
        torch.cat(output.hidden_states).numpy(),
        torch.cat(output.attentions).numpy(),
        None if logits is None else logits[0].numpy(),
    )


def assert_shown_as_they_are(pair, *models: nn.Module) -> None:
    """Every number of both traces is what the models themselves say."""
    traces = tracing.trace_pair(pair, TEXT)
    for model, shown, trace in zip(models, pair, traces, strict=True):
        states, attentions, logits = own(model, trace.encoding)
        assert np.abs(trace.hidden_states - states).max() < 1e-4
        assert np.abs(trace.attentions - attentions).max() < 1e-4
        if shown.task.labels:
            assert np.abs(tracing.logits(shown, trace) - logits).max() < 1e-4


def test_two_models_are_shown_as_they_are():
    ours, theirs = teacher(), student()
    assert_shown_as_they_are(pair_of(ours, theirs, wordpiece()), ours, theirs)


def test_a_model_that_learns_is_shown_as_it_is_now():
    ours, theirs = teacher(), student()
    pair = pair_of(ours, theirs, wordpiece())
    before = tracing.trace_pair(pair, TEXT).student.hidden_states
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter += 0.1
    assert np.abs(tracing.trace_pair(pair, TEXT).student.hidden_states - before).max() > 0.01
    assert_shown_as_they_are(pair, ours, theirs)


def state(model: nn.Module) -> dict[str, object]:
    """What a training rests on, weights apart."""
    modules = dict(model.named_modules())
    return {
        "mode": {name: module.training for name, module in modules.items()},
        "hooks": {name: len(module._forward_hooks) for name, module in modules.items()},
        "attention": {name: module.config._attn_implementation for name, module in modules.items() if hasattr(module, "config")},
        "asked": {name: parameter.requires_grad for name, parameter in model.named_parameters()},
        "tensors": {name: (id(parameter), parameter.data_ptr()) for name, parameter in model.named_parameters()},
        "gradients": {n: None if p.grad is None else p.grad.clone() for n, p in model.named_parameters()},
        "weights": {name: parameter.detach().clone() for name, parameter in model.named_parameters()},
        "configuration": model.config.to_dict(),
    }


def same(before: object, after: object) -> bool:
    """Whether two such states are one, tensors to the last bit."""
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(same(before[name], after[name]) for name in before)
    return torch.equal(before, after) if isinstance(before, torch.Tensor) else before == after


def test_both_are_left_as_they_were_in_the_middle_of_a_step():
    ours, theirs, tokenizer = teacher(), student().train(), wordpiece()
    ours.set_attn_implementation("sdpa")
    theirs.distilbert.embeddings.requires_grad_(False)
    theirs.vocab_transform.eval()
    theirs(input_ids=torch.tensor([[1, 6, 7, 2]]), labels=torch.tensor([[1, 6, 7, 2]])).loss.backward()
    calls = []
    theirs.vocab_transform.register_forward_hook(lambda *_: calls.append(1))
    tokenizer(["the cat"], padding="max_length", truncation=True, max_length=5)
    before, random, reader = (state(ours), state(theirs)), torch.get_rng_state(), tokenizer.backend_tokenizer.to_str()
    show.soft_labels(pair_of(ours, theirs, tokenizer), TEXT)
    assert same(before[0], state(ours))
    assert same(before[1], state(theirs))
    assert torch.equal(random, torch.get_rng_state())
    assert reader == tokenizer.backend_tokenizer.to_str()
    assert calls == []


def trained(steps: int, look: bool) -> dict[str, torch.Tensor]:
    """A student's weights after a few steps with dropout, its pair looked at in between or not."""
    ours, theirs, tokenizer = teacher(), student().train(), wordpiece()
    optimizer = torch.optim.AdamW(theirs.parameters(), lr=1e-2)
    torch.manual_seed(7)
    batch = torch.randint(5, SIZES["vocab_size"], (4, 8))
    for _ in range(steps):
        with torch.no_grad():
            wanted = ours(input_ids=batch).logits.softmax(-1)
        loss = nn.functional.kl_div(theirs(input_ids=batch).logits.log_softmax(-1), wanted, reduction="batchmean")
        optimizer.zero_grad()
        loss.backward()
        if look:
            show.attention(pair_of(ours, theirs, tokenizer), TEXT)
        optimizer.step()
    return {name: tensor.clone() for name, tensor in theirs.state_dict().items()}


def test_a_training_that_is_looked_at_ends_in_the_very_same_weights():
    assert same(trained(3, look=False), trained(3, look=True))


@pytest.mark.parametrize("wrapped", [torch.compile, nn.DataParallel])
def test_what_is_wrapped_around_a_model_is_taken_off(wrapped):
    ours, theirs = teacher(), student()
    assert_shown_as_they_are(pair_of(wrapped(ours), wrapped(theirs), wordpiece()), ours, theirs)


def test_encoders_and_a_model_without_a_head_are_shown_as_encoders():
    ours, theirs = teacher(), student(DistilBertModel)
    assert_shown_as_they_are(pair_of(ours, theirs, wordpiece()), ours.bert, theirs)
    assert_shown_as_they_are(pair_of(teacher(BertModel), theirs, wordpiece()), teacher(BertModel), theirs)


def test_roberta_taggers_are_shown_as_they_are():
    tags = {"id2label": {0: "O", 1: "B", 2: "I"}, "label2id": {"O": 0, "B": 1, "I": 2}, "vocab_size": 400}
    ours, theirs = (random_model(RobertaForTokenClassification, roberta_config(n, **tags), n) for n in (3, 2))
    pair = pair_of(ours, theirs, byte_level_tokenizer())
    trace = tracing.trace_pair(pair, "The cat sat.").student
    with torch.inference_mode():
        logits = theirs.eval()(input_ids=torch.from_numpy(trace.encoding.input_ids)[None]).logits[0].numpy()
    assert np.abs(tracing.logits(pair.student, trace) - logits).max() < 1e-4


def test_two_precisions_hand_nothing_over_and_show_the_rest():
    pair = pair_of(teacher().bfloat16(), student(), wordpiece())
    assert show.attention(pair, TEXT).head
    with pytest.raises(ValueError, match="The teacher is bfloat16 on cpu and the student float32 on cpu"):
        show.lost(pair, TEXT)


class Own(BertForMaskedLM):
    """Somebody's own class."""


def changed(model: nn.Module) -> nn.Module:
    """A model with a module in the place of its own."""
    model.bert.encoder.layer[1].output.LayerNorm = nn.RMSNorm(24)
    return model


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: (nn.Linear(2, 2), student()), r"Teacher is of the class Linear; a pair is made of transformers' BERT"),
        (
            lambda: (GPT2LMHeadModel(GPT2Config(vocab_size=20, n_embd=12, n_layer=1, n_head=3)), student()),
            r"Teacher \(GPT2LMHeadModel\) is a gpt2 model; a pair is made of",
        ),
        (lambda: (teacher(Own), student()), r"Teacher \(Own\) can't be shown: it is none of transformers' BertForMaskedLM"),
        (lambda: (teacher(BertForPreTraining), student()), "none of transformers' BertForMaskedLM"),
        (lambda: (changed(teacher()), student()), r"its bert.encoder.layer.1.output.LayerNorm is a RMSNorm"),
        (lambda: (teacher().to("meta"), student()), "meta device"),
        (
            lambda: (teacher(layers=1), student()),
            r"Student \(DistilBertForMaskedLM\) has 2 layers and Teacher .* wrong way round",
        ),
        (lambda: (teacher(is_decoder=True), student()), "it is a decoder"),
        (lambda: (teacher(), student(DistilBertForSequenceClassification)), "what they predict can't be compared"),
        (lambda: (teacher(vocab_size=10), student()), "knows 10 tokens and its tokenizer 20"),
    ],
)
def test_what_makes_no_pair_is_said_in_one_sentence(make, said):
    with pytest.raises(PairError, match=said) as refused:
        pair_of(*make(), wordpiece())
    assert "\n" not in str(refused.value)


def test_a_tokenizer_that_frames_nothing_is_framed_in_a_copy():
    tokenizer = byte_level_tokenizer(300)
    tokenizer.backend_tokenizer.post_processor = None
    before = tokenizer.backend_tokenizer.to_str()
    ours, theirs = (random_model(RobertaForTokenClassification, roberta_config(n, vocab_size=300), n) for n in (2, 1))
    assert tracing.trace_pair(pair_of(ours, theirs, tokenizer), "The cat").encoding.tokens[0] == ANGLE["cls_token"]
    assert tokenizer.backend_tokenizer.to_str() == before
