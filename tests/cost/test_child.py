"""A measurement in a process of its own, heard line by line and ended without a trace."""

import dataclasses
import os

import psutil
import pytest
from typer.testing import CliRunner

from distilbert_viz import cost
from distilbert_viz.cli import app, bench
from distilbert_viz.cost import child
from distilbert_viz.cost.request import Request, RequestError
from distilbert_viz.runs import measuring


def test_lines_come_as_they_are_written():
    lines = child.Lines("-c", "print('one', flush=True); print('two'); print('three')")
    assert list(lines) == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("import sys; sys.exit('the first line\\nThe batch does not fit.')", "^The batch does not fit.$"),
        ("import os; os.kill(os.getpid(), 9)", r"killed \(signal 9\): most likely there was not enough memory"),
        ("import sys; sys.exit(3)", "ended with status 3"),
    ],
)
def test_a_process_that_fails_says_why_in_one_sentence(script, sentence):
    lines = child.Lines("-c", f"print(1, flush=True)\n{script}")
    assert next(lines) == "1"
    with pytest.raises(RequestError, match=sentence):
        next(lines)


def test_a_process_that_does_not_leave_is_ended_with_its_children(monkeypatch):
    monkeypatch.setattr(child, "SECONDS_TO_LEAVE", 0.2)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    parent = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {deaf!r}]).pid, flush=True); {deaf}"
    lines = child.Lines("-c", parent)
    pid = int(next(lines))
    assert (next(lines), next(lines)) == ("deaf", "deaf")
    lines.close()
    assert gone(pid)
    assert list(lines) == []


def gone(pid: int) -> bool:
    """Whether no process with this number works any more, now or within some seconds."""
    try:
        psutil.Process(pid).wait(10)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


def test_the_options_of_the_shell_say_the_whole_request(tiny, monkeypatch):
    asked = []
    monkeypatch.setattr(bench, "measured", lambda request, stream: asked.append((request, stream)))
    for one in (tiny, Request(pair="built-in", form="as pre-trained", seconds=0.5, lengths=(1,))):
        answer = CliRunner().invoke(app, ["bench", *measuring.words(one), "--stream"])
        assert answer.exit_code == 0, answer.output
        assert asked.pop() == (one, True)


def test_a_streamed_measurement_that_is_closed_leaves_no_process_behind(tiny):
    stream = measuring.stream(tiny)
    first = next(stream)
    assert (first.timings, first.weights) == ((), tuple(4 * size.parameters for size in cost.sizes(tiny)))
    processes = psutil.Process(os.getpid()).children(recursive=True)
    started = [one for one in processes if "bench" in one.cmdline()]
    assert started
    stream.close()
    assert all(gone(one.pid) for one in started)
    assert list(stream) == []


def test_a_streamed_measurement_fails_with_the_sentence_of_the_shell(tiny):
    with pytest.raises(ValueError, match="BertForMaskedLM reads at most 40 tokens"):
        list(measuring.stream(dataclasses.replace(tiny, lengths=(64,))))
