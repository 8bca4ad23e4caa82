"""One distillation step, opened up: held against formulas by hand, ordinary training, and the student's own bits."""

import copy
import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from distilbert_viz import comparison
from distilbert_viz.distillation import by_hand, losses
from distilbert_viz.distillation import one_step as rooms
from distilbert_viz.distillation.masking import IGNORED, mask
from distilbert_viz.distillation.one_step import gradient_sizes, masked_text, one_step
from distilbert_viz.figures.training import one_step as figures
from distilbert_viz.figures.training import sentences
from distilbert_viz.figures.training.step_flow import flow, power
from distilbert_viz.records import MaskedText, OneStep, StepChoices
from distilbert_viz.tracing import encode, stock_pass, trace_pair
from distilbert_viz.tracing.stock import stock_model
from tests.support.pages import captions, visit

TEXT = "The old sailor drank a cup of [MASK] by the sea. [SEP] Then he fell asleep."
TEXTBOOK = StepChoices("textbook", 3.0, 0.6, 0.4, 0.0, "masked", 1e-4)
ROW = {"attention": "attention", "feed-forward": "ffn", "LayerNorms": "layer_norm"}


def example(built_in, text: str = TEXT, seed: int = 5, share: float = 0.3, masked: tuple[int, ...] = ()) -> MaskedText:
    tokenizer = built_in.teacher.tokenizer
    return masked_text(tokenizer, encode(tokenizer, text, masked), seed, share)


@pytest.fixture(scope="module")
def vocabulary(built_in) -> tuple[str, ...]:
    tokenizer = built_in.teacher.tokenizer
    return tuple(tokenizer.convert_ids_to_tokens(range(len(tokenizer))))


@pytest.fixture(scope="module", params=[StepChoices(), TEXTBOOK], ids=["published", "textbook"])
def step(request, built_in) -> OneStep:
    return one_step(built_in.teacher, built_in.student, example(built_in), request.param)


# Masking


def test_the_draw_is_the_one_that_training_makes_with_this_seed(built_in):
    tokenizer, text = built_in.teacher.tokenizer, example(built_in)
    row = encode(tokenizer, TEXT).input_ids.tolist()
    ids, labels = mask(row, set(tokenizer.all_special_ids), tokenizer.mask_token_id, len(tokenizer), 0.3, (5, 0, 0))
    assert np.array_equal(text.encoding.input_ids, ids)
    assert np.array_equal(text.labels, labels)
    assert text.encoding.tokens == tuple(tokenizer.convert_ids_to_tokens(ids.tolist()))


def test_every_outcome_says_what_became_of_its_token(built_in):
    met = set()
    for seed in range(30):
        text = example(built_in, seed=seed)
        before, after = text.encoding.original_ids, text.encoding.input_ids
        for i, outcome in enumerate(text.outcomes):
            met.add(outcome)
            assert (outcome == "") == (text.labels[i] == IGNORED)
            assert outcome != "masked" or text.encoding.tokens[i] == "[MASK]"
            assert outcome != "replaced" or after[i] != before[i]
            assert outcome not in ("kept", "") or after[i] == before[i]
    assert met == {"", "masked", "replaced", "kept"}


def test_typed_masks_and_added_tokens_are_never_drawn_and_have_no_label(built_in):
    text = example(built_in, share=1.0)
    untouched = [i for i, token in enumerate(encode(built_in.teacher.tokenizer, TEXT).tokens) if token.startswith("[")]
    assert len(untouched) == 4
    assert not set(untouched) & set(text.positions)
    assert len(text.positions) == text.ordinary == len(text.labels) - 4


def test_a_token_masked_by_hand_keeps_its_mask_and_gets_its_true_label(built_in):
    text = example(built_in, masked=(3,), share=0.1)
    assert (text.encoding.tokens[3], text.outcomes[3]) == ("[MASK]", "by hand")
    assert built_in.teacher.tokenizer.convert_ids_to_tokens([int(text.labels[3])]) == ["sailor"]
    assert "1 masked by hand" in figures.masking_sentence(text)


@pytest.mark.parametrize("text", ["[MASK]", "[MASK] [SEP] [MASK] [MASK]", "😀 🏳️‍🌈"])
def test_a_text_with_nothing_to_mask_is_refused_in_one_sentence(built_in, text):
    with pytest.raises(ValueError, match="nothing to mask in this text"):
        example(built_in, text)


# The step


def test_the_pair_that_is_shown_is_bit_equal_after_a_step(built_in):
    before = [{name: p.clone() for name, p in model.network.state_dict().items()} for model in built_in]
    taken = one_step(built_in.teacher, built_in.student, example(built_in), replace(StepChoices(), learning_rate=1e-3))
    assert taken.mean_move > 1e-4
    for model, kept in zip(built_in, before, strict=True):
        assert all(torch.equal(tensor, kept[name]) for name, tensor in model.network.state_dict().items())
        assert not any(p.requires_grad or p.grad is not None for p in model.network.parameters())
        assert not model.embeddings.word_embeddings.sparse


def test_the_losses_are_the_formulas_in_float64_on_two_stock_passes(built_in, step):
    teacher, student = (stock_pass(stock_model(model), step.text.encoding) for model in built_in)
    found = by_hand.losses(teacher, student, step.text.labels, step.choices)
    for name in ("ce", "mlm", "cos"):
        assert getattr(step.before, name) == pytest.approx(getattr(found, name), rel=1e-4, abs=2e-5)


def test_the_witness_is_the_sum_over_rows_of_p_times_the_log_ratio(built_in, step):
    logits = [stock_pass(stock_model(model), step.text.encoding).logits.astype(np.float64) for model in built_in]
    rows = slice(None) if step.choices.ce_on == "all" else list(step.text.positions)
    exponents = [np.exp(part[rows] / step.choices.temperature) for part in logits]
    p, q = (part / part.sum(-1, keepdims=True) for part in exponents)
    passes = [stock_pass(stock_model(model), step.text.encoding) for model in built_in]
    found = by_hand.losses(*passes, step.text.labels, step.choices)
    assert found.ce == pytest.approx(step.choices.temperature**2 * (p * np.log(p / q)).sum(-1).mean(), rel=1e-9)


def ordinary_gradient(built_in, step: OneStep) -> torch.nn.Module:
    """The student after one backward pass through the stock forward of transformers, the combined loss written out."""
    encoding, choices = step.text.encoding, step.choices
    ids, types = (torch.from_numpy(part)[None] for part in (encoding.input_ids, encoding.token_type_ids))
    student = copy.deepcopy(built_in.student.network).requires_grad_(True)
    with torch.no_grad():
        taught = built_in.teacher.network(ids, token_type_ids=types, output_hidden_states=True)
    said = student(ids, output_hidden_states=True)
    labels = torch.from_numpy(step.text.labels)
    rows = labels != IGNORED if choices.ce_on == "masked" else torch.ones_like(labels, dtype=torch.bool)
    p, q = ((out.logits[0, rows] / choices.temperature).log_softmax(-1) for out in (taught, said))
    kl = (p.exp() * (p - q)).sum(-1).mean() * choices.temperature**2
    hard = -said.logits[0].log_softmax(-1)[labels != IGNORED, labels[labels != IGNORED]].mean()
    cosine = torch.cosine_similarity(said.hidden_states[-1][0], taught.hidden_states[-1][0], dim=-1).mean()
    (choices.alpha_ce * kl + choices.alpha_mlm * hard + choices.alpha_cos * (1 - cosine)).backward()
    return student


def component_of(name: str) -> str:
    """Where a parameter of DistilBERT belongs, read off its name."""
    if "embeddings" in name:
        part = name.split("embeddings.")[1]
        names = {"word": "word embeddings = projection", "posi": "position embeddings", "Laye": "embeddings' LayerNorm"}
        return names[part[:4]]
    if found := re.search(r"layer\.(\d+)\.(.*)", name):
        return f"L{found[1]} " + next(part for part, mark in ROW.items() if mark in found[2])
    return "masked-LM head"


def test_the_gradient_of_each_component_is_that_of_one_ordinary_backward_pass(built_in, step):
    student = ordinary_gradient(built_in, step)
    squares = dict.fromkeys(step.components, 0.0)
    for name, parameter in student.named_parameters():
        squares[component_of(name)] += 0.0 if parameter.grad is None else parameter.grad.double().square().sum().item()
    assert list(squares) == list(step.components)
    assert step.gradient_norms[:, 0] == pytest.approx(np.sqrt(list(squares.values())), rel=2e-3)


def test_the_losses_after_are_those_of_the_first_step_of_adam_in_closed_form(built_in, step):
    student = ordinary_gradient(built_in, step)
    with torch.no_grad():
        for parameter in student.parameters():
            if parameter.grad is not None:
                parameter -= step.choices.learning_rate * parameter.grad / (parameter.grad.abs() + 1e-8)
    moved = replace(built_in.student, network=student.requires_grad_(False))
    teacher, after = (stock_pass(stock_model(model), step.text.encoding) for model in (built_in.teacher, moved))
    found = by_hand.losses(teacher, after, step.text.labels, step.choices)
    for name in ("ce", "mlm", "cos"):
        assert getattr(step.after, name) == pytest.approx(getattr(found, name), rel=2e-2)
    assert step.student_after == pytest.approx(after.logits[list(step.text.positions)], abs=0.05)


def test_no_weight_moves_further_than_the_learning_rate(step):
    assert 0.5 * step.choices.learning_rate < step.mean_move <= step.largest_move
    assert step.largest_move == pytest.approx(step.choices.learning_rate, rel=0.02)


def test_the_combined_loss_goes_down_at_the_default_learning_rate(step):
    assert step.after.combined(step.choices) < step.before.combined(step.choices)


def test_a_part_of_weight_zero_sends_no_gradient(step):
    alphas = (step.choices.alpha_ce, step.choices.alpha_mlm, step.choices.alpha_cos)
    assert [bool(part.any()) for part in step.gradient_norms.T[1:]] == [alpha > 0 for alpha in alphas]


def test_the_cosine_loss_does_not_reach_the_prediction_head(built_in):
    only = StepChoices(alpha_ce=0.0, alpha_mlm=0.0, alpha_cos=1.0)
    taken = one_step(built_in.teacher, built_in.student, example(built_in), only)
    assert dict(zip(taken.components, taken.gradient_norms[:, 0], strict=True))["masked-LM head"] == 0
    assert np.array_equal(taken.gradient_norms[:, 0], taken.gradient_norms[:, 3])
    assert taken.after.cos < taken.before.cos


def test_without_any_weight_nothing_moves(built_in):
    still = StepChoices(alpha_ce=0.0, alpha_mlm=0.0, alpha_cos=0.0)
    taken = one_step(built_in.teacher, built_in.student, example(built_in), still)
    assert (taken.mean_move, taken.largest_move) == (0, 0)
    assert taken.after == taken.before
    assert figures.moved_sentence(taken, 0).startswith(
        "The step moved the student neither towards its teacher nor away from it, at "
    )
    assert sentences.one_step(taken, 0, built_in.teacher.vocabulary).startswith("One step leaves the student's chance for “")


def test_a_component_list_holds_every_parameter_once(built_in):
    for model in built_in:
        listed = [id(p) for _, group in rooms.components(model) for p in group]
        assert sorted(listed) == sorted(id(p) for p in model.network.parameters())


def test_a_full_text_of_512_tokens_takes_a_step(built_in):
    taken = one_step(built_in.teacher, built_in.student, example(built_in, "word " * 5000, share=0.15), StepChoices())
    assert len(taken.text.labels) == taken.tokens == 512
    assert taken.sized == 64
    assert np.isfinite(taken.gradient_norms).all()
    assert taken.teacher_logits.shape[0] == round(0.15 * 510)


# Temperature


@pytest.mark.parametrize("temperature", [0.5, 2.0, 10.0])
def test_the_size_of_the_gradient_is_that_of_automatic_differentiation(temperature):
    random = torch.Generator().manual_seed(3)
    teacher = 4 * torch.randn(5, 400, generator=random)
    student = (4 * torch.randn(5, 400, generator=random)).requires_grad_()
    loss = 5 * losses.loss_ce(student, teacher, temperature)  # a sum over rows, so that each row has its own gradient
    expected = torch.autograd.grad(loss, student)[0].norm(dim=-1).mean().item()
    found = gradient_sizes(teacher, student.detach(), (temperature,))[0]
    assert temperature**2 * found == pytest.approx(expected, rel=1e-4)


def test_at_high_temperature_the_gradient_falls_like_one_over_t_squared(step):
    size = dict(zip(step.temperatures.tolist(), step.gradient_sizes, strict=True))
    assert 3.5 < size[5.0] / size[10.0] < 8
    assert size[8.5] / size[10.0] == pytest.approx((10 / 8.5) ** 2, rel=0.15)


# What is drawn


def test_every_arrow_joins_two_boxes_that_are_there(built_in, step, vocabulary):
    drawing = flow(step, trace_pair(built_in, TEXT), vocabulary, 0)
    assert len(drawing["edges"]) == len(drawing["rows"]) - 1
    for edges, above, below in zip(drawing["edges"], drawing["rows"], drawing["rows"][1:], strict=False):
        assert {a for a, _ in edges} == set(range(len(above)))
        assert {b for _, b in edges} == set(range(len(below)))


def test_the_combined_box_spells_a_sum_that_is_right_and_names_its_source(built_in, step, vocabulary):
    rows = flow(step, trace_pair(built_in, TEXT), vocabulary, 0)["rows"]
    box = next(row[0] for row in rows if row[0]["name"] == "Combined loss")
    terms, total = box["live"].split(" = ")
    products = [float(a) * float(b) for a, b in (term.split(" × ") for term in terms.split(" + "))]
    assert sum(products) == pytest.approx(float(total), rel=2e-3)
    assert float(total) == pytest.approx(step.before.combined(step.choices), rel=1e-3)
    assert ("Sanh et al. 2019" if step.choices.form == "published" else "1503.02531") in box["note"]


def test_the_bars_at_a_label_are_the_softened_logits(step, vocabulary):
    figure = figures.label_bars(step, 1, vocabulary)
    true, temperature = int(step.text.labels[step.text.positions[1]]), step.choices.temperature
    labels = comparison.soft_labels(step.teacher_logits, step.student_logits, vocabulary, 1, temperature, 6, true)
    after = comparison.soften(step.student_after[1], temperature)[labels.candidates]
    assert [bar.name for bar in figure.data] == ["teacher", "student before", "student after"]
    for bar, expected in zip(figure.data, (labels.teacher, labels.student, after), strict=True):
        assert np.array_equal(bar.x, expected)
    assert sum("(true token)" in name for name in figure.layout.yaxis.ticktext) == 1


def test_what_is_said_of_the_way_that_the_student_went_is_what_its_distributions_say(step):
    for index in range(len(step.text.positions)):
        teacher, before, after = (
            torch.from_numpy(rows[index]).double().log_softmax(0)
            for rows in (step.teacher_logits, step.student_logits, step.student_after)
        )
        far = [float((teacher.exp() * (teacher - student)).sum()) for student in (before, after)]
        said = figures.moved_sentence(step, index)
        assert said.startswith(f"The step moved the student {'towards' if far[1] < far[0] else 'away from'} its teacher, from ")
        assert [float(number) for number in re.findall(r"from (\S+) to (\S+) nats", said)[0]] == pytest.approx(far, rel=0.02)
    longest = np.linalg.norm(step.gradient_norms[:, 1:], axis=0).argmax()
    assert f" L_{('ce', 'mlm', 'cos')[longest]} pulled hardest" in said


def test_a_step_by_the_teacher_alone_says_nothing_of_a_true_token(built_in):
    alone = one_step(built_in.teacher, built_in.student, example(built_in), StepChoices(alpha_mlm=0.0))
    assert "true token" not in figures.moved_sentence(alone, 0)
    assert figures.moved_sentence(alone, 0).startswith("The step moved the student towards its teacher")


def test_the_curve_with_t_squared_is_the_other_one_times_t_squared(step):
    squared, plain, _ = figures.temperature_curve(step).data
    assert np.allclose(squared.y, plain.y * step.temperatures**2)


def test_the_gradient_table_ends_with_the_length_over_all_components(step):
    table = figures.gradient_table(step)
    assert table["component"][-1] == "all"
    assert table["combined"][-1] == pytest.approx(np.linalg.norm(step.gradient_norms[:, 0]))


def test_a_small_number_is_written_short():
    assert [power(x) for x in (5e-5, 4.93e-5, 1e-3, 0.0)] == ["5e-5", "4.9e-5", "1e-3", "0"]


# The page


def test_a_text_of_masks_alone_gets_one_sentence_on_the_page(loaded):
    session = visit("one_step", "[MASK] [MASK]")
    assert "nothing to mask" in session.info[0].value
    session.text_input(key="typed").set_value("Good morning, captain.").run()
    assert not session.info
    assert not session.exception


def test_another_seed_draws_again_and_is_shown(loaded):
    session = visit("one_step")
    session.number_input(key="step_seed").set_value(3).run()
    assert any("drawn with seed 3" in caption for caption in captions(session))


def test_a_copied_link_brings_every_choice_of_the_step(loaded):
    address = {"step_seed": "4", "step_form": "textbook", "step_alpha": "0.3", "step_rate": "5e-4", "step_on": "masked"}
    session = visit("one_step", **address)
    assert session.number_input(key="step_seed").value == 4
    assert session.slider(key="step_alpha").value == 0.3
    assert session.select_slider(key="step_rate").value == 5e-4
    assert session.segmented_control(key="step_on").value == "masked"


def test_both_forms_of_the_loss_are_offered_and_keep_their_sliders(loaded):
    session = visit("one_step")
    assert [session.slider(key=f"step_{name}").value for name in ("ce", "mlm", "cos")] == [5, 2, 1]
    assert session.slider(key="step_temperature").value == 2
    session.slider(key="step_mlm").set_value(0.5).run()
    session.segmented_control(key="step_form").set_value("textbook").run()
    assert session.slider(key="step_alpha").value == 0.5
    session.segmented_control(key="step_form").set_value("published").run()
    assert session.slider(key="step_mlm").value == 0.5
    assert not session.exception


def test_the_losses_on_the_page_are_checked_by_hand(loaded):
    check = next(c for c in captions(visit("one_step", TEXT)) if c.startswith("losses checked by hand"))
    assert float(check.split()[-1]) < 5e-5
