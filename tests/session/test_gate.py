"""Who is served next, and that nobody is forgotten or holds a place for ever."""

import threading

import pytest
from streamlit.runtime.scriptrunner import RerunData, RerunException, StopException

from distilbert_viz.session import gate
from distilbert_viz.session.gate import Gate


class Overtaken(Exception):
    pass


def nothing() -> None:
    pass


def overtaken() -> None:
    raise Overtaken


def standing(door: Gate, visitor: str, order: list[str]) -> threading.Thread:
    """A visitor who waits in a thread, and has looked once."""
    looked = threading.Event()

    def stand() -> None:
        with door.inside(visitor, looked.set):
            order.append(visitor)

    thread = threading.Thread(target=stand)
    thread.start()
    assert looked.wait(20)
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
            raise RerunException(RerunData())

    with pytest.raises(RerunException):
        ended()
    with door.inside("a", overtaken):
        assert order == []
    threads[0].join(10)
    assert order == ["b"]


def test_a_page_that_stops_itself_holds_nobody_up(monkeypatch):
    monkeypatch.setattr(gate, "SECONDS_PASSED_OVER", 60.0)
    door = Gate(1)
    with pytest.raises(StopException), door.inside("a", nothing):
        raise StopException
    with door.inside("b", overtaken):
        pass


def check(door: Gate, order: list[str], meanwhile=nothing) -> threading.Thread:
    """A check that waits in a thread, and has looked once."""
    looked = threading.Event()

    def look() -> None:
        looked.set()
        meanwhile()

    def stand() -> None:
        with door.behind(look):
            order.append("check")

    thread = threading.Thread(target=stand)
    thread.start()
    assert looked.wait(10)
    return thread


def test_a_check_comes_behind_all_who_are_inside_or_wait():
    door, order = Gate(1), []
    with door.inside("first", nothing):
        threads = [check(door, order), standing(door, "a", order), standing(door, "b", order)]
    for thread in threads:
        thread.join(10)
    assert order == ["a", "b", "check"]


def test_checks_come_one_at_a_time():
    door, order = Gate(2), []
    with door.behind(nothing):
        thread = check(door, order)
        assert order == []
        with door.inside("a", overtaken):
            order.append("a")
    thread.join(10)
    assert order == ["a", "check"]


def test_a_check_that_is_overtaken_ends_its_wait_without_a_turn():
    door = Gate(1)
    with door.inside("a", nothing), pytest.raises(Overtaken), door.behind(overtaken):
        pytest.fail("had a turn")
    with door.behind(overtaken):
        pass


def test_patience_ends_so_that_a_check_is_made_in_a_busy_room_too(monkeypatch):
    monkeypatch.setattr(gate, "SECONDS_BEHIND", 0.5)
    door = Gate(1)
    with door.inside("a", nothing), door.behind(nothing):
        pass


def test_a_failure_inside_gives_the_place_back():
    door = Gate(1)
    with pytest.raises(ZeroDivisionError), door.inside("a", nothing):
        _ = 1 / 0
    with door.inside("b", overtaken), pytest.raises(Overtaken), door.inside("c", overtaken):
        pytest.fail("there is a place more than before")
    with door.inside("c", overtaken):
        pass
