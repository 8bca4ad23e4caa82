"""Pictures and tables of a measurement: every number on them is found again in the measurement by another way."""

import json
import statistics
from dataclasses import fields, replace

import numpy as np
import pytest

from distilbert_viz.drawing.colours import STUDENT, TEACHER
from distilbert_viz.figures.savings import memory, ratios, speed, timings
from distilbert_viz.records import Setting
from tests.support.measured import SETTING, measurement, timing

VOICES = ("teacher", "student")
TRAP = "<b>x</b>"


def intervals(measured) -> dict:
    """Ratios by hand, an interval of a tenth to each side."""
    found = {}
    for t in measured.timings:
        middle = statistics.median(t.teacher) / statistics.median(t.student)
        found[t.length, t.batch] = (middle, middle - 0.1, middle + 0.1)
    return found


def inclusive_quartiles(seconds) -> list[float]:
    """The standard library's, the extremes among the population."""
    return statistics.quantiles(seconds, n=4, method="inclusive")


@pytest.mark.parametrize("seconds", [(1.0, 2.0, 3.0, 4.0), (0.3, 0.1, 0.2), (5.0, 5.0), tuple(np.random.default_rng(0).random(20))])
def test_quartiles_are_the_standard_librarys(seconds):
    assert timings.quartiles(seconds) == pytest.approx(tuple(inclusive_quartiles(seconds)))


@pytest.mark.parametrize(
    ("value", "shown"), [(0.01234, "0.0123"), (1.0, "1.00"), (23.456, "23.5"), (99.99, "100."), (123.4, "123"), (45678.9, "45,679")]
)
def test_times_are_shown_with_three_digits_and_never_with_an_exponent(value, shown):
    assert timings.three_digits(value).rstrip(".") == shown.rstrip(".")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("batch", [1, 8])
def test_the_bars_of_latency_are_medians_from_zero_and_their_whiskers_end_at_the_quartiles(theme, batch):
    measured = measurement()
    figure = speed.latency(measured, batch, theme)
    assert figure.layout.xaxis.rangemode == "tozero"
    for voice, trace in zip(VOICES, figure.data, strict=True):
        cells = [t for t in measured.timings if t.batch == batch]
        assert list(trace.y) == [f"{t.length} tokens" for t in cells]
        for i, cell in enumerate(cells):
            first, median, third = (1000 * q for q in inclusive_quartiles(getattr(cell, voice)))
            assert trace.x[i] == pytest.approx(median)
            assert trace.x[i] + trace.error_x.array[i] == pytest.approx(third)
            assert trace.x[i] - trace.error_x.arrayminus[i] == pytest.approx(first)
            assert trace.text[i] == f"{timings.three_digits(median)} ms"


def test_throughput_is_the_batch_over_the_seconds_of_its_pass():
    measured = measurement(timing(32, 1, 0.1, 0.05), timing(32, 4, 0.2, 0.1), timing(64, 4, 9.0, 9.0))
    teacher, student = speed.throughput(measured, 32).data
    assert (list(teacher.x), list(teacher.y), list(student.y)) == (["1", "4"], pytest.approx([10, 20]), pytest.approx([20, 40]))
    slowest = teacher.y[1] - teacher.error_y.arrayminus[1]
    assert slowest == pytest.approx(4 / inclusive_quartiles(measured.timings[1].teacher)[2])


def test_the_dots_of_the_ratio_stand_beside_the_quoted_one_which_is_named_as_quoted():
    measured = measurement()
    found = intervals(measured)
    figure = ratios.ratios(found, {(16, 1): 2.0}, "light")
    dots, arithmetic = figure.data
    assert list(dots.y) == pytest.approx([middle for middle, _, _ in found.values()])
    assert list(dots.error_y.array) == pytest.approx([0.1] * 4)
    assert (list(arithmetic.x), list(arithmetic.y)) == (["16 tokens × 1"], [2.0])
    assert figure.layout.shapes[0].y0 == figure.layout.shapes[0].y1 == 668 / 410
    assert (figure.layout.shapes[0].name, figure.layout.showlegend) == ("quoted: 1.63 (Sanh et al. 2019, table 3)", True)
    assert figure.layout.yaxis.rangemode == "tozero"
    assert "quoted, not measured here" in ratios.quoted_sentence()


def test_where_the_architecture_is_not_at_hand_there_is_no_arithmetic():
    found = intervals(measurement())
    assert len(ratios.ratios(found, {}, "light").data) == 1
    assert ratios.table(found, {})["times less arithmetic"] == [None] * 4


def test_cells_stand_in_the_order_of_their_numbers_and_not_of_their_letters():
    measured = measurement(timing(128, 16), timing(8, 2), timing(128, 2))
    figure = ratios.ratios(intervals(measured), {}, "light")
    assert list(figure.layout.xaxis.categoryarray) == ["8 tokens × 2", "128 tokens × 2", "128 tokens × 16"]


def test_the_parts_of_a_pass_stand_in_its_order_and_the_student_lacks_half_the_layers():
    figure = speed.parts(measurement(), "light")
    order = list(figure.layout.xaxis.categoryarray)
    assert order == ["embeddings", *(f"L{i}" for i in range(12)), "head"]
    teacher, student = figure.data
    assert (len(teacher.x), len(student.x)) == (14, 8)
    assert dict(zip(teacher.x, teacher.y, strict=True))["L7"] == pytest.approx(3.0)
    sentence = speed.parts_sentence(measurement())
    assert "teacher: 12 layers 36.0 ms, embeddings 1.00 ms, head 2.00 ms" in sentence
    assert "student: 6 layers 18.0 ms, embeddings 1.00 ms, head 2.00 ms" in sentence
    table = speed.parts_table(measurement())
    assert table["student, ms, median"][order.index("L6")] is None


def test_memory_at_work_is_stacked_on_the_weights_and_what_is_unknown_is_no_zero():
    measured = measurement(timing(16, 1, teacher_peak=5_000_000, student_peak=None), timing(16, 2))
    weights, at_work, _, student_at_work = memory.peaks(measured).data
    assert list(weights.x) == [438.0, 438.0]
    assert (at_work.base, list(at_work.x), list(student_at_work.x)) == (438.0, [5.0, None], [None, None])
    assert weights.offsetgroup == at_work.offsetgroup != student_at_work.offsetgroup
    assert memory.table(measured)["teacher, together, MB"] == [443.0, None]
    assert memory.headline(measured)["teacher, most at work"] == "5.0 MB"
    assert memory.headline(measured)["student, most at work"] == "not measured"
    assert "not measured" in memory.peaks_sentence(measured)
    assert "not measured" not in memory.peaks_sentence(measurement())


def test_loading_is_the_median_of_its_repeats():
    teacher, student = memory.loading(measurement(), "light").data
    assert (teacher.x[0], student.x[0]) == (pytest.approx(300), pytest.approx(200))
    assert memory.loading_table(measurement())["student, s"] == [0.2, 0.19, 0.21]


def test_the_table_has_a_row_a_cell_and_its_ratio_is_that_of_the_interval():
    measured = measurement(timing(128, 8, 2.0, 1.0), timing(16, 1, 0.02, 0.016))
    table = speed.table(measured, intervals(measured))
    assert (table["length"], table["batch"], table["passes"]) == ([16, 128], [1, 8], [5, 5])
    assert table["teacher, ms"] == pytest.approx([20, 2000])
    assert table["student, texts/s"] == pytest.approx([1 / 0.016, 8])
    assert table["ratio"] == pytest.approx([1.25, 2.0])
    assert {len(column) for column in table.values()} == {2}
    assert not [name for name in table if "CUDA" in name]


def test_events_of_cuda_stand_in_the_table_where_there_are_some():
    one = replace(timing(), teacher_events=(0.011, 0.012, 0.013), student_events=(0.005, 0.006, 0.007))
    table = speed.table(measurement(one), intervals(measurement(one)))
    assert (table["teacher, ms by CUDA events"], table["student, ms by CUDA events"]) == (pytest.approx([12]), pytest.approx([6]))


def test_the_headline_is_of_the_longest_texts_of_the_chosen_batch():
    measured = measurement()
    headline = speed.headline(measured, intervals(measured), 8)
    assert headline["teacher, 128 tokens × 8"] == "1,024 ms"
    assert headline["times as fast, 95% interval"] == "1.90 (1.80 to 2.00)"


def test_everything_that_was_recorded_is_said():
    said = speed.setting_sentence(SETTING)
    for field in fields(Setting):
        value = getattr(SETTING, field.name)
        words = [" ".join(pair) for pair in value] if field.name == "versions" else value if isinstance(value, tuple) else [value]
        if field.name not in ("pair", "form"):  # they stand in the measurement's title
            assert all(str(word).replace("T03", " 03") in said for word in words), field.name


def test_compared_measurements_keep_their_own_numbers_and_no_voice_colour_stands_for_one():
    slow, quick = measurement(timing(16, 1, 0.2, 0.1), timing(64, 1)), measurement(timing(16, 1, 0.02, 0.016))
    both = {"1: slow": slow, f"2: {TRAP}": quick}
    found = {name: intervals(one) for name, one in both.items()}
    figures = [ratios.compare_ratios(found, "light"), *(ratios.compare_latencies(both, voice, "light") for voice in VOICES)]
    for figure in figures:
        assert list(figure.layout.xaxis.categoryarray) == ["16 tokens × 1", "64 tokens × 1"]
        assert not {TEACHER, STUDENT} & {trace.marker.color for trace in figure.data}
        assert TRAP not in json.dumps(figure.to_plotly_json(), default=str)
    assert [list(trace.y) for trace in figures[2].data] == [pytest.approx([100, 10]), pytest.approx([16])]
    table = ratios.compare_table(both, found)
    assert table["measurement"] == ["1: slow", "1: slow", f"2: {TRAP}"]
    assert table["ratio"] == pytest.approx([2, 2, 1.25])


def test_measurements_are_told_apart_by_what_they_differ_in_and_else_by_when_they_began():
    one, later = measurement(), measurement(began="2026-11-24T05:06:07+00:00")
    assert ratios.told_apart([one, measurement(threads=1)]) == ["1: threads 2", "2: threads 1"]
    assert ratios.told_apart([one, measurement(dtype="bfloat16", attention="eager")])[1] == "2: bfloat16, eager"
    assert ratios.told_apart([one, later]) == ["1: 2026-11-23 03:00", "2: 2026-11-24 05:06"]
    assert ratios.told_apart([one, later, measurement(threads=1)])[1] == "2: 2026-11-24 05:06, threads 2"
    assert ratios.told_apart([one]) == ["1"]
    assert len(set(ratios.told_apart([one, one, one]))) == 3


def test_a_measurement_under_way_can_be_drawn_before_its_parts_and_peaks_are_there():
    young = replace(measurement(timing()), parts=())
    speed.latency(young, 1, "dark")
    speed.throughput(young, 16)
    assert memory.peaks(young).data
    assert speed.parts_table(young)["part"] == []
