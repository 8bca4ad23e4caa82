"""When to use which, and why it is faster: verdicts on made measurements whose answer is plain; nothing here was measured."""

import dataclasses
import math

import pytest

from distilbert_viz import cost
from distilbert_viz.cost import causes, choosing
from distilbert_viz.cost.presets import PRESETS
from distilbert_viz.figures.savings import causes as cause_figures
from distilbert_viz.figures.savings import choosing as figures
from distilbert_viz.figures.savings import pareto, published
from distilbert_viz.pairs.choice import Named, PairChoice
from distilbert_viz.records import Measurement, Needs, Preset, Quality, Score, Timing, Verdict
from distilbert_viz.runs import measurements, measuring
from distilbert_viz.session import jobs
from distilbert_viz.views.savings import measured_quality, needs
from distilbert_viz.views.savings.measured_quality import Text
from tests.support.counted import sizes
from tests.support.measured import measurement, timing
from tests.support.pages import button, visit

MB = 1e6
GLUE = published.MACRO
# At 128 tokens: teacher 100 ms alone and 10 texts a second; student 60 ms, and in a batch of eight 20 texts a second.
MADE = measurement(
    timing(128, 1, 0.1, 0.06, teacher_peak=12_000_000, student_peak=12_000_000),
    timing(128, 8, 0.8, 0.4, teacher_peak=96_000_000, student_peak=96_000_000),
)


def verdict(measured: Measurement = MADE, score: Score | None = GLUE, **needs: float) -> Verdict:
    """The verdict for texts of 128 tokens."""
    return choosing.choose(measured, Needs(128, **needs), score)


def missed(found: Verdict) -> dict[str, dict[str, float]]:
    """By how much each model misses each need."""
    return {offer.voice: {margin.need: margin.by for margin in offer.margins if margin.missed} for offer in found.offers}


def test_an_offer_is_read_off_the_measurement():
    teacher, student = verdict(price=3.6).offers
    assert (teacher.latency, student.latency) == pytest.approx((0.1, 0.06))
    assert (teacher.throughput, student.throughput) == pytest.approx((10, 20))
    assert (teacher.memory, student.memory) == (450 * MB, 280 * MB)
    assert (teacher.quality, student.quality) == (79.5, 77.0)
    assert student.batch == 8


def test_a_million_texts_cost_the_hours_that_they_take():
    # 100,000 s are 27.8 hours at 3.60 an hour
    assert [offer.million for offer in verdict(price=3.6).offers] == pytest.approx([100, 50])
    assert verdict().teacher.million is None


def test_a_latency_between_the_two_leaves_the_student_and_binds():
    found = verdict(latency=0.08)
    assert (found.chosen, found.binding.need) == ("student", "latency")
    assert figures.binding(found) == "**Latency binds**: at most 80 ms asked, the teacher has 100 ms and the student has 60 ms."
    assert missed(found) == {"teacher": {"latency": pytest.approx(0.02)}, "student": {}}
    assert figures.consequences(found, GLUE)[0] == "The teacher misses latency by 20 ms (25 %)."


def test_a_memory_between_the_two_leaves_the_student():
    found = verdict(memory=300 * MB)
    assert (found.chosen, found.binding.need) == ("student", "memory")
    assert missed(found)["teacher"] == {"memory": pytest.approx(150 * MB)}


def test_a_quality_between_the_two_leaves_the_teacher():
    found = verdict(quality=79.0, latency=1.0)
    assert (found.chosen, found.binding.need) == ("teacher", "quality")
    assert missed(found) == {"teacher": {}, "student": {"quality": pytest.approx(2.0)}}


def test_a_stream_between_the_two_leaves_the_student():
    found = verdict(throughput=15.0)
    assert (found.chosen, found.binding.need) == ("student", "throughput")
    assert missed(found)["teacher"] == {"throughput": pytest.approx(5.0)}


def test_of_two_that_serve_the_cheaper_is_named_with_what_it_gives_up():
    found = verdict(latency=1.0, price=3.6)
    said = " ".join(figures.consequences(found, GLUE))
    assert found.chosen == "student"
    assert figures.answer(found) == "Both models serve, and the student is the cheaper one."
    assert "2.00 times as many (95 % interval 1.54 to 2.60): a million texts take 13.9 h (cost 50) against 27.8 h" in said
    assert "gives up 2.5 points of quality: GLUE macro 77 against 79.5 (Sanh" in said


def test_where_neither_serves_both_misses_are_said():
    found = verdict(latency=0.05, quality=79.0)
    assert found.chosen is None
    assert missed(found) == {
        "teacher": {"latency": pytest.approx(0.05)},
        "student": {"latency": pytest.approx(0.01), "quality": pytest.approx(2.0)},
    }
    assert figures.answer(found) == "Neither model serves; the student comes nearer."
    assert found.binding.need == "latency"
    assert sum("misses" in reason for reason in figures.consequences(found, GLUE)) == 2


def test_a_miss_by_more_than_half_is_said_in_times():
    said = figures.consequences(verdict(latency=0.01), GLUE)
    assert said[0] == "The teacher misses latency by 90 ms (10 times what was asked)."


def test_with_nothing_asked_the_cheaper_model_serves_and_nothing_binds():
    found = verdict()
    assert (found.chosen, found.binding) == ("student", None)
    assert figures.binding(found) == "Nothing was asked but to be cheap."


def test_a_need_inside_the_interval_of_what_was_measured_is_too_close_to_call_on_either_side():
    # The student's 60 ms are the median of 54, 60, 60, 66 and 78.
    for latency in (0.055, 0.0599, 0.06, 0.065, 0.077):
        found = verdict(latency=latency)
        assert found.student.close
        assert not found.student.fails
        assert not found.student.serves
        assert found.chosen is None
        assert figures.answer(found) == "The teacher doesn't serve; whether the student does is too close to call."
    assert verdict(latency=0.079).student.serves
    assert verdict(latency=0.053).student.fails
    assert verdict(throughput=20.0).student.close
    assert figures.consequences(verdict(latency=0.06), GLUE)[1] == (
        "Too close to call: latency is asked at 60 ms, and the 95 % interval of the student's is 54 ms to 78 ms. More repeats may "
        "tell."
    )
    table = figures.table(verdict(latency=0.06))
    assert table["student"][0] == "60 ms: too close to call"


def test_a_need_without_an_interval_that_is_just_met_is_met():
    assert verdict(quality=77.0).student.serves
    assert verdict(quality=77.1).student.fails


def test_two_models_that_read_equally_many_texts_are_not_called_cheap_and_dear():
    beats = ((1.0, 1.3, 0.9, 1.1, 1.0), (1.1, 1.0, 1.0, 0.9, 1.2))
    teacher, student = (tuple(0.1 * beat for beat in own) for own in beats)
    found = verdict(measurement(Timing(128, 1, teacher, student)), latency=1.0)
    assert found.one_price
    assert figures.answer(found) == "Both models serve; which one is cheaper is too close to call."
    assert "which is too close to call" in " ".join(figures.consequences(found, GLUE))


def test_every_page_divides_the_same_two_medians():
    # Median of the ratios 1.78, ratio of the medians 1.88: numbers as a noisy machine gave them.
    teacher, student = (0.0947, 0.0907, 0.1100, 0.0899, 0.0990), (0.0532, 0.0510, 0.0480, 0.0505, 0.0497)
    one = Timing(128, 1, teacher, student)
    measured = measurement(one)
    middle, low, high = cost.ratio(one)
    assert middle == pytest.approx(0.0947 / 0.0505)
    assert low < middle < high
    chosen = verdict(measured, latency=1.0)
    assert chosen.throughput == chosen.latency == pytest.approx((middle, low, high))
    both = sizes(cost.FULL_SIZE, "classification")
    computed = tuple(cost.computation(s.class_name, s.architecture, 128, 1) for s in both)
    assert causes.to_time(measured, both, computed)[-1].ratio == middle
    assert f"{middle:.2f} times as many (95 % interval {low:.2f} to {high:.2f})" in " ".join(figures.consequences(chosen, GLUE))


@pytest.mark.parametrize(
    ("needs", "batch", "throughput"),
    [
        ({}, 8, 20),
        ({"latency": 0.4}, 8, 20),
        ({"latency": 0.39}, 1, 1 / 0.06),
        ({"memory": 363 * MB}, 1, 1 / 0.06),
        ({"memory": 364 * MB}, 8, 20),
        ({"memory": 1 * MB}, 1, 1 / 0.06),
    ],
)
def test_throughput_counts_only_batches_that_keep_within_latency_and_memory(needs, batch, throughput):
    student = verdict(**needs).student
    assert (student.batch, student.throughput) == (batch, pytest.approx(throughput))


def test_a_student_that_is_slower_is_not_chosen_for_being_a_student():
    slow = measurement(timing(128, 1, 0.06, 0.1))
    found = verdict(slow, latency=0.2)
    assert found.chosen == "teacher"
    assert figures.consequences(found, GLUE)[-1].startswith("It gives up no quality")


def test_a_measurement_that_says_nothing_of_the_length_is_no_ground_for_advice():
    with pytest.raises(ValueError, match="16 tokens alone was not measured; lengths that were: 128"):
        choosing.choose(MADE, Needs(16), GLUE)
    batches_only = measurement(timing(128, 8, 0.8, 0.4))
    with pytest.raises(ValueError, match="lengths that were: none"):
        choosing.choose(batches_only, Needs(128), GLUE)
    assert (choosing.lengths(MADE), choosing.lengths(batches_only)) == ((128,), ())


def test_quality_is_not_asked_of_a_pair_without_a_score():
    with pytest.raises(ValueError, match="no score"):
        verdict(score=None, quality=70.0)
    assert "not known" in figures.consequences(verdict(score=None), None)[-1]


def test_where_no_peak_could_be_told_memory_is_the_weights_and_the_page_says_so():
    found = verdict(measurement(timing(128, 1, 0.1, 0.06)))
    assert found.teacher.memory == 438 * MB
    assert "the weights alone" in figures.small_print(found)
    assert "the weights alone" not in figures.small_print(verdict())


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_case_asks_for_something_and_says_what_it_stands_for(preset):
    numbers = (preset.latency, preset.throughput, preset.memory, preset.quality)
    assert any(number is not None for number in numbers)
    assert preset.about.endswith(".")
    assert preset.task is None or preset.task in published.SCORES


def test_the_cases_of_the_first_sketch_are_all_there():
    assert [sum(preset.voice == voice for preset in PRESETS) for voice in ("student", "teacher")] == [8, 5]


def test_the_table_says_what_was_asked_found_and_missed():
    table = figures.table(verdict(latency=0.08, price=3.6))
    rows = {name: {column: values[i] for column, values in table.items()} for i, name in enumerate(table[""])}
    latency = {"asked": "80 ms", "teacher": "100 ms: misses by 20 ms (25 %)", "student": "60 ms"}
    assert rows["latency"] == latency | {"": "latency"}
    assert (rows["memory"]["asked"], rows["memory"]["teacher"]) == ("–", "450 MB")
    assert (rows["a million texts"]["teacher"], rows["a million texts"]["student"]) == (
        "27.8 h (cost 100)",
        "16.7 h (cost 60)",
    )


def test_a_disc_is_as_large_as_the_memory_and_needs_are_lines_and_a_ring():
    figure = pareto.pareto(verdict(latency=0.08, memory=300 * MB, quality=78.0), GLUE, "one text alone", "light")
    teacher, student, rings = figure.data
    assert (teacher.marker.sizemode, teacher.marker.size[0] / student.marker.size[0]) == ("area", pytest.approx(450 / 280))
    assert teacher.marker.sizeref == student.marker.sizeref == rings.marker.sizeref
    assert set(rings.marker.size) == {300 * MB}
    assert (teacher.x[0], teacher.y[0], student.x[0], student.y[0]) == pytest.approx((100, 79.5, 60, 77.0))
    assert {(shape.x0, shape.x1) for shape in figure.layout.shapes} == {(0, 1), (80, 80)}
    assert figure.layout.xaxis.range[0] == 0


def test_a_need_far_beyond_both_is_named_and_not_drawn():
    figure = pareto.pareto(verdict(latency=10.0), GLUE, "one text alone", "dark")
    assert not figure.layout.shapes
    assert "10,000 ms, far to the right" in figure.layout.annotations[0].text
    assert figure.layout.xaxis.range[1] == pytest.approx(125)


def test_time_can_be_that_of_a_text_of_a_batch():
    figure = pareto.pareto(verdict(throughput=15.0), GLUE, "a text of a batch", "light")
    assert [trace.x[0] for trace in figure.data] == pytest.approx([100, 50])
    assert figure.layout.shapes[0].x0 == pytest.approx(1000 / 15)


def test_a_model_that_is_worse_in_nothing_is_said_to_be():
    assert pareto.dominance(verdict()).startswith("Neither")
    better = dataclasses.replace(GLUE, student=80.0)
    assert pareto.dominance(verdict(score=better)).startswith("The student is no worse than the teacher")


def chains(form: str = "classification") -> dict[str, object]:
    """Every link of the made measurement of BERT-base and DistilBERT, by name."""
    both = sizes(cost.FULL_SIZE, form)
    length, batch = causes.cell(MADE)
    computed = tuple(cost.computation(s.class_name, s.architecture, length, batch) for s in both)
    links = (*causes.to_time(MADE, both, computed), *causes.to_memory(MADE, both))
    return {link.what: link for link in links}


def test_the_chain_leads_from_layers_to_time():
    links = chains()
    assert (links["encoder layers"].teacher, links["encoder layers"].student) == (12, 6)
    assert links["arithmetic of a pass"].ratio == pytest.approx(2.0, abs=0.01)
    # made: 3 ms a layer; 1 ms of embeddings and 2 ms of head in both
    assert (links["time in the layers"].teacher, links["time in the layers"].student) == pytest.approx((36, 18))
    assert (links["time outside them"].teacher, links["time outside them"].ratio) == pytest.approx((3, 1))
    assert links["the whole pass"].ratio == pytest.approx(0.1 / 0.06)
    assert [link.counted for link in links.values()][:5] == [True, True, False, False, False]


def test_the_chain_leads_from_parameters_to_memory():
    links = chains()
    assert links["parameters"].ratio == pytest.approx(109_483_778 / 66_955_010)
    assert (links["weights in memory"].teacher, links["weights in memory"].student) == (438, 268)
    assert links["loading"].ratio == pytest.approx(1.5)
    assert (links["memory at the peak of a pass"].teacher, links["memory at the peak of a pass"].student) == (450, 280)


@pytest.mark.parametrize(("form", "tables"), [("classification", 512 * 768 + 2 * 768 + 30_522 * 768), ("masked LM", 514 * 768)])
def test_a_pass_reads_every_weight_but_the_tables_it_looks_up_in(form, tables):
    read, parameters = (chains(form)[what].teacher for what in ("weights that a pass reads", "parameters"))
    assert read / 438 == pytest.approx(1 - tables / (1e6 * parameters))


def test_what_was_not_measured_is_no_link():
    both = sizes(cost.FULL_SIZE, "classification")
    bare = dataclasses.replace(measurement(timing(128, 1)), parts=(), loading=((), ()))
    computed = tuple(cost.computation(s.class_name, s.architecture, 128, 1) for s in both)
    time = [link.what for link in causes.to_time(bare, both, computed)]
    assert time == ["encoder layers", "arithmetic of a pass", "the whole pass"]
    assert [link.what for link in causes.to_memory(bare, both)][-1] == "weights that a pass reads"
    assert "not taken apart" in cause_figures.overhead_sentence(causes.to_time(bare, both, computed))


def test_the_parts_explain_the_pass_and_the_quoted_times_stand_beside_it():
    links = tuple(chains().values())
    sentence = cause_figures.overhead_sentence(links)
    assert "92 % of the teacher's pass" in sentence
    assert "Together that is 1.86 times" in sentence  # 39 ms over 21 ms
    table = cause_figures.quoted_table(links, MADE, (128, 1))
    quoted, here = (values for column, values in table.items() if column)
    assert (quoted[:2], quoted[3], here[:2]) == (["668 s", "410 s"], "38.6 %", ["100 ms", "60 ms"])
    assert quoted[2].startswith("1.63")
    assert here[2].startswith("1.67 (95 % interval 1.67 to 1.67)")


def test_the_links_are_drawn_from_zero_and_the_quoted_ratio_as_a_line():
    figure = cause_figures.ratios(tuple(chains().values()), "light")
    drawn = {name: x for trace in figure.data for name, x in zip(trace.y, trace.x, strict=True)}
    assert drawn["time in the layers"] == pytest.approx(2)
    assert (figure.layout.xaxis.range[0], figure.layout.shapes[0].x0) == (0, pytest.approx(668 / 410))
    boxes = cause_figures.flow(tuple(chains().values()))["rows"]
    assert boxes[0][0]["shape"] == "12 layers"
    assert boxes[2][1]["live"] == "teacher / student: 2.00"


@pytest.fixture
def _own_server(monkeypatch, tmp_path, no_recordings):
    """The test's own kept measurements and jobs."""
    registry = jobs.Jobs()
    monkeypatch.setattr(jobs, "server_jobs", lambda: registry)
    monkeypatch.setenv("DISTILBERT_VIZ_RUNS", str(tmp_path / "runs"))


pages = pytest.mark.usefixtures("_own_server", "loaded")


@pages
@pytest.mark.parametrize("page", ["which_one", "why_it_is_faster"])
def test_without_a_measurement_there_is_no_advice_but_the_way_to_one(page, monkeypatch):
    session = visit(page)
    assert "has not been measured on this server yet" in session.info[0].value
    assert not session.table
    monkeypatch.setattr(measuring, "stream", lambda request: iter([MADE]))
    button(session, "Measure quickly").click().run()
    assert jobs.job("measurement").finished.wait(30)
    session.run()
    assert not session.exception
    assert [m for _, m in measurements.newest_first()] == [MADE]
    assert session.table


@pages
def test_a_measurement_of_another_pair_is_no_ground_for_advice():
    measurements.keep(dataclasses.replace(MADE, setting=dataclasses.replace(MADE.setting, pair="built-in")))
    assert not visit("which_one").table
    session = visit("which_one")
    session.segmented_control(key="cost_pair").set_value("the present pair").run()
    assert session.table
    assert "not been measured since this server began" in " ".join(caption.value for caption in session.caption)


@pages
def test_a_case_that_asks_about_quality_waits_until_the_quality_is_measured(monkeypatch):
    measurements.keep(dataclasses.replace(MADE, setting=dataclasses.replace(MADE.setting, pair="built-in")))
    session = visit("which_one", cost_pair="the present pair")
    session.segmented_control(key="cost_pair").set_value("the present pair").run()
    choose_case(session, "teacher", "Critical decisions")
    assert "asks for 99 % of the teacher's quality" in session.warning[0].value
    assert not session.table
    found = Quality("built-in", "a text", 10, 200, (0.4, 0.3), (20.0, 40.0), 0.6, 0.5)
    monkeypatch.setattr("distilbert_viz.distillation.quality.measure", lambda *_: iter([found]))
    button(session, "Measure the quality of this pair").click().run()
    assert jobs.job(measured_quality.key(PairChoice(), Text())).finished.wait(30)
    session.run()
    assert not session.exception
    assert session.number_input(key="need_quality").value == 39.6
    assert answer(session).startswith("The teacher serves")


@pages
def test_the_published_pair_itself_is_asked_by_the_published_scores(monkeypatch):
    measurements.keep(dataclasses.replace(MADE, setting=dataclasses.replace(MADE.setting, pair="built-in")))
    monkeypatch.setattr(needs, "PUBLISHED_PAIR", Named("built-in"))
    session = visit("which_one", cost_pair="the present pair")
    session.segmented_control(key="cost_pair").set_value("the present pair").run()
    assert session.selectbox(key="need_score").value == "GLUE macro, published"


def answer(session) -> str:
    """The page's verdict."""
    return session.subheader[0].value


@pages
def test_the_page_answers_and_follows_what_is_asked():
    measurements.keep(MADE)
    session = visit("which_one")
    assert session.number_input(key="need_latency").value == 100
    assert answer(session) == "The student serves; whether the teacher does is too close to call."  # 90 to 130 ms
    session.number_input(key="need_latency").set_value(150).run()
    assert answer(session) == "Both models serve, and the student is the cheaper one."
    session.number_input(key="need_latency").set_value(80).run()
    assert answer(session).startswith("The student serves")
    session.number_input(key="need_quality").set_value(79).run()
    assert answer(session).startswith("Neither model serves")
    session.number_input(key="need_latency").set_value(None).run()
    assert answer(session).startswith("The teacher serves")
    assert not session.exception


def choose_case(session, voice: str, name: str) -> None:
    """Press a case."""
    session.pills(key=f"preset_{voice}").set_value(name).run()


@pages
def test_every_case_fills_the_fields_and_gets_an_answer():
    measurements.keep(MADE)
    session = visit("which_one")
    for preset in (*PRESETS[1:], PRESETS[0]):
        choose_case(session, preset.voice, preset.name)
        assert not session.exception
        assert not session.warning
        assert fields(session) == pytest.approx(asked_by(preset))
        assert answer(session)
        if preset.quality and preset.quality > 0.97:
            assert answer(session).startswith("The teacher serves")


def fields(session) -> list[float]:
    """What stands in the fields; -1 in an empty one."""
    found = [session.number_input(key=f"need_{need}").value for need in ("latency", "throughput", "memory", "quality")]
    return [-1 if value is None else value for value in found]


def asked_by(preset: Preset) -> list[float]:
    """What a case asks, in the units of the fields; -1 where it asks nothing."""
    teacher = published.SCORES[preset.task or "GLUE macro"].teacher
    floor = None if preset.quality is None else math.floor(10 * preset.quality * teacher) / 10
    latency = None if preset.latency is None else 1e3 * preset.latency
    memory = None if preset.memory is None else preset.memory / 1e6
    return [-1 if value is None else value for value in (latency, preset.throughput, memory, floor)]


@pages
@pytest.mark.parametrize("address", [{"need_latency": "nan"}, {"need_latency": "-5"}, {"need_price": "x"}, {"preset_student": "?"}])
def test_a_spoilt_address_is_no_traceback(address):
    measurements.keep(MADE)
    assert answer(visit("which_one", **address))


@pages
def test_a_link_asks_what_it_was_copied_with():
    measurements.keep(MADE)
    session = visit(
        "which_one", preset_teacher="Complex tasks", need_score="RTE, published", need_quality="61.5", need_memory="500"
    )
    assert fields(session) == [-1, -1, 500, 61.5]
    assert session.selectbox(key="need_score").value == "RTE, published"
    assert answer(session).startswith("The teacher serves")


@pages
def test_why_it_is_faster_stands_on_the_chosen_measurement():
    measurements.keep(MADE)
    session = visit("why_it_is_faster")
    assert "668 s" in str(session.table[0].value.to_dict())
    assert any("92 % of the teacher's pass" in caption.value for caption in session.caption)
