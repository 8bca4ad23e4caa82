"""A pair of two classifiers: its soft labels are over classes, of the whole text; and what it can't show is said."""

import json
import re

import numpy as np
import pytest
import torch
from scipy.special import rel_entr, softmax
from transformers import AutoModelForSequenceClassification, BertForMaskedLM
from typer.testing import CliRunner

from distilbert_viz import attribution, comparison, tracing
from distilbert_viz.cli import app
from distilbert_viz.cli.shared import requested
from distilbert_viz.cost import models
from distilbert_viz.cost.loading import loading
from distilbert_viz.distillation.engine import load_teacher
from distilbert_viz.distillation.recipe import RecipeError
from distilbert_viz.pairs import CATALOGUE, load_pair
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.records import AttributionChoices, Intervention
from distilbert_viz.runs import measurements
from distilbert_viz.tracing.stock import stock_model
from tests.support.measured import measurement
from tests.support.pages import captions, plain_words, visit, worked
from tests.support.paths import ROOT
from tests.support.tiny import bert_config, random_model, save_classifier

PAGES = sorted(path.stem for path in (ROOT / "pages").rglob("*.py"))
TEXTS = ["A [MASK] film, and a long one.", "I liked it. [SEP] My brother did not.", "x"]
NAMES = ["NEGATIVE", "POSITIVE"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory, built_in_tokenizer):
    """A teacher whose classes nobody named, and a student whose are."""
    folder = tmp_path_factory.mktemp("classifiers")
    teacher = save_classifier(folder / "teacher", "bert", built_in_tokenizer, ["LABEL_0", "LABEL_1"])
    return teacher, save_classifier(folder / "student", "distilbert", built_in_tokenizer, NAMES, seed=1)


@pytest.fixture(scope="module")
def pair(folders):
    return load_pair(teacher=folders[0], student=folders[1], device="cpu")


@pytest.fixture(scope="module", params=TEXTS, ids=["one sentence", "two sentences", "one word"])
def traces(request, pair):
    return tracing.trace_pair(pair, request.param)


def stock_logits(folder: str, encoding) -> np.ndarray:
    """What transformers' own class makes of a text, loaded anew, as a script of anybody's would."""
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    inputs = {"input_ids": torch.from_numpy(encoding.input_ids)[None]}
    if model.config.model_type == "bert":
        inputs["token_type_ids"] = torch.from_numpy(encoding.token_type_ids)[None]
    with torch.inference_mode():
        return model(**inputs).logits.numpy()


# Loading


def test_both_models_classify_and_the_students_names_stand_for_a_teachers_that_nobody_gave(pair):
    assert {pair.task.name, pair.teacher.task.name, pair.student.task.name} == {"classification"}
    assert pair.teacher.classes == pair.student.classes == ("NEGATIVE", "POSITIVE")


def test_names_are_the_teachers_where_the_student_has_none_and_case_is_no_difference(tmp_path, built_in_tokenizer, folders):
    named = save_classifier(tmp_path / "named", "bert", built_in_tokenizer, ["negative", "positive"])
    unnamed = save_classifier(tmp_path / "unnamed", "distilbert", built_in_tokenizer, ["LABEL_0", "LABEL_1"])
    assert load_pair(teacher=named, student=unnamed, device="cpu").student.classes == ("negative", "positive")
    assert load_pair(teacher=named, student=folders[1], device="cpu").teacher.classes == ("NEGATIVE", "POSITIVE")


def refusal(teacher: str, student: str) -> str:
    """The one sentence with which a pair is refused."""
    with pytest.raises(PairError) as refused:
        load_pair(teacher=teacher, student=student, device="cpu")
    sentence = str(refused.value)
    assert len(sentence.splitlines()) == 1
    assert sentence.endswith(".")
    return sentence


def test_a_classifier_and_a_masked_lm_model_are_no_pair(tmp_path, built_in_tokenizer, folders):
    config = bert_config(4, vocab_size=len(built_in_tokenizer), max_position_embeddings=512)
    random_model(BertForMaskedLM, config).save_pretrained(tmp_path)
    built_in_tokenizer.save_pretrained(tmp_path)
    said = f"{tmp_path} is a masked-LM model and {folders[1]} is a classifier: what they predict can't be compared."
    assert refusal(str(tmp_path), folders[1]) == said


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["LABEL_0", "LABEL_1", "LABEL_2"], "has 2 classes and {} 3, not both with names"),
        (["bad", "positive"], "has the classes negative, positive and {} bad, positive, of which fewer than 2 are the same"),
        (["a\nb", "c" * 99], f"has the classes negative, positive and {{}} a b, {'c' * 40}, of which fewer than 2 are the same"),
    ],
)
def test_fewer_than_two_classes_in_common_are_no_pair(names, said, tmp_path, built_in_tokenizer):
    teacher = save_classifier(tmp_path / "one", "bert", built_in_tokenizer, ["negative", "positive"])
    student = save_classifier(tmp_path / "other", "distilbert", built_in_tokenizer, names)
    assert refusal(teacher, student) == f"{teacher} {said.format(student)}: their soft labels can't be compared."


def test_classes_in_another_order_or_with_more_of_them_are_compared_by_name_on_what_both_have(tmp_path, built_in_tokenizer):
    ours, theirs = ["negative", "neutral", "positive"], ["POSITIVE", "mixed", "NEGATIVE"]
    teacher = save_classifier(tmp_path / "one", "bert", built_in_tokenizer, ours)
    student = save_classifier(tmp_path / "other", "distilbert", built_in_tokenizer, theirs)
    pair = load_pair(teacher=teacher, student=student, device="cpu")
    assert pair.teacher.classes == pair.student.classes == ("POSITIVE", "NEGATIVE")
    traces = tracing.trace_pair(pair, TEXTS[0])
    for model, trace, folder, places in zip(pair, traces, (teacher, student), ([2, 0], [0, 2]), strict=True):
        alone = stock_logits(folder, trace.encoding)[:, places]
        assert np.allclose(tracing.logits(model, trace), alone, rtol=0, atol=1e-5)
        assert np.allclose(tracing.stock_pass(stock_model(model), trace.encoding).logits, alone, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("names", "problem", "said"),
    [
        (["LABEL_0"], None, "predicts a number and no classes, so it has no soft labels."),
        (NAMES, "regression", "predicts a number and no classes, so it has no soft labels."),
        (NAMES, "multi_label_classification", "gives each class a probability of its own, so it has no soft labels over classes."),
    ],
)
def test_what_gives_no_distribution_over_classes_is_refused(names, problem, said, tmp_path, built_in_tokenizer):
    source = save_classifier(tmp_path, "bert", built_in_tokenizer, names, problem_type=problem)
    assert refusal(source, source) == f"{source} {said}"


def test_a_classifier_whose_head_is_lost_is_refused_and_not_made_up(tmp_path, built_in_tokenizer, folders):
    config = bert_config(4, vocab_size=len(built_in_tokenizer), max_position_embeddings=512)
    random_model(BertForMaskedLM, config).save_pretrained(tmp_path)
    built_in_tokenizer.save_pretrained(tmp_path)
    file = tmp_path / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"architectures": ["BertForSequenceClassification"]}))
    assert refusal(str(tmp_path), folders[1]).startswith(f"{tmp_path} can't be loaded: its weights lack 4 of the model's tensors")


def test_the_catalogue_names_a_pair_of_classifiers_and_says_that_nobody_taught_this_student_here():
    card = CATALOGUE["sst-2"]
    assert card.student == "distilbert/distilbert-base-uncased-finetuned-sst-2-english"
    assert "not on this teacher's soft labels" in card.about


# Numbers


def test_logits_are_those_of_the_stock_class_and_one_row_for_the_whole_text(pair, traces, folders):
    for model, trace, folder in zip(pair, traces, folders, strict=True):
        found = tracing.logits(model, trace)
        assert found.shape == (1, 2)
        assert np.allclose(found, stock_logits(folder, trace.encoding), rtol=0, atol=1e-5)
        assert np.allclose(tracing.logits_at(model, trace, 1), found[0], rtol=0, atol=1e-6)


@pytest.mark.parametrize("family", ["bert", "distilbert"])
def test_logits_of_three_classes_are_those_of_the_stock_class(family, tmp_path, built_in_tokenizer):
    source = save_classifier(tmp_path, family, built_in_tokenizer, ["a", "b", "c"], seed=3)
    pair = load_pair(teacher=source, student=source, device="cpu")
    trace = tracing.trace_pair(pair, TEXTS[1]).teacher
    assert np.allclose(tracing.logits(pair.teacher, trace), stock_logits(source, trace.encoding), rtol=0, atol=1e-5)


def test_the_witness_is_the_stock_classifier_and_not_the_recorded_pass(pair, traces, folders):
    for model, trace, folder in zip(pair, traces, folders, strict=True):
        stock = stock_model(model)
        assert type(stock.network).__name__.endswith("ForSequenceClassification")
        seen = tracing.stock_pass(stock, trace.encoding)
        assert np.allclose(seen.logits, stock_logits(folder, trace.encoding), rtol=0, atol=1e-5)
        assert np.allclose(seen.hidden_states, trace.hidden_states, rtol=0, atol=1e-5)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_soft_labels_over_classes_sum_to_one_and_their_kl_is_scipys(pair, traces, temperature):
    both = [tracing.logits(model, trace) for model, trace in zip(pair, traces, strict=True)]
    labels = comparison.soft_labels(*both, pair.teacher.classes, 0, temperature, outcome="class")
    p, q = (softmax(logits[0].astype(float) / temperature) for logits in both)
    assert sorted(labels.names) == NAMES
    assert (labels.teacher.sum(), labels.student.sum()) == (pytest.approx(1, abs=1e-6), pytest.approx(1, abs=1e-6))
    assert labels.teacher == pytest.approx(p[labels.candidates], abs=1e-6)
    assert labels.kl == pytest.approx(rel_entr(p, q).sum(), abs=1e-6)


def test_every_layers_reading_is_the_head_on_its_cls_and_the_last_is_the_prediction(pair, traces):
    for model, trace in zip(pair, traces, strict=True):
        shown = tracing.predictions(model, trace, 1)
        assert (shown.position, shown.outcome, shown.probabilities.shape) == (0, "class", (trace.layers + 1, 2))
        last = softmax(tracing.logits(model, trace)[0])
        order = [NAMES.index(name) for name in shown.names[-1]]
        assert shown.probabilities[-1] == pytest.approx(last[order], abs=1e-6)


def test_a_head_that_is_off_moves_the_label_as_the_stock_model_says(pair, folders):
    before = tracing.trace_pair(pair, TEXTS[1])
    found = tracing.what_if(pair, before, Intervention(((1, 0), (1, 2)), ((0, 1),), swapped=True))
    witness = tracing.stock_what_if(tuple(map(stock_model, pair)), found)
    for model, after, seen in zip(pair, found.after, witness, strict=True):
        assert seen.logits.shape == (1, 2)
        assert np.allclose(tracing.logits(model, after), seen.logits, rtol=0, atol=1e-5)


def test_the_sweep_is_the_kl_of_the_whole_text_without_each_head(pair):
    before = tracing.trace_pair(pair, TEXTS[0])
    *_, found = tracing.sweep(pair, before.encoding, 3, 2.0)
    assert (found.position, found.teacher.shape, found.student.shape) == (0, (4, 3), (2, 3))
    without = tracing.what_if(pair, before, Intervention(student_off=((1, 2),)))
    p, q = (softmax(tracing.logits(pair.student, t.student)[0].astype(float) / 2) for t in (before, without.after))
    assert found.student[1, 2] == pytest.approx(rel_entr(p, q).sum(), abs=1e-6)


def test_what_a_class_owes_to_its_tokens_adds_up_to_its_log_probability(pair):
    encoding = tracing.trace_pair(pair, TEXTS[0]).encoding
    pad = pair.teacher.tokenizer.pad_token_id
    *_, found = attribution.attribute(pair, encoding, AttributionChoices(0, 1, pad, 200))
    for part, model, folder in zip(found[:2], pair, (0, 1), strict=True):
        logits = tracing.logits(model, tuple(tracing.trace_pair(pair, TEXTS[0]))[folder])[0]
        assert part.output == pytest.approx(float(np.log(softmax(logits))[1]), abs=1e-5)
        assert part.total == pytest.approx(part.gap, abs=abs(part.delta) + 1e-4)


def test_a_classifier_cannot_teach_masked_words(folders):
    with pytest.raises(RecipeError, match="has no masked-language-modelling head"):
        load_teacher(folders[0])


# Pages


@pytest.fixture(scope="module")
def shown(folders):
    """The pair on the server's shelf, as the address names it."""
    from distilbert_viz.pairs.choice import PairChoice
    from distilbert_viz.session import jobs
    from distilbert_viz.session.cache import cache

    name = "|".join(folders)
    waiting = cache().load(PairChoice.read(name))
    assert waiting.finished.wait(120)
    assert waiting.error is None
    yield name
    for job in list(jobs.server_jobs().all().values()):  # a thread inside torch when Python ends would take the process down
        job.stop()
        assert job.finished.wait(60)


def words(session) -> str:
    """All that the page says in words, without Markdown's escapes."""
    kinds = (session.markdown, session.caption, session.info, session.warning, session.subheader)
    found = " ".join(plain_words(element.value) for kind in kinds for element in kind)
    return found.replace("\\", "")


SAID = {
    "soft_labels": ["none to a token: no table of every position", "The teacher itself calls them LABEL_0, LABEL_1"],
    "hidden_states": ["or for the whole text where its task is about that"],
    "attribution": ["for the whole text, T = 1."],
    "one_step": ["it can't teach here"],
    "live_run": ["it can't teach here", "Runs that were made from other teachers"],
    "race": ["it can't teach here"],
    "quality": ["accuracy and perplexity on such words are not defined", "Why RTE"],
}


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_two_classifiers_or_says_what_it_cannot_show(page, shown):
    session = visit(page, "A fine film, and a long one.", pair=shown)
    assert not session.warning
    for sentence in SAID.get(page, ()):
        assert sentence in words(session)
    for check in (caption for caption in captions(session) if caption.startswith("checked against the model:")):
        numbers = [float(number) for number in re.findall(r"\d\.\de[+-]\d+", check)]
        allowed = numbers[2] if len(numbers) > 2 else 0
        assert max(numbers[:2]) <= 1.05 * allowed + 2e-5, check


def test_the_pages_of_soft_labels_are_checked_and_name_the_classes(shown):
    session = visit("soft_labels", pair=shown)
    assert sum("checked against the model" in caption for caption in captions(session)) == 1
    figure = json.loads(session.get("plotly_chart")[0].proto.spec)
    assert sorted(figure["layout"]["yaxis"]["ticktext"]) == NAMES
    metrics = {metric.label: metric.value for metric in session.metric}
    assert metrics["soft label of"] == "the whole text"


def test_a_class_called_like_markup_is_shown_as_it_is_written(tmp_path, built_in_tokenizer):
    from distilbert_viz.pairs.choice import PairChoice
    from distilbert_viz.session.cache import cache

    folder = save_classifier(tmp_path, "distilbert", built_in_tokenizer, ["<b>*bad*</b>", ":red[good] $x$"])
    assert cache().load(PairChoice.read(f"{folder}|{folder}")).finished.wait(60)
    for page in ("soft_labels", "hidden_states", "attribution", "architecture", "what_if"):
        session = visit(page, pair=f"{folder}|{folder}")
        raw = " ".join(element.value for kind in (session.markdown, session.caption) for element in kind)
        assert ":red[good] $" not in raw
    figure = json.loads(visit("soft_labels", pair=f"{folder}|{folder}").get("plotly_chart")[0].proto.spec)
    assert "<b>" not in "".join(figure["layout"]["yaxis"]["ticktext"])


def test_several_texts_have_a_soft_label_each(shown):
    session = visit("soft_labels", pair=shown, text_2=TEXTS[0])
    assert words(session).count("soft label of the whole text") == 2
    assert all("NEGATIVE" in chart.proto.spec for chart in session.get("plotly_chart"))


def test_every_head_off_in_turn_moves_the_soft_label_of_the_whole_text(shown):
    session = visit("what_if", TEXTS[0], pair=shown)
    worked(session)
    assert "For the whole text, T = 2." in words(session)


def test_a_class_is_what_is_attributed(shown):
    session = visit("attribution", pair=shown)
    box = session.selectbox(key="candidate")
    assert (box.label, sorted(box.options)) == ("Class that is predicted", NAMES)


def test_a_fine_tuned_pair_is_counted_as_classifiers_and_the_pooler_is_seen_to_go(shown):
    session = visit("size", pair=shown, cost_pair="the present pair")
    said = words(session)
    assert re.search(r"\*\*Removed\*\*:.* pooler \(600 parameters\)", said)
    assert re.search(r"\*\*Added\*\*:.*classification head: pre-classifier \(600 parameters\)", said)
    assert re.search(r"\*\*Kept\*\*:.*classification head: classifier \(50 parameters\)", said)


def test_the_way_back_from_what_cannot_be_shown_is_a_press_away(shown):
    session = visit("one_step", pair=shown)
    assert any(button.label == "Open the built-in pair" for button in session.button)


def test_no_quality_is_offered_where_none_is_defined(shown):
    session = visit("quality", pair=shown)
    assert not any(button.label == "Measure" for button in session.button)


def test_a_case_that_asks_about_quality_says_that_it_is_not_defined_for_two_classifiers(shown, monkeypatch, tmp_path):
    monkeypatch.setenv("DISTILBERT_VIZ_RUNS", str(tmp_path / "runs"))
    measurements.keep(measurement(pair=shown.replace("|", " → ")))
    session = visit("which_one", pair=shown, cost_pair="the present pair")
    assert "accuracy and perplexity on such words are not defined" in words(session)
    assert session.table
    session.pills(key="preset_teacher").set_value("Critical decisions").run()
    assert session.warning[0].value.endswith("choose another case, or the full sizes.")
    assert not session.table


# Commands


def typed(folders: tuple[str, str], *arguments: object):
    """What the command line answers about the pair."""
    own = ("--teacher", folders[0], "--student", folders[1])
    return CliRunner().invoke(app, list(map(str, (*arguments, *own))), env={"COLUMNS": "100"})


def test_soft_labels_from_a_shell_are_of_the_whole_text(folders, pair):
    answer = json.loads(typed(folders, "soft-labels", TEXTS[0], "--json").stdout)
    (label,) = answer["positions"]
    before = tracing.trace_pair(pair, TEXTS[0])
    p, q = (softmax(tracing.logits(m, t)[0].astype(float) / 2) for m, t in zip(pair, before, strict=True))
    assert label["kl"] == pytest.approx(rel_entr(p, q).sum(), abs=1e-6)
    assert sorted(candidate["class"] for candidate in label["candidates"]) == NAMES
    shown = typed(folders, "soft-labels", TEXTS[0]).stdout
    assert "the whole text, T = 2" in shown
    assert "POSITIVE" in shown


@pytest.mark.parametrize("command", ["soft-labels", "report"])
def test_a_position_means_nothing_to_two_classifiers(command, folders, tmp_path):
    out = ("--out", tmp_path / "x.html") if command == "report" else ()
    answer = typed(folders, command, TEXTS[0], "--position", 1, *out)
    assert (answer.exit_code, answer.stderr.strip()) == (
        2,
        "Two classifiers have one soft label for the whole text: leave --position out.",
    )


def test_a_trace_from_a_shell_has_one_row_of_logits_and_the_names_of_the_classes(folders, pair, tmp_path):
    file = tmp_path / "trace.npz"
    assert typed(folders, "trace", TEXTS[0], "--out", file).exit_code == 0
    arrays = np.load(file)
    axes = json.loads(str(arrays["axes"]))
    assert (arrays["classes"].tolist(), axes["teacher.logits"]) == (NAMES, ["text", "class"])
    trace = tracing.trace_pair(pair, TEXTS[0]).teacher
    assert np.allclose(arrays["teacher.logits"], tracing.logits(pair.teacher, trace), atol=1e-6)


def test_a_report_from_a_shell_says_whose_soft_labels_it_shows(folders, tmp_path):
    file = tmp_path / "report.html"
    assert typed(folders, "report", TEXTS[0], "--out", file).exit_code == 0
    page = file.read_text(encoding="utf-8")
    assert "<h2>Soft labels of the whole text</h2>" in page
    assert "<bdi>NEGATIVE</bdi>" in page
    assert "vocabulary, teacher → student" not in page


def test_size_from_a_shell_counts_classifiers_as_classifiers(folders):
    answer = json.loads(typed(folders, "size", "--json").stdout)
    assert answer["teacher"]["class"] == "BertForSequenceClassification"
    counted = sum(p.numel() for p in AutoModelForSequenceClassification.from_pretrained(folders[1]).parameters())
    assert answer["student"]["parameters"] == counted
    assert json.loads(typed(folders, "size", "--form", "encoder", "--json").stdout)["teacher"]["class"] == "BertModel"


def test_bench_from_a_shell_measures_classifiers_as_classifiers(folders):
    request = requested(None, *folders)
    both = tuple(models.ready(request, config) for config in models.configurations(request))
    assert (request.form, [model.name for model in both]) == (
        "classification",
        ["BertForSequenceClassification", "DistilBertForSequenceClassification"],
    )
    assert all(seconds > 0 for times in loading(request, both) for seconds in times)
    assert requested(None, *folders, form="encoder").form == "encoder"
