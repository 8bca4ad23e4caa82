"""The teacher's training: what a step reads of each source, the learning rate, checkpoints, and a limit of time."""

import dataclasses
from pathlib import Path

import datasets
import numpy as np
import pytest
import torch
from torch.nn import functional as F
from transformers import BertForMaskedLM

from distilbert_viz.distillation import __main__ as commands
from distilbert_viz.distillation import checkpoints
from distilbert_viz.distillation.masking import IGNORED
from distilbert_viz.distillation.mixture import EDGES, Mixture
from distilbert_viz.distillation.models import plain, trained_class
from distilbert_viz.distillation.pair import make_teacher
from distilbert_viz.distillation.teaching import HEAD, MaskedLanguageModelling, Teaching, for_device, rate, teach
from tests.support.tiny import bert_config, random_model

Teacher = trained_class("bert")
VOCABULARY, CLS, SEP = 30522, 101, 102
TEACHING = Teaching(tokens=900, step_tokens=300, length=40, learning_rate=1e-2, device="cpu", precision="float32")


def row_of(source: int, number: int, length: int) -> list[int]:
    """A row that tells its source and number: neither is masked out of all its tokens."""
    return [CLS, *[2000 + 1000 * source + number] * (length - 2), SEP]


def source_of(number: int, rows: int, longest: int = 40) -> list[list[int]]:
    lengths = np.random.default_rng(number).integers(5, longest + 1, rows)
    return [row_of(number, row, int(length)) for row, length in enumerate(lengths)]


SOURCES = [source_of(0, 200), source_of(1, 200, longest=14)]


@pytest.fixture(scope="module")
def mix(built_in_tokenizer):
    def make(shares: tuple[float, ...] = (60.0, 40.0), steps: int = 3, seed: int = 7, sources=SOURCES, step_tokens: int = 300):
        return Mixture(sources, shares, built_in_tokenizer, 0.2, seed, step_tokens, steps)

    return make


def truth(batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """The rows as they were before masking."""
    return torch.where(batch["labels"] != IGNORED, batch["labels"], batch["input_ids"])


def rows_of(mixture: Mixture, step: int) -> list[tuple[int, ...]]:
    found = []
    for batch in mixture[step]:
        pairs = zip(truth(batch), batch["attention_mask"], strict=True)
        found += [tuple(row[read.bool()].tolist()) for row, read in pairs]
    return found


# What a step reads


@pytest.mark.parametrize("shares", [(60.0, 40.0), (0.9, 0.1)])
def test_every_source_has_its_share_of_the_tokens(mix, shares):
    mixture = mix(shares, steps=30)
    tokens = np.zeros(2)
    for step in range(30):
        for row in rows_of(mixture, step):
            tokens[(row[1] - 2000) // 1000] += len(row)
    assert tokens / tokens.sum() == pytest.approx(np.array(shares) / sum(shares), abs=0.01)
    assert tokens.sum() == pytest.approx(30 * 300, rel=0.01)


def test_no_row_is_read_twice_before_all_of_its_source_were_read(mix):
    mixture = mix(steps=40)
    read = [row for step in range(40) for row in rows_of(mixture, step) if row[1] < 3000]
    assert len(read) > 200
    assert len(set(read[:180])) == 180


def test_rows_of_like_length_are_one_batch_and_few_of_its_tokens_are_padding(mix):
    for batch in mix(step_tokens=3000)[0]:
        lengths = batch["attention_mask"].sum(1).tolist()
        assert len({int(np.searchsorted(EDGES, length)) for length in lengths}) == 1
        assert batch["input_ids"].shape == batch["labels"].shape == (len(lengths), max(lengths))


def test_the_first_steps_are_the_same_however_many_follow_and_other_seeds_read_otherwise(mix):
    few, many, other = mix(steps=2), mix(steps=9), mix(steps=2, seed=8)
    for step in range(2):
        for one, two in zip(few[step], many[step], strict=True):
            assert all(torch.equal(one[name], two[name]) for name in one)
    assert rows_of(few, 0) != rows_of(other, 0)


def test_a_second_epoch_has_other_masks(mix):
    one = [row_of(0, 0, 40)]
    mixture = mix((1.0,), steps=4, sources=[one], step_tokens=40)
    labels = [mixture[step][0]["labels"].tolist() for step in range(4)]
    assert len({str(label) for label in labels}) > 1


@pytest.mark.parametrize(("shares", "sources"), [((1.0,), SOURCES), ((1.0, 0.0), SOURCES), ((1.0, 1.0), [SOURCES[0], []])])
def test_a_source_without_a_share_or_without_rows_is_refused(mix, shares, sources):
    with pytest.raises(ValueError, match="2 sources"):
        mix(shares, sources=sources)


# The learning rate, and what is chosen for a device


def test_the_learning_rate_rises_stays_and_falls_to_nothing():
    rates = [rate(done, warmup=0.1, decay=0.2) for done in (0.0, 0.05, 0.1, 0.5, 0.8, 0.9, 1.0, 1.1)]
    assert rates == pytest.approx([0.01, 0.505, 1, 1, 1, 0.5, 0, 0], abs=0.01)


def test_a_gpu_gets_large_steps_of_long_rows_and_what_was_asked_for_stays(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: True)
    gpu, cpu = for_device(Teaching()), for_device(Teaching(device="cpu"))
    assert (gpu.device, gpu.precision, cpu.device, cpu.precision) == ("cuda", "bfloat16", "cpu", "float32")
    assert gpu.step_tokens > 8 * cpu.step_tokens
    assert gpu.length > cpu.length
    asked = Teaching(step_tokens=500, length=30, learning_rate=1e-3, precision="float32", device="cuda")
    assert for_device(asked) == asked


# The training


def fresh_teacher() -> torch.nn.Module:
    return random_model(Teacher, bert_config(2, vocab_size=VOCABULARY, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0))


def weights(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(one[name], other[name]) for name in one | other)


def taught(mixture: Mixture, out: Path, resume: bool = False, **changes: object):
    trainer = teach(fresh_teacher(), mixture, dataclasses.replace(TEACHING, **changes), out, resume)
    return weights(trainer.model), trainer


def test_a_teachers_training_repeats_exactly_with_its_seed(mix, tmp_path):
    first, trainer = taught(mix(), tmp_path / "1")
    again, _ = taught(mix(), tmp_path / "2")
    assert trainer.state.global_step == 3
    assert same(first, again)
    assert not same(first, weights(fresh_teacher()))


def test_a_training_that_was_killed_goes_on_to_the_very_same_weights(mix, tmp_path, monkeypatch):
    whole, _ = taught(mix(steps=4), tmp_path / "whole")
    seal, sealed = checkpoints.seal, []

    def kill_after_the_second(folder: Path) -> None:
        seal(folder)
        sealed.append(folder.name)
        if len(sealed) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(checkpoints, "seal", kill_after_the_second)
    with pytest.raises(KeyboardInterrupt):
        taught(mix(steps=4), tmp_path / "killed", save_seconds=0.0)
    rest, trainer = taught(mix(steps=4), tmp_path / "killed", resume=True)
    assert sealed[:2] == ["checkpoint-1", "checkpoint-2"]
    assert trainer.first_step == 2
    assert same(whole, rest)


def test_only_the_newest_whole_checkpoint_is_kept(mix, tmp_path):
    taught(mix(), tmp_path, save_seconds=0.0)
    assert [folder.name for folder in tmp_path.glob("checkpoint-*")] == ["checkpoint-3"]
    assert checkpoints.newest(tmp_path) == tmp_path / "checkpoint-3"


def test_a_training_whose_weights_are_no_numbers_any_more_ends_and_leaves_the_checkpoint_before(mix, tmp_path, monkeypatch):
    compute_loss, factors = MaskedLanguageModelling.compute_loss, iter([1.0, 1.0, float("nan")])
    monkeypatch.setattr(MaskedLanguageModelling, "compute_loss", lambda *a, **b: compute_loss(*a, **b) * next(factors))
    with pytest.raises(FloatingPointError, match="After step 3 the weights are no numbers"):
        taught(mix(steps=4), tmp_path, save_seconds=0.0)
    assert checkpoints.newest(tmp_path) == tmp_path / "checkpoint-2"


def test_going_on_from_nothing_is_refused(mix, tmp_path):
    with pytest.raises(FileNotFoundError, match="no whole checkpoint"):
        taught(mix(), tmp_path, resume=True)


def test_minutes_end_a_training_before_its_tokens_are_read(mix, tmp_path):
    _, trainer = taught(mix(steps=100_000), tmp_path, minutes=1e-3)
    assert 0 < trainer.state.global_step < 1000
    assert trainer.done() >= 1
    assert checkpoints.newest(tmp_path) is not None


def test_the_prediction_head_learns_at_its_own_rate_and_no_weight_is_left_out(mix, tmp_path):
    _, trainer = taught(mix(), tmp_path, head_learning_rate=1e-3)
    body, head = trainer.optimizer.param_groups
    assert (body["initial_lr"], head["initial_lr"]) == (1e-2, 1e-3)
    assert {id(p) for p in head["params"]} == {id(p) for n, p in trainer.model.named_parameters() if n.startswith(HEAD)}
    learning = [p for group in (body, head) for p in group["params"]]
    assert len({id(p) for p in learning}) == len(learning) == len(list(trainer.model.parameters()))


def test_the_loss_of_a_step_is_the_mean_surprise_over_all_its_batches(mix, tmp_path):
    _, trainer = taught(mix(), tmp_path)
    batches = mix()[0]
    assert len(batches) > 2
    with torch.no_grad():
        found = trainer.compute_loss(trainer.model.eval(), {"batches": batches})
        surprises = []
        for batch in batches:
            logits = trainer.model(batch["input_ids"], batch["attention_mask"], batch["attention_mask"].bool()).logits
            flat = batch["labels"][batch["attention_mask"].bool()]
            surprises.append(-F.log_softmax(logits.double(), -1)[flat != IGNORED].gather(1, flat[flat != IGNORED, None]))
    assert found.item() == pytest.approx(torch.cat(surprises).mean().item(), rel=1e-5)


# From a shell


def test_every_choice_of_the_training_can_be_made_in_a_shell(monkeypatch):
    asked = []
    monkeypatch.setattr(commands.pair, "make_teacher", lambda *options: asked.append(options))
    words = "teacher --start A --out B --text books.txt facts.txt --shares 60 40 --minutes 9.5 --device cuda --skip 3 --resume"
    monkeypatch.setattr("sys.argv", ["distillation", *words.split()])
    commands.main()
    teaching = Teaching(minutes=9.5, device="cuda", skip=3)
    assert asked == [("A", ["books.txt", "facts.txt"], Path("B"), teaching, [60.0, 40.0], True)]


def test_facts_are_written_a_sentence_a_line_and_what_is_held_out_into_a_file_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setattr(commands.facts, "make", lambda folder: (["One is one.", "Two is two."], [f"Read from {folder}."]))
    words = ["distillation", "facts", "--folder", "W", "--out", str(tmp_path / "a.txt"), "--held-out", str(tmp_path / "b.txt")]
    monkeypatch.setattr("sys.argv", words)
    commands.main()
    assert (tmp_path / "a.txt").read_text() == "One is one.\nTwo is two.\n"
    assert (tmp_path / "b.txt").read_text() == "Read from W.\n"


def test_a_teacher_is_made_of_several_texts_and_saved_as_anybody_would_load_it(built_in_tokenizer, tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    start = tmp_path / "start"
    plain(fresh_teacher()).save_pretrained(start)
    built_in_tokenizer.save_pretrained(start)
    for name in ("a", "b"):
        lines = [f"{name} {n} the cat sat on the mat and looked at the dog." for n in range(80)]
        (tmp_path / f"{name}.txt").write_text("\n".join(lines), encoding="utf-8")
    texts = [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]
    teaching = dataclasses.replace(TEACHING, length=30, skip=5)
    make_teacher(str(start), texts, tmp_path / "out", teaching, [70.0, 30.0])
    made = BertForMaskedLM.from_pretrained(tmp_path / "out")
    assert not same(weights(made), weights(plain(fresh_teacher())))
    assert (tmp_path / "out" / "tokenizer.json").exists()
