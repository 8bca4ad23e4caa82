"""What a student loses: measured against plain numpy, published as printed, and a sentence for every bad file."""

import itertools
import math

import numpy as np
import pytest
import torch
from transformers import BertForMaskedLM, DistilBertForMaskedLM

from distilbert_viz.comparison import share_interval
from distilbert_viz.distillation import quality, sentences
from distilbert_viz.distillation.held_out import MASKED, MOST_BYTES, SEED, lines_of
from distilbert_viz.distillation.masking import IGNORED, mask
from distilbert_viz.figures.savings import published
from distilbert_viz.figures.savings import quality as figures
from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.records import Quality
from distilbert_viz.session import jobs
from distilbert_viz.session.cache import cache
from distilbert_viz.views.savings import measured_quality
from distilbert_viz.views.savings.measured_quality import Text
from tests.support.pages import button, captions, visit
from tests.support.tiny import bert_config, distilbert_config

LINES = sentences.held_out()[:64]


@pytest.fixture(scope="module")
def growing(built_in) -> list[Quality]:
    """Every record of a measurement on 64 sentences: two a batch."""
    return list(quality.measure(built_in, LINES, "64 sentences"))


def log_probabilities(logits: np.ndarray) -> np.ndarray:
    """log softmax in float64, written out."""
    shifted = logits.astype(np.float64) - logits.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


def row_by_row(pair: Pair) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both models' log-probabilities at every masked token, and the true ids: a row at a time, every logit computed."""
    tokenizer, found = pair.teacher.tokenizer, ([], [], [])
    for row, line in enumerate(LINES):
        ids = tokenizer(line)["input_ids"]
        masked, labels = mask(ids, set(tokenizer.all_special_ids), 103, len(tokenizer), MASKED, (SEED, 0, row))
        chosen = labels != IGNORED
        for kept, model in zip(found, pair, strict=False):
            with torch.no_grad():
                kept.append(log_probabilities(model.network(torch.from_numpy(masked)[None]).logits[0].numpy()[chosen]))
        found[2].append(labels[chosen])
    return tuple(map(np.concatenate, found))


def test_the_measured_quality_is_what_plain_numpy_finds_row_by_row(built_in, growing):
    teacher, student, truth = row_by_row(built_in)
    measured, at = growing[-1], np.arange(len(truth))
    assert (measured.rows, measured.tokens) == (64, len(truth))
    assert measured.accuracy == pytest.approx([(p.argmax(-1) == truth).mean() for p in (teacher, student)])
    assert measured.perplexity == pytest.approx([np.exp(-p[at, truth].mean()) for p in (teacher, student)], rel=1e-4)
    assert measured.agreement == pytest.approx((teacher.argmax(-1) == student.argmax(-1)).mean())
    assert measured.kl == pytest.approx((np.exp(teacher) * (teacher - student)).sum(-1).mean(), rel=1e-4)


def test_the_record_grows_batch_by_batch_to_the_whole_text(growing):
    assert len(growing) == 32
    assert [record.rows for record in growing] == list(range(2, 65, 2))
    assert all(before.tokens < after.tokens for before, after in itertools.pairwise(growing))


def test_a_model_agrees_with_itself_in_everything(built_in):
    same = Pair("the teacher twice", built_in.teacher, built_in.teacher, (0,))
    *_, found = quality.measure(same, LINES, "64 sentences")
    assert (found.agreement, found.kl) == pytest.approx((1, 0), abs=1e-6)
    assert found.accuracy[0] == found.accuracy[1]
    assert found.perplexity[0] == found.perplexity[1]


def flat_pair(tokenizer) -> Pair:
    """Two models whose every parameter is 0: they find all words alike."""
    sizes = {"vocab_size": len(tokenizer)}
    models = [BertForMaskedLM(bert_config(1, **sizes)), DistilBertForMaskedLM(distilbert_config(1, **sizes))]
    with torch.no_grad():
        for model in models:
            for parameter in model.parameters():
                parameter.zero_()
    return Pair("flat", *(Model("flat", model.eval(), tokenizer) for model in models), (0,))


def test_a_model_that_finds_all_words_alike_is_as_unsure_as_there_are_words(built_in_tokenizer):
    *_, found = quality.measure(flat_pair(built_in_tokenizer), LINES, "64 sentences")
    assert found.perplexity == pytest.approx((len(built_in_tokenizer),) * 2, rel=1e-4)
    assert found.kl == pytest.approx(0, abs=1e-6)


def test_rows_are_no_longer_than_both_models_have_positions(built_in_tokenizer):
    *_, found = quality.measure(flat_pair(built_in_tokenizer), [" ".join(LINES)], "one long line")
    assert found.rows >= 800 // 38


def test_of_a_long_text_the_first_lines_are_read(built_in_tokenizer, monkeypatch):
    monkeypatch.setattr(quality, "MOST", 120)
    *_, found = quality.measure(flat_pair(built_in_tokenizer), LINES * 100, "a long text")
    assert 110 < found.tokens < 160


@pytest.mark.parametrize("lines", [["Too short."], ["."] * 600])
def test_too_little_text_is_refused_with_the_number_that_is_needed(built_in_tokenizer, lines):
    with pytest.raises(ValueError, match="at least 667 are needed"):
        next(quality.measure(flat_pair(built_in_tokenizer), lines, "a few words"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b" \n\t\n\r\n", "it is empty"),
        (b"\xff\xfe\x00a\x00", "no text in UTF-8"),
        (b"PK\x03\x04\x00\x00", "no text in UTF-8"),
        ("héllo".encode("latin-1"), "no text in UTF-8"),
        (b"a" * (MOST_BYTES + 1), "at most 5 MB"),
    ],
)
def test_what_is_no_text_file_gets_a_sentence(content, words):
    with pytest.raises(ValueError, match=words):
        lines_of(content)


def test_lines_that_say_nothing_are_passed_over():
    assert lines_of("\ufefffirst line\r\n\n  \nsecond — line".encode()) == ["first line", "second — line"]


@pytest.mark.parametrize(("right", "count"), [(0, 10), (3, 10), (400, 1000), (7, 7)])
def test_the_interval_of_a_share_is_wilsons_formula(right, count):
    share, z = right / count, 1.959963984540054
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * math.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    assert share_interval(share, count) == pytest.approx((middle - half, middle + half), abs=1e-9)


def test_the_printed_macro_scores_are_the_means_of_the_tasks_only_with_the_readmes_mnli():
    teacher = [score.teacher for score in published.GLUE]
    readme = [published.MNLI_README if score.task == "MNLI" else score.teacher for score in published.GLUE]
    assert round(np.mean([score.student for score in published.GLUE]), 1) == published.MACRO.student == 77.0
    assert round(np.mean(readme), 1) == published.MACRO.teacher == 79.5
    assert round(np.mean(teacher), 1) != published.MACRO.teacher


def test_the_published_student_keeps_97_percent_and_86_of_rte():
    assert published.MACRO.retained == pytest.approx(0.969, abs=5e-4)
    assert round(100 * published.SCORES["RTE"].retained) == 86
    assert min(published.GLUE, key=lambda score: score.retained).task == "RTE"


def test_the_scores_of_the_two_smallest_tasks_are_whole_numbers_of_answers():
    for task, examples, right in (("RTE", 277, (192, 166)), ("WNLI", 71, (38, 40))):
        score = published.SCORES[task]
        assert [round(100 * n / examples, 1) for n in right] == [score.teacher, score.student]


def test_bars_are_on_one_axis_from_zero_and_the_task_that_loses_most_is_on_top():
    figure = figures.bars(published.GLUE, "light")
    teacher, student, readme = figure.data
    assert figure.layout.yaxis.ticktext[0] == teacher.customdata[0][0] == student.customdata[0][0] == "RTE"
    drawn = dict(zip(figure.layout.yaxis.ticktext, student.x, strict=True))
    assert drawn == {score.task: score.student for score in published.GLUE}
    assert (figure.layout.xaxis.range[0], figure.layout.yaxis.autorange) == (0, "reversed")
    assert (readme.x[0], figure.layout.yaxis.ticktext[round(readme.y[0])]) == (84.7, "MNLI")
    assert len(figures.bars(published.DOWNSTREAM, "light").data) == 2


def test_every_published_number_carries_its_source():
    table = figures.table(tuple(published.SCORES.values()))
    assert len(table["task"]) == 15
    assert all(source.startswith("Sanh et al. 2019 (arXiv 1910.01108), table ") for source in table["source"])


def test_a_measured_share_is_drawn_with_its_interval():
    record = Quality("built-in", "a text", 10, 200, (0.4, 0.3), (20.0, 40.0), 0.6, 0.5)
    bars = {bar.name: bar for bar in figures.measured_bars(record).data}
    student = bars["student finds the true word"]
    low, high = share_interval(0.3, 200)
    assert (student.x[0] - student.error_x.arrayminus[0], student.x[0] + student.error_x.array[0]) == pytest.approx((low, high))
    assert "75.0% of its teacher's" in figures.measured_sentence(record)


def test_a_teacher_that_finds_nothing_has_nothing_to_be_kept():
    record = Quality("built-in", "a text", 10, 200, (0.0, 0.0), (20.0, 40.0), 0.6, 0.5)
    assert figures.measured_score(record).retained is None
    assert "student finds 0.0%" in figures.measured_sentence(record)


@pytest.fixture
def _own_jobs(monkeypatch, no_recordings):
    """The test's own server: no jobs yet, and few sentences."""
    registry = jobs.Jobs()
    monkeypatch.setattr(jobs, "server_jobs", lambda: registry)
    monkeypatch.setattr(sentences, "held_out", lambda: LINES)


@pytest.mark.usefixtures("_own_jobs")
def test_the_page_measures_the_present_pair_when_asked(loaded, growing):
    session = visit("quality")
    assert [metric.value for metric in session.metric] == ["79.5", "77.0", "96.9%"]
    button(session, "Measure").click().run()
    job = jobs.job(measured_quality.key(PairChoice(), Text()))
    assert job.finished.wait(60)
    session.run()
    assert not session.exception
    found = {metric.label: metric.value for metric in session.metric}
    assert found["accuracy, student"] == f"{100 * growing[-1].accuracy[1]:.1f}%"
    assert found["perplexity, teacher"] == f"{growing[-1].perplexity[0]:.3g}"
    assert any("95% interval" in caption for caption in captions(session))


@pytest.mark.usefixtures("_own_jobs")
@pytest.mark.parametrize(
    ("content", "words"), [(None, "it is empty"), (b"\x00\x01\x02", "no text in UTF-8"), (b"Six words are not enough here.", "667")]
)
def test_a_file_that_cannot_be_measured_gets_a_sentence(loaded, content, words):
    session = visit("quality")
    session.segmented_control(key="quality_text").set_value("a text file of mine").run()
    if content is not None:
        session.file_uploader(key="quality_file").upload("**mine**.txt", content, "text/plain").run()
    button(session, "Measure").click().run()
    for job in list(jobs.server_jobs().all().values()):
        assert job.finished.wait(60)
    session.run() if not session.warning else None
    assert words in session.warning[0].value.replace("\\", "")
    assert not session.exception


def test_a_text_is_measured_under_its_own_name_and_shared_by_all_who_give_it():
    mine = measured_quality.key(PairChoice(), Text("mine.txt", b"A text."))
    assert mine == measured_quality.key(PairChoice(), Text("mine.txt", b"A text."))
    others = [Text("yours.txt", b"A text."), Text("mine.txt", b"Another."), Text()]
    assert mine not in [measured_quality.key(PairChoice(), text) for text in others]
    assert mine != measured_quality.key(PairChoice.read("base-uncased"), Text("mine.txt", b"A text."))


def test_without_a_pair_the_published_scores_still_stand(loaded, no_recordings):
    cache().load(PairChoice.read("no such pair")).finished.wait(60)
    session = visit("quality", pair="no such pair")
    assert [metric.value for metric in session.metric] == ["79.5", "77.0", "96.9%"]
    assert not any(found.label == "Measure" for found in session.button)
