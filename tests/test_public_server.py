"""The smaller app that a public server is: which pairs it opens, how much it reads, how much it calculates."""

import pytest

from distilbert_viz import settings
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.pairs import hub
from distilbert_viz.pairs.choice import Named, PairChoice
from distilbert_viz.runs import home, measurements
from distilbert_viz.session import jobs
from tests.support.measured import measurement
from tests.support.pages import captions, visit

pytestmark = pytest.mark.usefixtures("untold")


# Its pairs


def test_a_private_server_offers_a_pair_of_ones_own_and_a_public_one_does_not(monkeypatch, loaded):
    assert visit("tokens").text_input(key="own_teacher")
    monkeypatch.setenv(settings.PUBLIC, "1")
    session = visit("tokens")
    assert not [field for field in session.text_input if field.key.startswith("own_")]
    assert any("opens the pairs of this list" in caption for caption in captions(session))


@pytest.mark.parametrize("pair", ["somebody/bert|somebody/distilbert", "/etc|/etc", "no such pair", "run-0123456789"])
def test_a_link_to_another_pair_is_one_sentence_and_the_first_pair_is_shown(public, pair):
    session = visit("tokens", pair=pair)
    assert [warning.value.replace("\\", "") for warning in session.warning] == [
        "This is a public server: it shows the pairs of its list, and students of the runs made here, and opens no others."
    ]
    assert session.session_state["pair"] == PairChoice()
    assert any("of 512 tokens" in caption for caption in captions(session))


def test_a_listed_pair_that_is_not_on_the_disk_is_not_fetched_by_a_visitor(public):
    session = visit("tokens")
    next(one for one in session.button if one.label.startswith("bert-base-cased")).click().run()
    assert any(caption.startswith("**Not on this server's disk.**") for caption in captions(session))
    assert jobs.job(("look up", Named("base-cased"))).finished.wait(30)
    if not session.warning:  # a look-up that ends within its own run is refused in it
        session.run()
    assert any("visitors fetch nothing" in warning.value for warning in session.warning)
    assert not [one for one in session.button if one.key == "fetch pair"]
    assert session.session_state["pair"] == PairChoice()


def test_a_link_chooses_no_dtype_and_no_device_of_a_public_server(public):
    session = visit("tokens", dtype="bfloat16", device="cpu")
    assert session.session_state["pair"] == PairChoice()
    assert "dtype" not in session.query_params


def test_the_student_of_a_run_is_a_pair_of_a_public_server(public):
    run = home.new_run(Recipe(device="cpu"), "mine")
    (run.folder / "student").mkdir()
    session = visit("tokens", pair=run.id)
    assert session.session_state["pair"].spelling == run.id
    assert hub.on_disk(str(run.folder / "student")) == run.folder / "student"


# Its texts, files and calculations


def test_a_public_server_reads_2000_characters_and_says_so(public):
    session = visit("tokens", "word " * 5_000)
    assert len(session.session_state["text"]) == settings.DEMO.text
    assert any("this server reads the first 2,000 characters" in caption for caption in captions(session))


@pytest.mark.parametrize(
    ("page", "kind", "key"),
    [("heads", "heads_text", "heads_file"), ("quality", "quality_text", "quality_file"), ("live_run", "run_text", "run_file")],
)
def test_a_larger_file_than_a_public_server_reads_is_refused_with_a_sentence(public, page, kind, key):
    session = visit(page)
    own = "file" if page == "live_run" else "a text file of mine"
    session.segmented_control(key=kind).set_value(own).run()
    assert "200 kB" in session.file_uploader(key=key).label
    session.file_uploader(key=key).upload("mine.txt", b"two words\n" * 30_000, "text/plain").run()
    assert "The file has 0.3 MB, and this server reads at most 200 kB." in [warning.value for warning in session.warning]


def test_heads_are_compared_on_20_lines_of_a_file_on_a_public_server(public):
    session = visit("heads")
    session.segmented_control(key="heads_text").set_value("a text file of mine").run()
    session.file_uploader(key="heads_file").upload("mine.txt", b"two words\n" * 50, "text/plain").run()
    assert any("on 20 lines" in one.label for one in session.button)


def test_a_public_server_measures_few_sizes_at_a_time_and_says_which(public):
    from distilbert_viz.cost.request import Request
    from distilbert_viz.views.savings.measuring import refuse_large

    refuse_large(Request())
    with pytest.raises(
        ValueError, match="at most 4 sizes at a time, of at most 1,024 tokens a pass, and these are 8 of up to 4,096"
    ):
        refuse_large(Request(lengths=(16, 32, 64, 128), batches=(1, 32)))


def test_measurements_of_a_public_server_belong_to_all_and_the_oldest_goes(public):
    for second in range(settings.DEMO.kept + 2):
        measurements.keep(measurement(began=f"2026-11-23T03:00:{second:02}+00:00"))
    measurements.forget_oldest(settings.limits().kept)
    assert len(measurements.newest_first()) == settings.DEMO.kept
    assert measurements.newest_first()[-1][1].setting.began.endswith("00:02+00:00")
    assert "Delete" not in {one.label for one in visit("speed").button}


def test_a_public_server_calculates_four_things_at_a_time(monkeypatch):
    monkeypatch.setenv(settings.PUBLIC, "1")
    registry = jobs.Jobs()
    for key in range(settings.DEMO.jobs):
        registry.admit(key, 1, alone=False)
    with pytest.raises(jobs.Busy, match="4 calculations are under way on this server, which is the most"):
        registry.admit("one more", 1, alone=False)
    assert registry.admit(0, 1, alone=False)[1] is False
