"""One token's part from the teacher, floors, and the missing segment vector, each against hooks on stock models."""

import numpy as np
import pytest
import torch
from transformers import BertForMaskedLM, DistilBertForMaskedLM

from distilbert_viz import tracing
from distilbert_viz.pairs.models import Pair
from distilbert_viz.tracing.shuffled import elsewhere, without_learning
from distilbert_viz.tracing.stock import stock_model
from distilbert_viz.tracing.stock_lost import stock_floors
from distilbert_viz.tracing.stock_patched import stock_patches, stock_segment_cost
from tests.support.paths import ROOT

BUILT_IN = ROOT / "distilbert_viz" / "builtin"
TEXT = "The dog chased the [MASK] up a tree."


@pytest.fixture(scope="module")
def stocks():
    """The built-in pair as transformers loads it."""
    options = {"dtype": torch.float32, "attn_implementation": "eager"}
    kinds = {"teacher": BertForMaskedLM, "student": DistilBertForMaskedLM}
    return tuple(kind.from_pretrained(BUILT_IN / name, **options).eval() for name, kind in kinds.items())


@pytest.fixture(scope="module")
def read(built_in):
    """The text's traces and the place of its mask."""
    traces = tracing.trace_pair(built_in, TEXT)
    return traces, traces.encoding.mask_positions[0]


def replaced(module: torch.nn.Module, token: int, value: torch.Tensor, run):
    """What `run` gives while `module` puts out `value` at `token`."""

    def put(_module, _inputs, output):
        changed = output.clone()
        changed[0, token] = value
        return changed

    handle = module.register_forward_hook(put)
    try:
        return run()
    finally:
        handle.remove()


def kept(module: torch.nn.Module, run) -> torch.Tensor:
    """What `module` puts out (token, hidden) while `run` runs."""
    seen = []
    handle = module.register_forward_hook(lambda _module, _inputs, output: seen.append(output[0]))
    run()
    handle.remove()
    return seen[0]


@torch.no_grad()
def by_hooks(stocks, traces, at: int, part: str, row: int, token: int) -> float:
    """KL(teacher || student) at the mask, with one part of the student from the teacher."""
    teacher, student = stocks
    ids = torch.from_numpy(traces.encoding.input_ids)[None]
    layers, blocks = teacher.bert.encoder.layer, student.distilbert.transformer.layer
    started = traces.initial_layers
    if part == "state":
        ours = student.distilbert.embeddings if row == 0 else blocks[row - 1]
        theirs = teacher.bert.embeddings if row == 0 else layers[started[row - 1]]
    elif part == "attention_output":
        ours, theirs = blocks[row].attention.out_lin, layers[started[row]].attention.output.dense
    else:
        ours, theirs = blocks[row].ffn, layers[started[row]].output.dense
    value = kept(theirs, lambda: teacher(ids))[token]
    logits = replaced(ours, token, value, lambda: student(ids).logits)[0, at]
    p, q = (x.double().log_softmax(-1) for x in (teacher(ids).logits[0, at], logits))
    return float((p.exp() * (p - q)).sum())


@pytest.mark.parametrize(("part", "rows"), [("state", 4), ("attention_output", 3), ("feed_forward", 3)])
def test_every_cell_of_the_token_map_is_what_hooks_on_stock_models_give(built_in, stocks, read, part, rows):
    traces, at = read
    *before, found = tracing.patches(built_in, traces, at, part)
    assert found.kl.shape == (rows, len(traces.encoding)) == (tracing.patch_rows(built_in, part), len(traces.encoding))
    assert [one.done for one in before] == list(range(1, rows))
    assert np.isnan(before[0].kl[1:]).all()
    for row, token in np.ndindex(found.kl.shape):
        assert found.kl[row, token] == pytest.approx(by_hooks(stocks, traces, at, part, row, token), abs=1e-4)
    assert found.shares == pytest.approx(1 - found.kl / found.student_kl)


def test_many_tokens_are_read_on_in_parts_and_give_the_same(built_in, read, monkeypatch):
    traces, at = read
    *_, whole = tracing.patches(built_in, traces, at, "state")
    monkeypatch.setattr("distilbert_viz.tracing.patching.TOKENS_AT_ONCE", 30)
    *_, parts = tracing.patches(built_in, traces, at, "state")
    assert parts.kl == pytest.approx(whole.kl, abs=1e-5)


def test_a_state_of_another_token_is_a_floor_far_below(built_in, read):
    traces, at = read
    *_, floor = tracing.patches(built_in, traces, at, "another token's state")
    *_, found = tracing.patches(built_in, traces, at, "state")
    assert floor.shares[:, at].max() < found.shares[:, at].min() < 1
    assert floor.kl.shape == found.kl.shape


def test_elsewhere_leaves_no_token_in_its_place():
    for seed in range(20):
        places = elsewhere(9, seed)
        assert sorted(places) == list(range(9))
        assert not (places == np.arange(9)).any()
    assert elsewhere(1, 0).tolist() == [0]


def test_a_layer_without_learning_has_the_same_entries_in_other_places(built_in):
    layer = built_in.student.layers[0]
    before = {name: tensor.clone() for name, tensor in layer.named_parameters()}
    shuffled = dict(without_learning(layer, 3).named_parameters())
    for name, tensor in before.items():
        assert torch.equal(shuffled[name].flatten().sort().values, tensor.flatten().sort().values)
        assert torch.equal(shuffled[name], tensor) == (tensor.ndim == 1)
        assert torch.equal(dict(layer.named_parameters())[name], tensor)  # the model is as it was


def test_floors_are_far_above_what_is_handed_over(built_in, read):
    traces, at = read
    found, curve = tracing.floors(built_in, traces, at, draws=2), tracing.hand_over(built_in, traces, at, whole=False).curve
    assert found.shuffled.shape == found.random_layer.shape == (4,)
    assert np.isnan(found.random_layer[0])
    assert (found.shuffled > 3 * np.array(curve)).all()
    assert (found.random_layer[1:] > 2 * np.array(curve[1:])).all()


@torch.no_grad()
def test_the_segment_vector_is_what_a_student_with_it_in_its_positions_says(built_in, stocks, read):
    traces, at = read
    teacher, student = stocks
    ids = torch.from_numpy(traces.encoding.input_ids)[None]
    label = teacher(ids).logits[0, at].double().log_softmax(-1)

    def kl(model) -> float:
        says = model(ids).logits[0, at].double().log_softmax(-1)
        return float((label.exp() * (label - says)).sum())

    found = tracing.segment_cost(built_in, traces, at)
    assert found.student == pytest.approx(kl(student), abs=1e-5)
    folded = DistilBertForMaskedLM(student.config).eval()
    folded.load_state_dict(student.state_dict())
    folded.tie_weights()
    folded.distilbert.embeddings.position_embeddings.weight += teacher.bert.embeddings.token_type_embeddings.weight[0]
    assert found.student_folded == pytest.approx(kl(folded), abs=1e-5)
    assert (found.segments, found.position) == (1, at)


def test_a_fresh_copy_is_the_student_that_a_run_starts_with(built_in, read):
    from distilbert_viz.distillation.engine import load_teacher
    from distilbert_viz.distillation.initialisation import student_from_teacher

    traces, at = read
    copy = student_from_teacher(load_teacher(str(BUILT_IN / "teacher")), traces.initial_layers).eval()
    ids = torch.from_numpy(traces.encoding.input_ids)[None]
    with torch.no_grad():
        says = copy(ids, torch.ones_like(ids), torch.ones_like(ids).bool()).logits[at].double().log_softmax(-1)
        label = torch.from_numpy(tracing.logits(built_in.teacher, traces.teacher)[at]).double().log_softmax(-1)
    found = tracing.segment_cost(built_in, traces, at)
    assert found.copy == pytest.approx(float((label.exp() * (label - says)).sum()), abs=1e-4)


def test_where_no_segment_is_missing_there_is_no_cost(built_in, read):
    _, at = read
    twins = Pair("twins", built_in.teacher, built_in.teacher, tuple(range(6)))
    assert tracing.segment_cost(twins, tracing.trace_pair(twins, TEXT), at) is None


def test_the_witnesses_of_the_page_find_the_same(built_in, read):
    traces, at = read
    ours = tuple(map(stock_model, built_in))
    shuffled, random_layer = stock_floors(ours, traces, at, 2)
    found = tracing.floors(built_in, traces, at, draws=2)
    assert found.shuffled == pytest.approx(shuffled, abs=1e-3)
    assert found.random_layer[1:] == pytest.approx(random_layer, abs=1e-3)
    for part in tracing.PARTS:
        *_, map_ = tracing.patches(built_in, traces, at, part)
        assert map_.kl[:, [0, at, 7]] == pytest.approx(stock_patches(ours, traces, at, part, (0, at, 7)), abs=1e-3)
    for text in (TEXT, "The cat sat. [SEP] It fell [MASK]."):
        both = tracing.trace_pair(built_in, text)
        place = both.encoding.mask_positions[0]
        cost, seen = tracing.segment_cost(built_in, both, place), stock_segment_cost(ours, both, place)
        assert [cost.student, cost.student_folded, cost.copy, cost.copy_folded] == pytest.approx(
            [seen.student, seen.student_folded, seen.copy, seen.copy_folded], abs=1e-4
        )
        assert cost.segments == seen.segments


def test_many_texts_have_the_mean_and_the_deviation_of_their_numbers(built_in):
    lines = [TEXT, "?", "The cat sat on the mat.", "", "He drank a cup of [MASK]."]
    *_, (ours, theirs) = tracing.over_texts(built_in, tuple(map(stock_model, built_in)), lines)
    assert ours.texts == 4  # there is nothing to read in an empty line
    masked = tracing.trace_pair(built_in, TEXT)
    first = tracing.hand_over(built_in, masked, masked.encoding.mask_positions[0])
    (start, _), *_ = tracing.over_texts(built_in, tuple(map(stock_model, built_in)), lines)
    assert start.student_then_teacher == pytest.approx(first.student_then_teacher.kl)
    assert start.curve == pytest.approx(first.curve)
    assert not start.student_then_teacher_deviation.any()
    assert ours.student_then_teacher == pytest.approx(theirs.student_then_teacher, abs=1e-3)
    assert ours.teacher_then_student_deviation == pytest.approx(theirs.teacher_then_student_deviation, abs=1e-3)
    alone = [next(tracing.over_texts(built_in, tuple(map(stock_model, built_in)), [line]))[0] for line in (TEXT, lines[-1])]
    *_, (both, _) = tracing.over_texts(built_in, tuple(map(stock_model, built_in)), [TEXT, lines[-1]])
    values = np.array([one.teacher_then_student for one in alone])
    assert both.teacher_then_student == pytest.approx(values.mean(0), abs=1e-5)
    assert both.teacher_then_student_deviation == pytest.approx(values.std(0, ddof=1), abs=1e-5)
    assert both.student == pytest.approx(np.mean([one.student for one in alone]))
