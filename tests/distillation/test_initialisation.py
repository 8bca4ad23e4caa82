"""A student's first weights: copies of its teacher's layers, or nothing of them."""

import pytest
import torch
from transformers import BertForMaskedLM, DistilBertForMaskedLM

from distilbert_viz.distillation.initialisation import random_student, student_config, student_from_teacher
from distilbert_viz.distillation.models import trained_class
from distilbert_viz.distillation.rows import MaskedRows
from distilbert_viz.pairs.layers import initial_layers
from tests.support.learning import row_of, same, weights
from tests.support.tiny import bert_config, random_model

Teacher, Student = trained_class("bert"), trained_class("distilbert")


def inputs(rows: int = 2, tokens: int = 9, vocabulary: int = 60) -> tuple[torch.Tensor, torch.Tensor]:
    """(input_ids, attention_mask), the last row padded with three."""
    ids = torch.randint(5, vocabulary, (rows, tokens), generator=torch.Generator().manual_seed(2))
    read = torch.ones_like(ids)
    ids[-1, -3:], read[-1, -3:] = 0, 0
    return ids, read


def test_a_student_of_all_layers_with_the_segment_row_folded_in_is_its_teacher():
    teacher = random_model(Teacher, bert_config(3, initializer_range=0.1))
    student = student_from_teacher(teacher, (0, 1, 2)).eval()
    with torch.no_grad():
        student.distilbert.embeddings.position_embeddings.weight += teacher.bert.embeddings.token_type_embeddings.weight[0]
        ids, read = inputs()
        found, expected = student(ids, read, read.bool()), teacher(ids, read, read.bool())
    assert expected.logits.std() > 0.1
    assert torch.allclose(found.logits, expected.logits, rtol=0, atol=5e-6)
    assert torch.allclose(found.last_hidden_state, expected.last_hidden_state, rtol=0, atol=5e-6)


def test_the_tensors_of_a_student_are_bit_equal_to_teacher_layers_0_2_and_5():
    teacher = random_model(Teacher, bert_config(6))
    student = student_from_teacher(teacher, initial_layers(6, 3))
    for mine, theirs in enumerate((0, 2, 5)):
        ours, source = student.distilbert.transformer.layer[mine], teacher.bert.encoder.layer[theirs]
        same = [
            (ours.attention.q_lin, source.attention.self.query),
            (ours.attention.k_lin, source.attention.self.key),
            (ours.attention.v_lin, source.attention.self.value),
            (ours.attention.out_lin, source.attention.output.dense),
            (ours.sa_layer_norm, source.attention.output.LayerNorm),
            (ours.ffn.lin1, source.intermediate.dense),
            (ours.ffn.lin2, source.output.dense),
            (ours.output_layer_norm, source.output.LayerNorm),
        ]
        for module, origin in same:
            assert torch.equal(module.weight, origin.weight)
            assert torch.equal(module.bias, origin.bias)
        assert len(same) * 2 == len(list(ours.parameters()))


def test_embeddings_and_prediction_head_of_a_student_are_copies_of_the_teachers():
    teacher = random_model(Teacher, bert_config(2))
    student = student_from_teacher(teacher, (0,))
    ours, source, head = student.distilbert.embeddings, teacher.bert.embeddings, teacher.cls.predictions
    for module, origin in [
        (ours.LayerNorm, source.LayerNorm),
        (student.vocab_transform, head.transform.dense),
        (student.vocab_layer_norm, head.transform.LayerNorm),
        (student.vocab_projector, head.decoder),
    ]:
        assert torch.equal(module.weight, origin.weight)
        assert torch.equal(module.bias, origin.bias)
    assert torch.equal(ours.word_embeddings.weight, source.word_embeddings.weight)
    assert torch.equal(ours.position_embeddings.weight, source.position_embeddings.weight)


def test_a_student_shares_no_memory_with_its_teacher_and_ties_its_own_vocabulary():
    teacher = random_model(Teacher, bert_config(2))
    student = student_from_teacher(teacher, (0,))
    assert not {p.data_ptr() for p in student.parameters()} & {p.data_ptr() for p in teacher.parameters()}
    assert student.vocab_projector.weight is student.distilbert.embeddings.word_embeddings.weight


@pytest.mark.parametrize("layers", [(2,), (0, -1), (0, 1, 2)])
def test_a_student_cannot_start_from_a_layer_that_its_teacher_has_not(layers):
    with pytest.raises(ValueError, match="layers 0 to 1"):
        student_from_teacher(random_model(Teacher, bert_config(2)), layers)


def test_a_random_student_has_nothing_of_its_teacher_and_repeats_with_the_seed():
    teacher = random_model(Teacher, bert_config(2))
    students = []
    for _ in range(2):
        torch.manual_seed(3)
        students.append(weights(random_student(teacher, 2)))
    assert same(*students)
    copied = weights(student_from_teacher(teacher, (0, 1)))
    assert not any(torch.equal(tensor, copied[name]) for name, tensor in students[0].items())


def test_a_student_has_the_sizes_dropout_and_activation_of_its_teacher():
    sizes = {"hidden_dropout_prob": 0.3, "attention_probs_dropout_prob": 0.2, "hidden_act": "relu"}
    config = student_config(random_model(Teacher, bert_config(4, **sizes)), 2)
    assert (config.n_layers, config.dim, config.hidden_dim, config.n_heads) == (2, 24, 40, 3)
    assert (config.vocab_size, config.max_position_embeddings) == (60, 40)
    assert (config.dropout, config.attention_dropout, config.activation) == (0.3, 0.2, "relu")


@pytest.mark.parametrize(("mine", "stock"), [(Teacher, BertForMaskedLM), (Student, DistilBertForMaskedLM)])
def test_logits_are_computed_only_where_asked_and_are_those_of_the_stock_model(mine, stock):
    teacher = random_model(Teacher, bert_config(2))
    model = teacher if mine is Teacher else student_from_teacher(teacher, (0, 1)).eval()
    plain = stock(model.config).eval()
    plain.load_state_dict(model.state_dict())
    ids, read = inputs()
    kept = torch.zeros_like(ids, dtype=torch.bool)
    kept[0, 2], kept[1, 4] = True, True
    with torch.no_grad():
        output, expected = model(ids, read, kept), plain(input_ids=ids, attention_mask=read).logits
    assert output.logits.shape == (2, 60)
    assert torch.allclose(output.logits, expected[kept], rtol=0, atol=1e-5)


@pytest.fixture
def rows(built_in_tokenizer) -> MaskedRows:
    """Eight rows of different length: two steps of four."""
    return MaskedRows([row_of(8 + i, seed=i) for i in range(8)], built_in_tokenizer, 0.3, 7, 4)
