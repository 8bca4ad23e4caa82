"""The bound on memory: what it is, what it decides, and that it is kept."""

import subprocess
import sys
from dataclasses import astuple
from itertools import pairwise

import numpy as np
import psutil
import pytest

from distilbert_viz import memory, settings
from distilbert_viz.pairs import devices
from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.pairs.refusals import OutOfMemory
from distilbert_viz.runs import spare
from distilbert_viz.runs.consumer import Consumer
from distilbert_viz.session import keeper, warm
from distilbert_viz.session.cache import Cache, Key, cache
from distilbert_viz.tracing import trace_pair
from tests.support.pages import visit

GIGABYTE = 10**9
SMALL = 900 * 10**6  # what a free place on the net has
LONG = "The old wolf slept near the lamp. " * 60


@pytest.fixture(autouse=True)
def _unset(monkeypatch):
    monkeypatch.delenv(settings.MEMORY, raising=False)


@pytest.fixture
def short_of(monkeypatch):
    """Sets how many bytes are left."""
    return lambda left: monkeypatch.setattr(memory, "bound", lambda: memory.held_bytes() + left)


# What it is


@pytest.mark.parametrize(
    ("said", "size"),
    [
        ("900 MB", SMALL),
        ("900MB", SMALL),
        ("0.9 gb", SMALL),
        ("4 GB", 4 * GIGABYTE),
        ("1.5GB", 1_500_000_000),
        (" 2 GB ", 2 * GIGABYTE),
    ],
)
def test_a_bound_is_a_size_with_its_unit(monkeypatch, said, size):
    monkeypatch.setenv(settings.MEMORY, said)
    assert settings.read().memory == memory.bound() == size


@pytest.mark.parametrize("said", ["900", "lots", "-1 GB", "1 TB", "1e3 MB", "4 GB of it", "GB", "٣ GB", "1.5.2 GB"])
def test_what_is_no_size_is_refused_with_its_name(monkeypatch, said):
    monkeypatch.setenv(settings.MEMORY, said)
    assert settings.problem() == f"DISTILBERT_VIZ_MEMORY must be a size such as 900 MB or 4 GB, not {said!r}."


@pytest.mark.parametrize("said", ["", " "])
def test_where_nothing_is_said_the_machine_keeps_a_tenth(monkeypatch, said):
    monkeypatch.setenv(settings.MEMORY, said)
    assert memory.bound() == int(0.9 * memory.machine_bytes())
    assert memory.machine_bytes() <= psutil.virtual_memory().total


@pytest.mark.parametrize(
    ("line", "files", "limits"),
    [
        ("0::/", {"memory.max": "1000000000\n"}, [10**9]),
        ("0::/", {"memory.max": "max\n"}, []),
        ("0::/a/b", {"a/b/memory.max": "max", "a/memory.max": "2000", "memory.max": "3000"}, [2000, 3000]),
        ("4:memory:/docker/1", {"memory/memory.limit_in_bytes": "5000"}, [5000]),
        ("4:cpu,memory:/one", {"memory/one/memory.limit_in_bytes": "7000"}, [7000]),
        ("4:cpu:/one", {"memory/one/memory.limit_in_bytes": "7000"}, []),
    ],
)
def test_a_containers_limit_is_found_wherever_its_groups_stand(tmp_path, line, files, limits):
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    (tmp_path / "of this process").write_text(f"9:pids:/\n{line}\n")
    assert list(memory.group_limits(tmp_path, tmp_path / "of this process")) == limits


def test_a_system_without_groups_has_no_such_limit(tmp_path):
    assert list(memory.group_limits(tmp_path, tmp_path / "nothing")) == []


def test_what_a_child_holds_is_counted():
    before = memory.held_bytes()
    words = [sys.executable, "-c", "held = b'1' * 80_000_000; print(flush=True); input()"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        assert memory.held_bytes() - before > 80_000_000
        child.communicate(b"\n")


# What it decides


def test_a_machine_with_room_does_without_nothing():
    assert memory.plan(8 * GIGABYTE) == memory.Plan(results=768 * 2**20, scripts=16, tokens=1024, pool=True, ahead=True, spare=True)


def test_a_small_server_keeps_fewer_results_and_no_process_and_reads_nothing_ahead():
    plan = memory.plan(SMALL)
    assert (plan.pool, plan.ahead, plan.spare) == (False, False, False)
    assert 0 < plan.results <= (SMALL - memory.APP) / 2
    assert 2 <= plan.scripts < 16


def test_who_has_more_does_without_no_more():
    plans = [astuple(memory.plan(size)) for size in range(0, 4 * GIGABYTE, 50 * 10**6)]
    steps = [list(zip(before, after, strict=True)) for before, after in pairwise(plans)]
    assert all(less <= more for step in steps for less, more in step)


def test_a_server_that_is_short_reads_nothing_ahead_and_has_no_process_wait(monkeypatch):
    monkeypatch.setenv(settings.MEMORY, "900 MB")
    monkeypatch.setattr(spare, "start", lambda: pytest.fail("a process"))
    monkeypatch.setattr(warm.threading, "Thread", lambda **_: pytest.fail("a thread"))
    warm.want()
    warm.read_ahead()
    Consumer("cpu").be_ready()


def test_the_free_memory_of_a_cpu_is_what_the_bound_leaves(monkeypatch):
    monkeypatch.setattr(memory, "held_bytes", lambda: SMALL - 10**6)
    monkeypatch.setenv(settings.MEMORY, "900 MB")
    assert devices.free_bytes("cpu") == 10**6
    monkeypatch.setenv(settings.MEMORY, "800 MB")
    assert devices.free_bytes("cpu") == 0


# That it is kept


def filled(results: int) -> Cache:
    """A cache that remembers so many results of 1,000 bytes, asked for in their order."""
    found = Cache(results=results * 1000)
    for number in range(results):
        found.alone(Key(None, number), lambda: np.zeros(125), "cpu")
    return found


def test_no_more_results_are_kept_than_there_is_room_for_and_the_oldest_go():
    found = filled(10)
    found.alone(Key(None, "one more"), lambda: np.zeros(125), "cpu")
    assert found.held_bytes() == 10_000
    assert not found.knows(Key(None, 0))
    found.let_go(2500)
    assert found.held_bytes() == 7000
    assert found.knows(Key(None, "one more"))
    found.let_go(10**9)
    assert found.held_bytes() == 0
    found.end()


def test_a_result_larger_than_the_room_for_all_is_given_and_not_kept():
    found = filled(2)
    assert len(found.alone(Key(None, "large"), lambda: np.zeros(10_000), "cpu")) == 10_000
    assert found.held_bytes() == 2000
    found.end()


@pytest.mark.parametrize(("held", "kept"), [(0.90, 10_000), (0.96, 5_000)])
def test_a_half_of_the_results_goes_where_nearly_all_memory_is_held(monkeypatch, held, kept):
    found = filled(10)
    monkeypatch.setattr(keeper, "cache", lambda: found)
    monkeypatch.setattr(memory, "bound", lambda: 100_000)
    monkeypatch.setattr(memory, "held_bytes", lambda: int(held * 100_000))
    keeper.look()
    assert found.held_bytes() == kept
    found.end()


def test_another_pair_is_loaded_once_results_have_gone(monkeypatch):
    found = filled(10)
    assert found.make_room(PairChoice())
    assert found.held_bytes() == 0
    assert not found.make_room(PairChoice())
    found.end()


@pytest.mark.parametrize("words", [20, 400])
def test_a_text_is_said_to_need_more_than_its_traces_hold(built_in, words):
    traces = trace_pair(built_in, "word " * words)
    sizes = built_in.teacher.architecture, built_in.student.architecture
    assert traces.nbytes < keeper.text_bytes(sizes, len(traces.encoding)) < 12 * traces.nbytes


def test_a_text_that_does_not_fit_is_refused_in_one_sentence_that_says_how_long_one_may_be(built_in, short_of):
    short_of(200 * 10**6)
    with pytest.raises(OutOfMemory, match=r"^This text of 512 tokens needs \d+ MB of memory, and this server has ") as refused:
        keeper.refuse_long(built_in, 512)
    fits = int(str(refused.value).split("try one of at most ")[1].split()[0])
    assert 64 < fits < 512
    keeper.refuse_long(built_in, fits)


def test_a_short_text_is_read_whatever_is_held(built_in, short_of):
    short_of(0)
    keeper.refuse_long(built_in, 16)


@pytest.mark.usefixtures("loaded")
def test_a_page_says_so_and_shows_the_next_text(short_of):
    cache().let_go(10**12)
    short_of(100 * 10**6)
    session = visit("tokens", text=LONG)
    assert [warning.value.split(" needs ")[0] for warning in session.warning] == ["This text of 482 tokens"]
    session.text_input(key="typed").set_value("A short one.").run()
    assert not session.warning
    assert not session.exception
