"""The pages Speed and Memory, run as a session would run them; what is measured here are numbers chosen by hand."""

import csv
import io
import json
import threading
from dataclasses import replace

import pytest

from distilbert_viz.cost.as_json import from_json
from distilbert_viz.cost.request import Request
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.records import Measurement
from distilbert_viz.runs import home, measurements, measuring
from distilbert_viz.runs.record import RUNNING
from distilbert_viz.session import jobs
from distilbert_viz.session.cache import cache
from distilbert_viz.views.savings import counted, measured
from distilbert_viz.views.savings import measuring as page
from tests.support.measured import measurement, timing
from tests.support.pages import NASTY, button, captions, go_to, visit

pytestmark = pytest.mark.usefixtures("loaded")
PAGES = ["speed", "memory"]


class Machine:
    """A stream in place of a real measurement: gives cell after cell when it is let, and knows what it was asked."""

    def __init__(self):
        self.requests: list[Request] = []
        self.go, self.closed = threading.Event(), threading.Event()
        self.error: str | None = None

    def stream(self, request: Request):
        self.requests.append(request)
        return self._records()

    def _records(self):
        whole = measurement()
        try:
            yield replace(whole, timings=(), parts=())
            yield replace(whole, timings=whole.timings[:1], parts=())
            assert self.go.wait(20)
            if self.error:
                raise ValueError(self.error)
            yield whole
        finally:
            self.closed.set()


@pytest.fixture(autouse=True)
def machine(monkeypatch, tmp_path, no_recordings):
    """Every test has its own server's jobs, its own runs, and a machine that measures nothing."""
    registry, made = jobs.Jobs(), Machine()
    monkeypatch.setattr(jobs, "server_jobs", lambda: registry)
    monkeypatch.setattr(measuring, "stream", made.stream)
    monkeypatch.setenv("DISTILBERT_VIZ_RUNS", str(tmp_path / "runs"))
    yield made
    made.go.set()


def started(session, done: int = 2) -> jobs.Job:
    """The job after a click on Start, once so many records have come."""
    button(session, "Start").click().run()
    job = jobs.job(page.KEY)
    while job.done < done and not job.finished.is_set():
        job.finished.wait(0.01)
    session.run()
    assert not session.exception, session.exception
    return job


def figure(session, index: int = 0) -> dict:
    """A chart of the page as it was sent."""
    return json.loads(session.get("plotly_chart")[index].proto.spec)


@pytest.mark.parametrize("name", PAGES)
def test_before_any_measurement_the_page_says_what_will_be_measured_and_how(name):
    session = visit(name)
    assert "Nothing has been measured on this server yet" in session.info[0].value
    assert any("668 s against 410 s" in found.value or "weights" in found.value for found in session.markdown)
    assert not session.get("plotly_chart")


def test_a_measurement_appears_cell_by_cell_and_is_kept_when_it_is_whole(machine):
    session = visit("speed")
    job = started(session)
    assert "2 of 14 stages" in session.get("progress")[0].proto.text
    assert button(session, "Start").disabled
    assert len(figure(session)["data"][0]["y"]) == 1
    assert measurements.newest_first() == []
    machine.go.set()
    assert job.finished.wait(20)
    session.run()
    assert [one for _, one in measurements.newest_first()] == [measurement()]
    assert not session.get("progress")
    assert [found.value for found in session.metric][:2] == ["128 ms", "67.4 ms"]
    assert not session.exception


def test_what_was_chosen_is_what_is_measured(machine):
    session = visit("speed")
    session.segmented_control(key="cost_classification").set_value("encoder").run()
    session.pills(key="speed_lengths_512").set_value([32]).run()
    session.pills(key="speed_batches").set_value([2, 4]).run()
    session.segmented_control(key="speed_attention").set_value("eager").run()
    session.segmented_control(key="speed_dtype").set_value("bfloat16").run()
    started(session)
    (request,) = machine.requests
    assert (request.pair, request.form, request.lengths, request.batches) == ("base-architecture", "encoder", (32,), (2, 4))
    assert (request.attention, request.dtype, request.teacher) == ("eager", "bfloat16", None)


def test_the_present_pair_is_measured_under_its_own_name(machine):
    session = visit("speed")
    session.segmented_control(key="cost_pair").set_value("the present pair").run()
    started(session)
    assert machine.requests[0].pair == "built-in"


def test_a_pair_of_ones_own_is_measured_from_where_it_comes(machine, monkeypatch):
    monkeypatch.setattr(page, "sources", lambda name: {"teacher": "one/teacher", "student": "a/student"})
    session = visit("speed")
    session.segmented_control(key="cost_pair").set_value("the present pair").run()
    started(session)
    assert (machine.requests[0].teacher, machine.requests[0].student) == ("one/teacher", "a/student")


def test_stop_keeps_the_cells_that_were_measured(machine):
    session = visit("speed")
    job = started(session)
    button(session, "Stop").click().run()
    machine.go.set()
    assert job.finished.wait(20)
    assert machine.closed.is_set()
    session.run()
    assert "Stopped after" in session.warning[0].value
    assert len(measurements.newest_first()) == 1
    assert figure(session)["data"]
    assert not session.exception


def test_a_failure_is_a_sentence_and_leaves_the_page_standing(machine):
    machine.error = "8 texts of 512 tokens need at least 9.0 GB of memory."
    session = visit("speed")
    job = started(session)
    machine.go.set()
    assert job.finished.wait(20)
    session.run()
    assert "9.0 GB of memory" in session.warning[0].value.replace("\\", "")
    assert not button(session, "Start").disabled
    assert not session.exception


@pytest.mark.parametrize("key", ["speed_lengths_512", "speed_batches"])
def test_with_nothing_chosen_there_is_a_sentence_and_no_measurement(machine, key):
    session = visit("speed")
    session.pills(key=key).set_value([]).run()
    button(session, "Start").click().run()
    assert "at least one" in session.warning[0].value
    assert machine.requests == []
    assert not session.exception


def test_another_visitor_sees_the_measurement_under_way_and_cannot_start_a_second(machine):
    started(visit("speed"))
    other = visit("memory")
    assert "2 of 14 stages" in other.get("progress")[0].proto.text
    assert button(other, "Start").disabled
    assert len(machine.requests) == 1


def test_no_measurement_begins_beside_a_distillation(machine):
    home.new_run(Recipe(device="cpu"), "mine").set(status=RUNNING)
    session = visit("speed")
    button(session, "Start").click().run()
    assert "A distillation is under way" in session.warning[0].value
    assert machine.requests == []


def test_lengths_beyond_the_models_positions_are_not_offered(monkeypatch):
    monkeypatch.setattr(counted, "longest", lambda asked: 40)
    assert visit("speed").pills(key="speed_lengths_40").options == ["8", "16", "32"]


@pytest.mark.parametrize("name", PAGES)
def test_a_pair_that_cannot_be_loaded_leaves_the_measurement_of_the_full_sizes(machine, name):
    cache().load(PairChoice.read("no such pair")).finished.wait(60)
    session = visit(name, pair="no such pair")
    assert session.segmented_control(key="speed_device").options == ["cpu"]
    started(session)
    assert machine.requests[0].pair == "base-architecture"


@pytest.mark.parametrize("name", PAGES)
def test_a_kept_measurement_is_shown_with_all_that_was_recorded_and_user_text_is_no_markup(name):
    measurements.keep(measurement(pair="<b>a</b> → $b$", device_name="*A* Processor"))
    session = visit(name)
    assert session.get("plotly_chart")
    assert not session.info
    assert not any("*A*" in caption for caption in captions(session))
    assert any("A\\* Processor" in caption for caption in captions(session))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("text", ["strange", "five thousand words"])
def test_no_text_ends_in_a_traceback(name, text):
    measurements.keep(measurement())
    visit(name, NASTY[text])


def test_the_newest_measurement_is_shown_first_and_another_can_be_chosen():
    measurements.keep(measurement(timing(16, 1, 0.2, 0.1), began="2026-11-22T00:00:00+00:00"))
    measurements.keep(measurement(timing(16, 1, 0.3, 0.1), began="2026-11-23T00:00:00+00:00"))
    session = visit("speed")
    assert session.metric[0].value == "300 ms"
    session.selectbox(key="measurement").set_value(measurements.newest_first()[1][0]).run()
    assert session.metric[0].value == "200 ms"
    go_to(session, "memory").run()
    assert session.selectbox(key="measurement").value == measurements.newest_first()[1][0]


def test_deleting_asks_first():
    measurements.keep(measurement())
    session = visit("speed")
    button(session, "Delete").click().run()
    assert len(measurements.newest_first()) == 1
    assert button(session, "Delete it")


def test_what_is_taken_along_is_the_measurement_to_the_last_digit():
    whole = measurement()
    from distilbert_viz.cost import to_json

    assert from_json(json.loads(json.dumps(to_json(whole))), Measurement) == whole
    rows = list(csv.DictReader(io.StringIO(measured.cells_as_csv(whole))))
    assert [(row["length"], row["batch"]) for row in rows] == [("16", "1"), ("16", "8"), ("128", "1"), ("128", "8")]
    assert float(rows[2]["teacher, ms"]) == pytest.approx(128)
    assert float(rows[2]["ratio"]) == pytest.approx(1.9)
    assert float(rows[2]["teacher, at work, MB"]) == pytest.approx(12.8)


def test_two_measurements_are_compared_and_one_is_not():
    measurements.keep(measurement())
    assert any("Two measurements can be compared here" in caption for caption in captions(visit("speed")))
    measurements.keep(measurement(threads=1))
    session = visit("speed")
    charts = len(session.get("plotly_chart"))
    assert [trace["name"][:2] for trace in figure(session, charts - 1)["data"]] == ["1:", "2:"]
    for measure in ("teacher's latency", "student's latency"):
        session.segmented_control(key="compared_measure").set_value(measure).run()
        assert not session.exception
    session.multiselect(key="compared_measurements").set_value([]).run()
    assert "at least one" in session.info[0].value
