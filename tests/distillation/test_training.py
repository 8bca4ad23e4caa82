"""How the student is made: masks, losses, first weights, text, and two steps of both trainings."""

import copy
import math
from pathlib import Path

import datasets
import numpy as np
import pytest
import torch
from datasets import Dataset
from torch.nn import functional as F
from transformers import BertForMaskedLM, DistilBertForMaskedLM

from distilbert_viz.distillation import evaluation, losses, text, wordnet
from distilbert_viz.distillation.initialisation import random_student, student_config, student_from_teacher
from distilbert_viz.distillation.masking import IGNORED, mask
from distilbert_viz.distillation.models import plain, trained_class
from distilbert_viz.distillation.pair import save
from distilbert_viz.distillation.recipe import PUBLISHED, Recipe
from distilbert_viz.distillation.rows import MaskedRows, order
from distilbert_viz.distillation.training import Distillation
from distilbert_viz.pairs.layers import initial_layers
from tests.support.tiny import bert_config, random_model

Teacher, Student = trained_class("bert"), trained_class("distilbert")

VOCABULARY, CLS, SEP, MASK = 30522, 101, 102, 103
SPECIAL = {0, 100, CLS, SEP, MASK}


# Masking


def masked(ids: list[int], fraction: float = 0.3, key: tuple[int, int, int] = (7, 0, 0)) -> tuple[np.ndarray, np.ndarray]:
    return mask(ids, SPECIAL, MASK, VOCABULARY, fraction, key)


def row_of(length: int, seed: int = 0) -> list[int]:
    return [CLS, *np.random.default_rng(seed).integers(1000, VOCABULARY, length - 2).tolist(), SEP]


def test_a_mask_depends_on_seed_epoch_and_row_and_on_nothing_else():
    row = row_of(60)
    first = masked(row, key=(7, 2, 5))
    np.random.seed(1)
    again = masked(row, key=(7, 2, 5))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    for other in ((8, 2, 5), (7, 3, 5), (7, 2, 6)):
        assert not np.array_equal(masked(row, key=other)[1], first[1])


def test_masking_leaves_the_row_it_was_given_alone():
    row = row_of(60)
    before = list(row)
    masked(row)
    assert row == before


def test_of_the_chosen_tokens_eighty_in_a_hundred_are_masks_ten_random_and_ten_stay():
    rows = [row_of(402, seed) for seed in range(100)]
    results = [(np.array(row), *masked(row, 0.5, (7, 0, i))) for i, row in enumerate(rows)]
    before, after, labels = (np.concatenate(parts) for parts in zip(*results, strict=True))
    chosen = labels != IGNORED
    count = chosen.sum()
    assert count == 20_000
    assert np.array_equal(labels[chosen], before[chosen])
    shares = {"mask": (after == MASK)[chosen].mean(), "stay": (after == before)[chosen].mean()}
    shares["random"] = 1 - shares["mask"] - shares["stay"]
    for name, expected in {"mask": 0.8, "random": 0.1, "stay": 0.1}.items():
        assert abs(shares[name] - expected) < 3 * math.sqrt(expected * (1 - expected) / count), name


def test_random_tokens_come_evenly_from_the_whole_vocabulary():
    results = [(row_of(402, seed), masked(row_of(402, seed), 1.0, (7, 0, seed))[0]) for seed in range(100)]
    drawn = np.concatenate([after[(after != MASK) & (after != np.array(row))] for row, after in results])
    assert len(drawn) > 3000
    assert abs(drawn.mean() / VOCABULARY - 0.5) < 3 / math.sqrt(12 * len(drawn))


def test_tokens_that_are_not_chosen_stay_and_have_no_label():
    row = row_of(200)
    after, labels = masked(row)
    kept = labels == IGNORED
    assert np.array_equal(after[kept], np.array(row)[kept])
    assert (~kept).sum() == round(0.3 * 198)


def test_special_tokens_are_never_chosen():
    row = [CLS, 2000, SEP, MASK, 0, 100, 2001, SEP]
    for index in range(200):
        after, labels = masked(row, 1.0, (7, 0, index))
        assert np.flatnonzero(labels != IGNORED).tolist() == [1, 6]
        assert after[[0, 2, 3, 4, 5, 7]].tolist() == [CLS, SEP, MASK, 0, 100, SEP]


def test_every_row_has_a_chosen_token_unless_all_are_special():
    assert (masked([CLS, 2000, SEP], 0.01)[1] != IGNORED).tolist() == [False, True, False]
    after, labels = masked([CLS, SEP])
    assert (after.tolist(), labels.tolist()) == ([CLS, SEP], [IGNORED, IGNORED])


# Losses


def logits(*shape: int, seed: int) -> torch.Tensor:
    return 3 * torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("temperature", [1.0, 2.0, 8.0])
def test_the_distillation_loss_is_the_squared_temperature_times_the_mean_divergence(temperature):
    student, teacher = logits(6, 400, seed=0), logits(6, 400, seed=1)
    p, q = (F.softmax(x.double() / temperature, -1) for x in (teacher, student))
    expected = temperature**2 * (p * (p / q).log()).sum() / 6
    assert losses.loss_ce(student, teacher, temperature).item() == pytest.approx(expected.item(), rel=1e-5)


def test_equal_models_have_no_distillation_loss_and_it_is_not_symmetric():
    one, other = logits(5, 50, seed=0), logits(5, 50, seed=1)
    assert losses.loss_ce(one, one, 2.0).item() == pytest.approx(0, abs=1e-6)
    assert losses.loss_ce(one, other, 2.0).item() != pytest.approx(losses.loss_ce(other, one, 2.0).item(), rel=1e-3)


def test_the_squared_temperature_keeps_the_scale_of_the_gradient():
    teacher = logits(8, 100, seed=1)
    norms = []
    for temperature in (20.0, 40.0):
        student = logits(8, 100, seed=0).requires_grad_()
        losses.loss_ce(student, teacher, temperature).backward()
        norms.append(student.grad.norm().item())
    assert norms[0] == pytest.approx(norms[1], rel=0.1)


def test_the_masked_language_loss_is_the_mean_surprise_at_the_true_tokens():
    scores, labels = logits(5, 300, seed=0), torch.tensor([4, 7, IGNORED, 0, 299])
    kept = labels != IGNORED
    chances = scores[kept].double().exp() / scores[kept].double().exp().sum(-1, keepdim=True)
    expected = -chances[torch.arange(4), labels[kept]].log().mean()
    assert losses.loss_mlm(scores, labels).item() == pytest.approx(expected.item(), rel=1e-5)


def test_the_cosine_loss_is_one_minus_the_mean_cosine_of_the_tokens_that_are_no_padding():
    student, teacher = logits(2, 4, 16, seed=0), logits(2, 4, 16, seed=1)
    read = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]])
    pairs = zip(student[read.bool()].double(), teacher[read.bool()].double(), strict=True)
    cosines = [(a @ b) / (a.norm() * b.norm()) for a, b in pairs]
    assert len(cosines) == 6
    assert losses.loss_cos(student, teacher, read).item() == pytest.approx(1 - sum(cosines).item() / 6, rel=1e-5)


def test_the_length_of_a_hidden_state_does_not_matter_to_the_cosine_loss():
    hidden, read = logits(2, 4, 16, seed=0), torch.ones(2, 4)
    assert losses.loss_cos(hidden, 5 * hidden, read).item() == pytest.approx(0, abs=1e-5)
    assert losses.loss_cos(hidden, -hidden, read).item() == pytest.approx(2, abs=1e-5)


# First weights


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


# Text


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    """Data sets of a test are not kept."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


def write(path: Path, lines: list[str]) -> str:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def stories(number: int, seed: int = 0) -> list[str]:
    """Lines of a few sentences, each line different."""
    random = np.random.default_rng(seed)
    words = ["the", "cat", "sat", "on", "unaffable", "mats", "and", "dogs", "ran", "1901", "café"]
    ends = [".", "!", "?"]
    lines = []
    for index in range(number):
        lengths = random.integers(2, 25, random.integers(1, 9))
        sentences = [" ".join(random.choice(words, n)) + str(random.choice(ends)) for n in lengths]
        lines.append(f"story {seed} {index} . " + " ".join(sentences))
    return lines


@pytest.mark.parametrize("length", [16, 64, 128])
def test_rows_begin_with_cls_end_with_sep_fit_and_spell_their_lines_again(length, built_in_tokenizer):
    lines = [*stories(40), "", "short", "no end of a sentence " * 100]
    rows = text.rows(Dataset.from_dict({"text": lines}), built_in_tokenizer, length, 10**9, 7)
    assert all(row[0] == CLS and row[-1] == SEP and 2 < len(row) <= length for row in rows)
    spelt = [piece for row in rows for piece in row[1:-1]]
    assert spelt == [piece for line in lines for piece in built_in_tokenizer(line, add_special_tokens=False)["input_ids"]]


def test_a_row_belongs_to_one_line_alone(built_in_tokenizer):
    rows = text.rows(Dataset.from_dict({"text": ["one two.", "three four."]}), built_in_tokenizer, 64, 10**9, 7)
    assert [built_in_tokenizer.decode(row) for row in rows] == ["[CLS] one two. [SEP]", "[CLS] three four. [SEP]"]
    assert [len(row) for row in rows] == [5, 5]


def test_a_long_line_is_cut_at_ends_of_sentences_where_there_is_one(built_in_tokenizer):
    line = "the cat sat on the mat. " * 40
    rows = text.rows(Dataset.from_dict({"text": [line]}), built_in_tokenizer, 64, 10**9, 7)
    assert len(rows) > 2
    assert {built_in_tokenizer.convert_ids_to_tokens(row[-2]) for row in rows} == {"."}


def test_rows_stop_once_they_hold_enough_tokens_and_repeat_with_the_seed(built_in_tokenizer):
    lines = Dataset.from_dict({"text": stories(200)})
    one, again, other = (text.rows(lines, built_in_tokenizer, 64, 2000, seed) for seed in (7, 7, 8))
    assert 2000 <= sum(map(len, one)) < 2100
    assert one == again != other


def test_skipped_lines_are_not_read_and_change_nothing_in_the_rows_of_the_others(built_in_tokenizer):
    lines = Dataset.from_dict({"text": stories(30)})
    whole, rest = (text.rows(lines, built_in_tokenizer, 64, 10**9, 7, skip) for skip in (0, 10))
    assert whole[-len(rest) :] == rest
    assert "story 0 10." in built_in_tokenizer.decode(rest[0])


def test_a_quarter_of_the_lines_is_cut_short_so_that_short_texts_are_read_too(built_in_tokenizer):
    lines = Dataset.from_dict({"text": ["the cat sat on the mat. " * 17] * 400})
    lengths = [len(row) for row in text.rows(lines, built_in_tokenizer, 128, 10**9, 7)]
    assert 0.2 < sum(length < 100 for length in lengths) / len(lengths) < 0.7
    assert max(lengths) > 115


def test_the_built_in_sentences_are_a_row_each_and_held_out_ones_are_never_trained_on(built_in_tokenizer):
    training, held_out = text.material(("sentences",), built_in_tokenizer, 64, 10**9, 7)
    assert not {tuple(row) for row in training} & {tuple(row) for row in held_out}
    assert all(row[0] == CLS and row[-1] == SEP and len(row) < 40 for row in training + held_out)


def test_held_out_and_training_text_share_no_line_and_lose_none(tmp_path):
    first, second = stories(300), stories(50, seed=1)
    kept, held = text.split([write(tmp_path / "a.txt", first), write(tmp_path / "b.txt", second)], 7)
    assert len(held) == 30  # a tenth of a short source; a hundredth of a long one
    assert set(held["text"]) < set(first)
    assert set(kept["text"]) & set(held["text"]) == set()
    assert sorted([*kept["text"], *held["text"]]) == sorted([*first, *second])


def test_the_split_repeats_with_its_seed(tmp_path):
    source = [write(tmp_path / "a.txt", stories(300))]
    splits = [[list(part["text"]) for part in text.split(source, seed)] for seed in (7, 7, 8)]
    assert splits[0] == splits[1]
    assert splits[0][0] != splits[2][0]
    assert splits[0][1] != splits[2][1]


# WordNet

NOUNS = [
    "  1 This software and database is being provided to you.  ",
    "02083346 05 n 02 canine 0 canid 0 001 @ 02075296 n 0000 | a carnivorous mammal with nonretractile claws  ",
    '02084071 05 n 02 dog 0 domestic_dog 1 002 @ 02083346 n 0000 #m 02083346 n 0000 | a tame animal; "the dog barked all night"  ',
    "08939201 15 n 01 Paris 0 001 @i 02083346 n 0000 | a city on the Seine  ",
]


@pytest.fixture
def folder(tmp_path) -> Path:
    write(tmp_path / "data.noun", NOUNS)
    adjectives = [
        "00000001 00 a 01 good 0 001 ! 00000002 a 0101 | of high quality  ",
        "00000002 00 a 01 bad(p) 0 001 ! 00000001 a 0101 | of low quality  ",
    ]
    write(tmp_path / "data.adj", adjectives)
    for part in ("verb", "adv"):
        write(tmp_path / f"data.{part}", NOUNS[:1])
    write(tmp_path / "cntlist.rev", ["dog%1:05:00:: 1 42", "good%3:00:00:: 1 100"])
    return tmp_path


def test_a_line_of_wordnet_is_read_word_for_word(folder):
    known = wordnet.synsets(folder, "noun")
    dog = known["02084071"]
    assert list(known) == ["02083346", "02084071", "08939201"]
    assert dog.words == ("dog", "domestic dog")
    assert dog.keys == ("dog%1:05:00", "domestic_dog%1:05:01")
    assert dog.pointers == (("@", "02083346n", 0, 0), ("#m", "02083346n", 0, 0))
    assert (dog.gloss, dog.examples) == ("a tame animal", ("the dog barked all night",))


def test_an_adjective_is_read_without_its_place_mark(folder):
    assert wordnet.synsets(folder, "adj")["00000002"].words == ("bad",)
    assert wordnet.synsets(folder, "verb") == {}


def test_wordnet_speaks_in_sentences_of_what_is_in_use_or_has_a_name(folder):
    assert list(wordnet.sentences(folder)) == [
        "Dog is a tame animal. A dog is a kind of canine. The dog barked all night.",
        "Paris is a city on the Seine.",
        "Good: of high quality. The opposite of good is bad.",
    ]


# Training


@pytest.fixture
def rows(built_in_tokenizer) -> MaskedRows:
    """Eight rows of different length: two steps of four."""
    return MaskedRows([row_of(8 + i, seed=i) for i in range(8)], built_in_tokenizer, 0.3, 7, 4)


def fresh_teacher(**sizes: object) -> Teacher:
    return random_model(Teacher, bert_config(2, vocab_size=VOCABULARY, hidden_dropout_prob=0.1, **sizes))


def weights(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(one[name], other[name]) for name in one | other)


def distilled(rows: MaskedRows, out: Path, **changes: object) -> tuple[Distillation, Teacher]:
    """Two steps of distillation from a fresh teacher."""
    teacher = fresh_teacher()
    recipe = Recipe(**PUBLISHED | {"layers": 1, "steps": 2, "batch": 4, "learning_rate": 1e-2, "device": "cpu"} | changes)
    trainer = Distillation(teacher, student_from_teacher(teacher, (0,)), rows, recipe, str(out))
    trainer.train()
    return trainer, teacher


def test_distillation_leaves_the_teacher_as_it_was(rows, tmp_path):
    trainer, teacher = distilled(rows, tmp_path)
    assert trainer.state.global_step == 2
    assert same(weights(teacher), weights(fresh_teacher()))
    assert not teacher.training
    assert all(parameter.grad is None for parameter in teacher.parameters())
    assert not same(weights(trainer.model), weights(student_from_teacher(teacher, (0,))))


@pytest.mark.parametrize("ce_on", ["masked", "all"])
def test_the_loss_of_distillation_is_the_weighted_sum_of_its_three_parts(rows, tmp_path, ce_on):
    trainer, teacher = distilled(rows, tmp_path, ce_on=ce_on)
    student, batch = trainer.model.eval(), rows.collate([rows[i] for i in range(8)])
    ids, read, labels = batch["input_ids"], batch["attention_mask"], batch["labels"]
    with torch.no_grad():
        _, counts = trainer.get_batch_samples(iter([batch]), 1, torch.device("cpu"))
        total = trainer.compute_loss(student, batch, num_items_in_batch=counts)
        mine, theirs = (model(ids, read, read.bool()) for model in (student, teacher))
        p, q = (F.softmax(o.logits.double() / 2, -1) for o in (theirs, mine))
        divergence, flat = (p * (p / q).log()).sum(-1), labels[read.bool()]
        parts = [
            4 * (divergence if ce_on == "all" else divergence[flat != IGNORED]).mean(),
            -F.log_softmax(mine.logits, -1)[flat != IGNORED].gather(1, flat[flat != IGNORED, None]).mean(),
            (1 - F.cosine_similarity(mine.last_hidden_state, theirs.last_hidden_state, dim=-1))[read.bool()].mean(),
        ]
    assert total.item() == pytest.approx(5 * parts[0].item() + 2 * parts[1].item() + parts[2].item(), rel=1e-5)
    assert trainer.parts.tolist() == pytest.approx([total.item(), *(part.item() for part in parts), read.sum().item()], rel=1e-5)


def test_a_part_of_weight_zero_is_measured_and_pulls_nothing(rows, tmp_path):
    trainer, _ = distilled(rows, tmp_path, alpha_cos=0.0)
    batch = rows.collate([rows[i] for i in range(4)])
    _, counts = trainer.get_batch_samples(iter([batch]), 1, torch.device("cpu"))
    loss = trainer.compute_loss(trainer.model, batch, num_items_in_batch=counts)
    parts = trainer.parts.tolist()
    assert parts[3] > 0
    assert loss.item() == pytest.approx(5 * parts[1] + 2 * parts[2], rel=1e-5)


def test_a_batch_is_padded_to_its_longest_row_and_padding_is_neither_read_nor_asked(rows):
    short, long = rows.order.tolist().index(0), rows.order.tolist().index(7)
    batch = rows.collate([rows[short], rows[long]])
    assert {name: tuple(part.shape) for name, part in batch.items()} == dict.fromkeys(batch, (2, 15))
    assert batch["attention_mask"].tolist() == [[1] * 8 + [0] * 7, [1] * 15]
    assert batch["input_ids"][0, 8:].tolist() == [0] * 7
    assert batch["labels"][0, 8:].tolist() == [IGNORED] * 7


def test_a_token_that_happens_to_be_the_padding_id_is_still_read(rows):
    row = {"input_ids": torch.tensor([CLS, 0, SEP]), "labels": torch.tensor([IGNORED, 2000, IGNORED])}
    assert rows.collate([row])["attention_mask"].tolist() == [[1, 1, 1]]


def test_rows_are_shuffled_and_masked_afresh_in_every_epoch_and_the_same_again_in_the_same(rows):
    def seen(epoch: int) -> list:
        rows.set_epoch(epoch)
        return [(rows.order.tolist()[i], rows[i]["labels"].tolist()) for i in range(8)]

    assert seen(1) != seen(0) == seen(0)
    assert dict(seen(0)).keys() == dict(seen(1)).keys() == set(range(8))


def test_batches_hold_whole_rows_of_like_length_each_once(rows):
    lengths = np.random.default_rng(0).integers(5, 64, 1003)
    found = order(lengths, 8, (7, 0))
    assert len(found) == len(set(found.tolist())) == 1000
    spreads = np.ptp(lengths[found].reshape(-1, 8), axis=1)
    assert spreads.mean() < np.ptp(lengths[np.random.default_rng(1).permutation(1000)].reshape(-1, 8), axis=1).mean() / 5


def test_text_that_does_not_fill_one_step_is_refused(built_in_tokenizer):
    with pytest.raises(ValueError, match="makes 3 rows, and one step needs 4"):
        MaskedRows([row_of(8)] * 3, built_in_tokenizer, 0.3, 7, 4)


# What is saved and measured


def test_a_saved_student_is_a_stock_distilbert_in_half_precision(built_in_tokenizer, tmp_path):
    student = student_from_teacher(fresh_teacher(), (0,))
    save(plain(student).to(torch.float16), built_in_tokenizer, tmp_path)
    again = DistilBertForMaskedLM.from_pretrained(tmp_path)
    assert again.config.architectures == ["DistilBertForMaskedLM"]
    assert same(weights(again), {name: tensor.half() for name, tensor in weights(student).items()})


def test_a_model_agrees_with_itself_on_held_out_text(built_in_tokenizer):
    model = fresh_teacher(max_position_embeddings=128)
    twins = {"teacher": model, "student": copy.deepcopy(model)}
    found = evaluation.held_out(twins, Dataset.from_dict({"text": stories(5)}), built_in_tokenizer, 7)
    assert (found["agreement"], found["lines"]) == (1.0, 5)
    assert found["teacher_top1"] == found["student_top1"] <= found["teacher_top5"] <= 1
    assert found["masked_tokens"] > 5
