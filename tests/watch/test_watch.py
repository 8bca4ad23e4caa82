"""Somebody else's training, watched: it comes to the same bits, and what is recorded of it is true."""

import math
import shutil
import warnings

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from transformers import TrainerCallback

from distilbert_viz import Watch, families
from distilbert_viz.distillation.masking import IGNORED
from distilbert_viz.distillation.probes import HeldOut
from distilbert_viz.runs import watched
from distilbert_viz.runs.opened import Opened
from distilbert_viz.runs.record import FINISHED, STOPPED
from distilbert_viz.watch.sight import sight
from tests.support.forks import done_by_two
from tests.support.others import LINES, STEPS, TEXTS, accelerated, by_hand, digest, fresh_student, losses, rows, seeded, trained

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


def watch_of(learned_from, folder, **choices: object) -> Watch:
    teacher, tokenizer = learned_from
    return Watch(teacher, tokenizer, **{"sentences": TEXTS, "out": folder / "run", "held_out": LINES} | choices)


def under_trainer(learned_from, folder, *callbacks: TrainerCallback, **choices: object) -> str:
    """What a training on Trainer comes to."""
    seeded()
    trainer = trained(folder / "trainer", learned_from[0], fresh_student(), *callbacks, **choices)
    return digest(trainer.model, trainer.optimizer)


@pytest.fixture(scope="module")
def alone(learned_from, tmp_path_factory) -> str:
    """What the training comes to that nobody watches."""
    return under_trainer(learned_from, tmp_path_factory.mktemp("alone"))


def test_a_training_on_trainer_that_is_looked_at_after_every_step_comes_to_the_same_bits(learned_from, alone, tmp_path, always):
    assert under_trainer(learned_from, tmp_path, watch_of(learned_from, tmp_path)) == alone
    record = Opened(tmp_path / "run")
    assert record.state()["status"] == FINISHED
    assert [step.number for step in record.all_steps()] == list(range(1, STEPS + 1))
    assert [one.number for one in record.all_evaluations()] == record.pictures() == list(range(STEPS + 1))


def test_what_trainer_and_the_loss_say_by_name_is_recorded_and_nothing_else_is_made_up(learned_from, tmp_path, always):
    under_trainer(learned_from, tmp_path, watch_of(learned_from, tmp_path))
    record = Opened(tmp_path / "run")
    steps, named = record.all_steps(), record.all_named_losses()
    assert {loss.name for loss in named} == {"distance"}
    assert [loss.number for loss in named] == [step.number for step in steps] == list(range(1, STEPS + 1))
    logged = steps[3]  # Trainer says every second step a mean over two of them
    means = [steps[i].loss_ce + named[i].value for i in (2, 3)]
    assert logged.loss == pytest.approx(sum(means) / 2, rel=1e-3)
    assert logged.gradient_norm > 0
    assert math.isnan(steps[2].loss)
    assert all(math.isnan(step.loss_mlm) and step.tokens == 0 for step in steps)
    assert steps[0].learning_rate == pytest.approx(1e-3)
    assert steps[-1].learning_rate < 1e-3


def test_a_loop_by_hand_comes_to_the_same_bits_and_nothing_of_the_student_was_touched(learned_from, tmp_path, always):
    seen, came_to = [], []
    for watch in (None, watch_of(learned_from, tmp_path)):
        seeded()
        student = fresh_student()
        student.distilbert.embeddings.eval()  # somebody's own choice
        student.distilbert.transformer.layer[0].register_forward_hook(lambda *_: seen.append(1))
        modes = [part.training for part in student.modules()]
        came_to.append(digest(student, by_hand(learned_from[0], student, watch)))
        assert [part.training for part in student.modules()] == modes
        assert student.config._attn_implementation == "sdpa"
    assert came_to[0] == came_to[1]
    assert len(seen) == 2 * STEPS  # the watch's own passes ran no module of theirs
    steps = Opened(tmp_path / "run").all_steps()
    assert [step.tokens for step in steps] == [48] * STEPS
    assert all(step.loss > step.loss_ce for step in steps)


def test_two_processes_of_accelerate_come_to_the_same_bits_and_the_first_one_writes(teacher, tmp_path):
    for watched_too in (False, True):
        ended = done_by_two(accelerated, teacher, tmp_path, watched_too, log=tmp_path / f"log-{watched_too}")
        assert [one.returncode for one in ended] == [0, 0], ended[0].stderr[-2000:]
    for rank in range(2):
        assert (tmp_path / f"alone-{rank}").read_text() == (tmp_path / f"watched-{rank}").read_text()
    assert sorted(file.name for file in tmp_path.glob("run*")) == ["run"]
    record = Opened(tmp_path / "run")
    assert [step.number for step in record.all_steps()] == [1, 2, 3]
    assert (record.pictures()[0], record.pictures()[-1]) == (0, 3)
    assert record.watched.student == "DistilBertForMaskedLM"  # not what is wrapped around it


# What is seen


def test_the_numbers_are_those_of_the_stock_models_own_passes(learned_from):
    teacher, tokenizer = learned_from
    student = fresh_student().eval()
    seen = sight(teacher, student, tokenizer, TEXTS, LINES)
    found, picture = seen.held_out.evaluate(seen.student(), 0, 0.0), seen.probes.picture(seen.student(), 0)
    kl, agreed = [], []
    for batch in seen.held_out.batches:
        inputs, asked = {name: batch[name] for name in ("input_ids", "attention_mask")}, batch["labels"] != IGNORED
        with torch.no_grad():
            theirs, ours = (model(**inputs).logits[asked].log_softmax(-1) for model in (teacher, student))
        kl.append(F.kl_div(ours, theirs, reduction="none", log_target=True).sum(-1))
        agreed.append(ours.argmax(-1) == theirs.argmax(-1))
    assert found.kl == pytest.approx(torch.cat(kl).mean().item(), rel=1e-4)
    assert found.agreement == pytest.approx(torch.cat(agreed).float().mean().item())
    student.set_attn_implementation("eager")
    for text, one in zip(TEXTS, picture.probes, strict=True):
        with torch.no_grad():
            output = student(**tokenizer(text, return_tensors="pt"), output_attentions=True)
        assert torch.cat(output.attentions).numpy() == pytest.approx(one.attentions, abs=1e-5)
        at = tokenizer(text)["input_ids"].index(tokenizer.mask_token_id)
        assert output.logits[0, at].softmax(-1).max().item() == pytest.approx(one.own_probabilities[0], rel=1e-4)


def test_the_student_is_seen_as_it_is_now_and_costs_no_memory_of_its_own(learned_from):
    student = fresh_student()
    seen = sight(*learned_from[:1], student, learned_from[1], TEXTS, LINES)
    before = seen.probes.picture(seen.student(), 0)
    with torch.no_grad():
        student.vocab_transform.weight.mul_(3.0)
    assert seen.probes.picture(seen.student(), 1).probes[0].kl != before.probes[0].kl
    theirs = {tensor.data_ptr() for tensor in student.parameters()}
    assert {tensor.data_ptr() for tensor in seen.student().network.parameters()} == theirs


class Wrapped(nn.Module):
    """A student inside somebody's own module, its teacher beside it."""

    def __init__(self, teacher: nn.Module, student: nn.Module):
        super().__init__()
        self.teacher, self.inner, self.projection = teacher, student, nn.Linear(24, 24)


def test_a_student_is_found_inside_somebodys_own_module(learned_from):
    teacher, tokenizer = learned_from
    student = fresh_student()
    seen = sight(teacher, Wrapped(teacher, student), tokenizer, TEXTS, LINES)
    assert seen.shell.network is student


def test_where_no_sentence_is_given_there_is_no_picture(learned_from, tmp_path, always):
    under_trainer(learned_from, tmp_path, watch_of(learned_from, tmp_path, sentences=()))
    record = Opened(tmp_path / "run")
    assert (record.pictures(), record.kept_probes()) == ([], [])
    assert len(record.all_evaluations()) == STEPS + 1


# What goes wrong


def test_a_fault_of_watching_is_one_warning_and_the_training_goes_on(learned_from, alone, tmp_path, monkeypatch, always):
    watch = watch_of(learned_from, tmp_path)
    evaluate = HeldOut.evaluate

    def fails_later(held_out, student, number, seconds):
        if number > 2:
            raise KeyError("spoilt")
        return evaluate(held_out, student, number, seconds)

    monkeypatch.setattr(HeldOut, "evaluate", fails_later)
    with pytest.warns(RuntimeWarning, match="Watching ended after step 3 by a fault of its own") as said:
        assert under_trainer(learned_from, tmp_path, watch) == alone
    assert len([one for one in said if one.category is RuntimeWarning]) == 1
    state = Opened(tmp_path / "run").state()
    assert state["status"] == STOPPED
    assert "the training goes on" in state["reason"]


def test_a_fault_fails_no_training_also_where_warnings_are_errors(learned_from, alone, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(HeldOut, "evaluate", lambda *_: 1 / 0)
    assert under_trainer(learned_from, tmp_path, watch_of(learned_from, tmp_path)) == alone
    assert "Watching ended after step 0" in capsys.readouterr().err
    assert Opened(tmp_path / "run").state()["status"] == STOPPED


def test_of_a_student_that_cannot_be_read_losses_alone_are_recorded_and_it_is_said_why(learned_from, tmp_path, always):
    watch, student = watch_of(learned_from, tmp_path), nn.Linear(3, 3)
    why = f"losses alone are recorded: there is no {families.titles(last='or')} in a L"
    with pytest.warns(RuntimeWarning, match=why):
        watch.begin(student)
    for number in range(3):
        watch.step(loss=torch.tensor(1.0 / (number + 1)))
    watch.end()
    record = Opened(tmp_path / "run")
    assert [step.loss for step in record.all_steps()] == pytest.approx([1, 1 / 2, 1 / 3])
    assert (record.all_evaluations(), record.pictures(), record.kept_probes()) == ([], [], [])
    assert "there is no BERT" in record.watched.alone


def test_a_share_that_is_none_is_refused_before_the_training_begins(learned_from, tmp_path):
    with pytest.raises(ValueError, match="lies between 0 and 1, and is not 3"):
        watch_of(learned_from, tmp_path, share=3.0)


def test_a_number_that_is_none_is_recorded_as_nothing(learned_from, tmp_path, always):
    watch = watch_of(learned_from, tmp_path)
    watch.begin(fresh_student())
    watch.step(loss=float("nan"), mine=float("inf"))
    watch.end()
    (step,), (named,) = Opened(tmp_path / "run").all_steps(), Opened(tmp_path / "run").all_named_losses()
    assert math.isnan(step.loss)
    assert named.value == math.inf


# Where it is written


class EndsAt(TrainerCallback):
    """The training is broken off after a step."""

    def __init__(self, step: int):
        self.last = step

    def on_step_end(self, args, state, control, **kwargs):
        if state.global_step == self.last:
            raise KeyboardInterrupt


def test_a_training_that_is_resumed_goes_on_in_its_record_where_its_checkpoint_was(learned_from, tmp_path, always):
    saves = {"save_strategy": "steps", "save_steps": 2}
    with pytest.raises(KeyboardInterrupt):
        under_trainer(learned_from, tmp_path, watch_of(learned_from, tmp_path), EndsAt(5), **saves)
    assert Opened(tmp_path / "run").pictures() == [0, 1, 2, 3, 4, 5]
    before = Opened(tmp_path / "run").all_steps()
    under_trainer(learned_from, tmp_path, watch_of(learned_from, tmp_path), resume=True, **saves)
    record = Opened(tmp_path / "run")
    assert [step.number for step in record.all_steps()] == list(range(1, STEPS + 1))
    assert [one.number for one in record.all_evaluations()] == record.pictures() == list(range(STEPS + 1))
    assert record.all_steps()[3] == before[3]
    assert record.all_steps()[4].seconds > before[3].seconds
    assert record.state()["status"] == FINISHED


def test_a_folder_that_holds_a_run_keeps_it(learned_from, tmp_path):
    for out in ("run", "run-2", "run-3"):
        watch = watch_of(learned_from, tmp_path)
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            watch.begin(fresh_student())
        watch.step(loss=1.0)
        watch.end()
        ours = [str(one.message) for one in said if one.category is RuntimeWarning]
        assert [sentence.endswith(f"{out}.") for sentence in ours] == [True] * (out != "run")
        assert watched.read(tmp_path / out) is not None
    shutil.rmtree(tmp_path / "run")
    assert watched.newest(tmp_path / "run") is None


def test_the_parts_of_a_step_are_its_mean_and_tokens_their_sum(learned_from, tmp_path, always):
    watch = watch_of(learned_from, tmp_path)
    watch.begin(fresh_student())
    for loss in (1.0, 3.0):
        watch.losses(loss_ce=torch.tensor(loss, requires_grad=True), tokens=10)
    watch.step(loss=4.0)
    watch.end()
    (step,) = Opened(tmp_path / "run").all_steps()
    assert (step.loss, step.loss_ce, step.tokens) == (4.0, 2.0, 20)


def test_an_evaluations_losses_are_no_steps(learned_from, tmp_path, always):
    class Evaluates(TrainerCallback):
        def on_step_end(self, args, state, control, **kwargs):
            with torch.no_grad(), torch.random.fork_rng():
                watch.losses(**losses(learned_from[0], kwargs["model"], torch.utils.data.default_collate(rows()[:2])))

    watch = watch_of(learned_from, tmp_path)
    watch.losses(loss=1.0)  # before it began
    trained(tmp_path / "trainer", learned_from[0], fresh_student(), watch, Evaluates())
    plain = watch_of(learned_from, tmp_path, out=tmp_path / "plain")
    trained(tmp_path / "trainer", learned_from[0], fresh_student(), plain)
    one, other = (Opened(tmp_path / name).all_steps() for name in ("run", "plain"))
    assert [step.loss_ce for step in one] == pytest.approx([step.loss_ce for step in other], rel=1e-4)
