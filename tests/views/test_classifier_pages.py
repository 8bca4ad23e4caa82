"""A pair of two classifiers on every page: what its soft labels are over, and what it can't show, is said."""

import json
import re

import pytest

from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.runs import measurements
from distilbert_viz.session.cache import cache
from tests.support.classifiers import NAMES, TEXTS
from tests.support.measured import measurement
from tests.support.pages import captions, end_jobs, visit, words, worked
from tests.support.paths import ROOT
from tests.support.tiny import save_classifier

PAGES = sorted(path.stem for path in (ROOT / "pages").rglob("*.py"))


@pytest.fixture(scope="module")
def shown(classifier_folders):
    """The pair on the server's shelf, as the address names it."""
    name = "|".join(classifier_folders)
    waiting = cache().load(PairChoice.read(name))
    assert waiting.finished.wait(120)
    assert waiting.error is None
    yield name
    end_jobs()


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
