"""Measurements are kept to the last digit."""

import json

import pytest

from distilbert_viz import cost
from distilbert_viz.records import Measurement
from distilbert_viz.runs import measurements
from tests.support.timed import made


def test_a_measurement_goes_through_json_to_the_last_digit(stages):
    for measurement in (made(), stages[0], stages[-1]):
        assert cost.from_json(json.loads(json.dumps(cost.to_json(measurement))), Measurement) == measurement


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("weights"),
        lambda data: data.update(weights=[1]),
        lambda data: data.update(weights=["8", 4]),
        lambda data: data.update(timings=None),
        lambda data: data["setting"].update(versions="torch"),
    ],
)
def test_what_is_no_measurement_is_refused(spoil):
    data = cost.to_json(made())
    spoil(data)
    with pytest.raises(ValueError, match="This is no Measurement"):
        cost.from_json(data, Measurement)


@pytest.fixture
def own_home(monkeypatch, tmp_path):
    """Measurements of this test alone."""
    monkeypatch.setenv("DISTILBERT_VIZ_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs" / "measurements"


def test_kept_measurements_come_back_the_newest_first(own_home):
    old, new = made("2026-01-01T00:00:00+00:00"), made("2026-01-02T00:00:00+00:00")
    ids = [measurements.keep(new), measurements.keep(old)]
    assert measurements.newest_first() == [(ids[0], new), (ids[1], old)]
    assert measurements.keep(old) == ids[1]
    measurements.delete(ids[0])
    assert measurements.newest_first() == [(ids[1], old)]


def test_a_damaged_file_among_the_kept_is_passed_over(own_home):
    measurements.keep(made())
    for name, text in {"measurement-0000000000": "{", "measurement-0000000001": "{}", "notes": "[]"}.items():
        (own_home / f"{name}.json").write_text(text, encoding="utf-8")
    assert len(measurements.newest_first()) == 1


@pytest.mark.parametrize("identity", ["", "..", "../x", "measurement-../../etc", "measurement-zzzzzzzzzz", "/etc/passwd"])
def test_what_is_no_id_of_a_measurement_deletes_nothing(own_home, identity):
    with pytest.raises(ValueError, match="is no measurement"):
        measurements.delete(identity)
