"""What a pair costs: counted, compared with the published sizes, and checked against torch's own counters."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch.utils.flop_counter import FlopCounterMode
from transformers import BertForMaskedLM, DistilBertForMaskedLM

from distilbert_viz import cost
from distilbert_viz.figures.savings import computation as computation_figures
from distilbert_viz.figures.savings import cost as figures
from tests.support.counted import models, sizes
from tests.support.pages import captions, visit
from tests.support.tiny import bert_config, distilbert_config, random_model

PUBLISHED = {
    "as pre-trained": (110_106_428, 66_985_530),
    "encoder": (109_482_240, 66_362_880),
    "masked LM": (109_514_298, 66_985_530),
}
PAGES = ["size", "arithmetic"]
ODD = (bert_config(5, type_vocab_size=3), distilbert_config(2, n_heads=4, hidden_dim=56))


def parts(size) -> dict[str, int]:
    """Parameters by the component's name."""
    return {component.name: component.parameters for component in size.components}


def verdicts(configs, form: str) -> dict[str, str]:
    """What became of each size and component."""
    return {change.what: change.verdict for change in cost.changes(*sizes(configs, form))}


@pytest.mark.parametrize("form", PUBLISHED)
def test_the_published_models_have_the_parameters_that_were_counted_elsewhere(form):
    assert tuple(size.parameters for size in sizes(cost.FULL_SIZE, form)) == PUBLISHED[form]


def test_the_components_of_the_published_models_have_the_known_sizes():
    teacher, student = (parts(size) for size in sizes(cost.FULL_SIZE, "as pre-trained"))
    embeddings = [sum(count for name, count in found.items() if name.startswith("embeddings")) for found in (teacher, student)]
    blocks = [sum(count for name, count in found.items() if name.startswith("L1:")) for found in (teacher, student)]
    assert embeddings == [23_837_184, 23_835_648]
    assert blocks == [7_087_872, 7_087_872]
    assert (teacher["pooler"], teacher["embeddings: segment"], teacher["embeddings: word"]) == (590_592, 2 * 768, 30_522 * 768)


@pytest.mark.parametrize("form", cost.CLASSES)
@pytest.mark.parametrize("configs", [cost.FULL_SIZE, ODD], ids=["full size", "odd"])
def test_every_parameter_lies_in_exactly_one_named_component(configs, form):
    for model in models(configs, form):
        size = cost.model_size(model)
        assert sum(parts(size).values()) == size.parameters == sum(p.numel() for p in model.network.parameters())
        assert "other" not in parts(size)


def test_a_model_without_weights_counts_as_the_loaded_one_does(built_in):
    for loaded_model, size in zip(built_in, sizes([m.network.config for m in built_in], "masked LM"), strict=True):
        assert size.parameters == sum(p.numel() for p in loaded_model.network.parameters())
        assert parts(size) == parts(cost.model_size(loaded_model))


def test_counting_takes_no_memory():
    model = cost.weightless(cost.FULL_SIZE[0], "masked LM")
    assert {p.device.type for p in model.network.parameters()} == {"meta"}


def test_a_projection_that_is_not_tied_is_counted_and_a_tied_one_is_not():
    tied, free = (cost.model_size(cost.weightless(bert_config(tie_word_embeddings=tie), "masked LM")) for tie in (True, False))
    assert tied.tied == 60 * 24 + 60
    assert free.parameters - tied.parameters == tied.tied  # transformers ties the bias too
    assert parts(free)["masked-LM head: projection"] - parts(tied)["masked-LM head: projection"] == tied.tied


def test_distilberts_removals_are_found_by_comparing():
    found = verdicts(cost.FULL_SIZE, "as pre-trained")
    removed = {"embeddings: segment", "pooler", "next-sentence head: classifier"}
    assert {what for what, verdict in found.items() if verdict == "removed"} == removed
    assert {what for what, verdict in found.items() if verdict == "reduced"} == {"encoder layers"}
    assert {found[what] for what in ("hidden size", "attention heads a layer", "feed-forward size", "positions")} == {"kept"}


def test_a_classifier_puts_back_a_layer_as_large_as_the_pooler():
    found = {change.what: change for change in cost.changes(*sizes(cost.FULL_SIZE, "classification"))}
    assert found["classification head: pre-classifier"].verdict == "added"
    assert found["classification head: pre-classifier"].student == found["pooler"].teacher == 590_592


def test_a_pair_nobody_thought_of_is_compared_rightly():
    found = verdicts(ODD, "masked LM")
    assert found["encoder layers"] == "reduced"
    assert found["attention heads a layer"] == found["feed-forward size"] == found["each layer's feed-forward"] == "enlarged"
    assert found["hidden size"] == found["each layer's attention"] == "kept"
    assert found["embeddings: segment"] == "removed"


def test_a_student_that_is_its_teachers_double_loses_nothing():
    assert set(verdicts((ODD[1], ODD[1]), "masked LM").values()) == {"kept"}


def test_another_activation_is_a_change_and_neither_more_nor_less():
    assert verdicts((bert_config(), distilbert_config(activation="relu")), "encoder")["activation"] == "changed"


@pytest.mark.parametrize("form", cost.CLASSES)
@pytest.mark.parametrize(("length", "batch"), [(1, 1), (7, 3), (40, 2)])
def test_twice_the_macs_are_what_torch_counts_to_the_last_operation(form, length, batch):
    for model in models(ODD, form):
        expected = cost.computation(model.name, model.architecture, length, batch)
        assert cost.operations_counted(model, length, batch) == 2 * expected.macs


@pytest.mark.parametrize("form", cost.CLASSES)
def test_the_same_holds_at_full_size(form):
    for model in models(cost.FULL_SIZE, form):
        assert cost.operations_counted(model, 128, 2) == 2 * cost.computation(model.name, model.architecture, 128, 2).macs


def gradient() -> torch.Tensor:
    """What another visitor may be waiting for: the gradient of a module's input."""
    words = torch.ones(1, 2, requires_grad=True)
    (found,) = torch.autograd.grad(torch.nn.Linear(2, 2)(words).sum(), words)
    return found


def test_while_operations_are_counted_another_thread_finds_its_gradients():
    (model, _), found = models(ODD, "encoder"), []
    with ThreadPoolExecutor(1) as another:
        model.network.register_forward_hook(lambda *_: found.append(another.submit(gradient).result()))
        cost.operations_counted(model, 3, 1)
    assert [one.shape for one in found] == [(1, 2)]


@pytest.mark.parametrize(
    ("kind", "config"), [(BertForMaskedLM, bert_config()), (DistilBertForMaskedLM, distilbert_config())], ids=["bert", "distilbert"]
)
def test_a_pass_with_real_weights_takes_as_many_operations_as_one_without(kind, config):
    network = random_model(kind, config)
    network.set_attn_implementation("eager")
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(torch.zeros((2, 9), dtype=torch.long))
    assert counter.get_total_flops() == cost.operations_counted(cost.weightless(config, "masked LM"), 9, 2)


def ratio(form: str, length: int) -> float:
    """How many times less arithmetic the published student takes."""
    teacher, student = models(cost.FULL_SIZE, form)
    macs = [cost.computation(m.name, m.architecture, length, 1).macs for m in (teacher, student)]
    return macs[0] / macs[1]


@pytest.mark.parametrize("length", [32, 128, 512])
def test_the_published_student_halves_the_encoder_and_the_classifier_but_not_the_vocabulary_projection(length):
    assert ratio("encoder", length) == pytest.approx(2, abs=0.01)
    assert ratio("classification", length) == pytest.approx(2, abs=0.01)
    assert ratio("masked LM", length) == pytest.approx(1.65, abs=0.015)


def test_attentions_quadratic_part_grows_to_a_tenth_of_a_full_length_encoder():
    teacher, _ = models(cost.FULL_SIZE, "encoder")
    found = [cost.computation(teacher.name, teacher.architecture, n, 1) for n in (64, 512)]
    shares = [next(o.macs for o in c.operations if o.name == computation_figures.OVER_TOKENS) / c.macs for c in found]
    assert shares == pytest.approx([64 / (6 * 768 + 64), 512 / (6 * 768 + 512)], rel=1e-3)


def test_the_treemap_is_on_one_scale_and_every_area_is_the_sum_of_its_parts():
    both = sizes(cost.FULL_SIZE, "as pre-trained")
    trace = figures.treemap(both, "light").data[0]
    values = dict(zip(trace.ids, trace.values, strict=True))
    for parent in set(trace.parents) - {""}:
        children = [i for i, above in zip(trace.ids, trace.parents, strict=True) if above == parent]
        assert values[parent] == sum(values[child] for child in children)
    assert (values["teacher"], values["student"]) == PUBLISHED["as pre-trained"]


def test_the_table_of_components_adds_up_and_keeps_the_layers_in_order():
    table = figures.parameters_table(sizes(cost.FULL_SIZE, "masked LM"))
    assert (table["teacher"][-1], table["student"][-1]) == PUBLISHED["masked LM"]
    layers = [name.split(":")[0] for name in table["component"] if name.endswith("attention")]
    assert layers == [f"L{layer}" for layer in range(12)]
    assert table["student"][table["component"].index("L6: attention")] == 0


def test_float32_takes_four_bytes_a_parameter_and_a_missing_file_is_no_zero():
    both = sizes(cost.FULL_SIZE, "as pre-trained")
    table = figures.bytes_table(both, (None, None))
    assert (table["teacher, MB"][0], table["student, MB"][0]) == pytest.approx((440.425712, 267.94212))
    assert "file on disk" not in table[""]
    assert figures.bytes_table(both, (None, 3))["saved, MB"][-1] is None


def test_the_file_of_the_built_in_student_holds_its_float16_parameters(built_in):
    found = cost.file_bytes(built_in.student.network.name_or_path)
    parameters = sum(p.numel() for p in built_in.student.network.parameters())
    assert 0 < found - 2 * parameters < 20_000


@pytest.mark.parametrize("source", ["no/such-model", "no such folder", "/"])
def test_weights_that_are_not_here_have_no_file(source):
    assert cost.file_bytes(source) is None


def test_what_is_quoted_stands_beside_what_was_counted():
    all_sizes = {form: sizes(cost.FULL_SIZE, form) for form in cost.CLASSES}
    computed = {f: tuple(cost.computation(s.class_name, s.architecture, 128, 1) for s in both) for f, both in all_sizes.items()}
    counted = figures.claims_table(all_sizes, computed)["counted"]
    assert counted[0] == "12 → 6"
    assert "encoder 109.48 M → 66.36 M" in counted[1]
    assert "as pre-trained 440.4 MB → 267.9 MB" in counted[2]
    assert "encoder 39.4%" in counted[3]
    assert "encoder 50.0%" in counted[4]


def test_a_count_that_is_wrong_is_said():
    both = sizes(ODD, "masked LM")
    wrong = dataclasses.replace(both[0], parameters=both[0].parameters + 5)
    assert "differ by -5 and 0" in figures.check_sentence((wrong, both[1]))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("pair", ["the present pair", "BERT-base and DistilBERT at full size"])
@pytest.mark.parametrize("form", cost.CLASSES)
def test_the_pages_checks_find_no_difference(loaded, page, pair, form):
    session = visit(page)
    session.segmented_control(key="cost_pair").set_value(pair).run()
    session.segmented_control(key=form_key(page)).set_value(form).run()
    assert not session.exception, session.exception
    check = next(caption for caption in captions(session) if caption.startswith("checked against"))
    said = "differ by 0 and 0" if page == "size" else "operations, 0 from twice the MACs; student"
    assert said in check
    assert page == "size" or check.count(" 0 from twice") == 2
    assert any("**random weights**" in caption for caption in captions(session)) == (pair != "the present pair")


def form_key(page: str) -> str:
    """The key of "Counted as" on a page."""
    return {"size": "cost_as_pre-trained", "arithmetic": "cost_masked_LM"}[page]


def test_the_sliders_move_the_count(loaded):
    session = visit("arithmetic")
    before = macs(session)
    session.slider(key="cost_batch").set_value(4).run()
    assert macs(session) == pytest.approx(4 * before, rel=0.01)


def macs(session: AppTest) -> float:
    """The teacher's headline, in G MACs."""
    return float(session.metric[0].value.split()[0].replace(",", ""))


@pytest.mark.parametrize("page", PAGES)
def test_the_full_sizes_need_no_text(loaded, page):
    session = visit(page, "")
    assert session.metric
    assert not session.exception


def test_a_pair_that_cannot_be_loaded_leaves_the_full_sizes(loaded):
    from distilbert_viz.pairs.choice import PairChoice
    from distilbert_viz.session.cache import cache

    cache().load(PairChoice.read("no such pair")).finished.wait(60)
    assert visit("size", pair="no such pair").metric
    session = visit("size", pair="no such pair", cost_pair="the present pair")
    session.segmented_control(key="cost_pair").set_value("the present pair").run()
    assert not session.metric
    assert not session.exception
