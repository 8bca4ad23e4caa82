"""Who is served next, and that nobody is forgotten or holds a place for ever."""

import threading
import time

import pytest

from distilbert_viz.ui import gate
from distilbert_viz.ui.gate import Gate


class Overtaken(Exception):
    pass


def nothing() -> None:
    pass


def overtaken() -> None:
    raise Overtaken


def wait_until(true) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def standing(door: Gate, visitor: str, order: list[str]) -> threading.Thread:
    """A visitor who waits in a thread."""

    def stand() -> None:
        with door.inside(visitor, nothing):
            order.append(visitor)

    thread = threading.Thread(target=stand)
    thread.start()
    wait_until(lambda: visitor in door._queue)
    return thread


def test_visitors_go_in_in_the_order_of_their_coming():
    door, order = Gate(1), []
    with door.inside("first", nothing):
        threads = [standing(door, name, order) for name in ("a", "b", "c")]
        assert order == []
    for thread in threads:
        thread.join(10)
    assert order == ["a", "b", "c"]


def test_as_many_go_in_as_there_are_places():
    door = Gate(2)
    with door.inside("a", nothing), door.inside("b", nothing), pytest.raises(Overtaken), door.inside("c", overtaken):
        pytest.fail("went in")


def test_a_visitor_who_types_again_keeps_the_place():
    door, order = Gate(1), []
    with door.inside("first", nothing):
        with pytest.raises(Overtaken), door.inside("a", overtaken):
            pytest.fail("went in")
        threads = [standing(door, name, order) for name in ("b", "a")]
    for thread in threads:
        thread.join(10)
    assert order == ["a", "b"]


def test_a_visitor_who_left_holds_nobody_up(monkeypatch):
    monkeypatch.setattr(gate, "SECONDS_PASSED_OVER", 0.3)
    door, order = Gate(1), []
    with door.inside("first", nothing):
        with pytest.raises(Overtaken), door.inside("gone", overtaken):
            pytest.fail("went in")
        thread = standing(door, "b", order)
    thread.join(10)
    assert order == ["b"]


def test_a_visitor_whose_run_is_ended_inside_comes_first_with_the_next():
    door, order, threads = Gate(1), [], []

    def ended() -> None:
        with door.inside("a", nothing):
            threads.append(standing(door, "b", order))
            raise KeyboardInterrupt  # no Exception, as what Streamlit ends a run with

    with pytest.raises(KeyboardInterrupt):
        ended()
    with door.inside("a", overtaken):
        assert order == []
    threads[0].join(10)
    assert order == ["b"]


def test_a_failure_inside_gives_the_place_back():
    door = Gate(1)
    with pytest.raises(ZeroDivisionError), door.inside("a", nothing):
        _ = 1 / 0
    with door.inside("b", overtaken):
        assert door._places == 0
    assert door._places == 1
