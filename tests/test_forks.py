"""Processes of the tests' own."""

import sys
from types import ModuleType

from tests.support import forks


class Unreadable:
    """What no other process can read."""

    def __reduce__(self):
        return int, ("no number",)


def test_a_process_begins_although_a_tested_page_was_left_as_the_main_module(tmp_path, monkeypatch):
    page = ModuleType("__main__")
    page.__file__ = str(tmp_path / "page.py")
    (tmp_path / "page.py").write_text("page(*__args)")
    monkeypatch.setitem(sys.modules, "__main__", page)
    ended = forks.done(forks.python, "-m", "this", log=tmp_path / "log")
    assert (ended.returncode, ended.stdout.splitlines()[0], ended.stderr) == (0, "The Zen of Python, by Tim Peters", "")
    assert sys.modules["__main__"] is page


def test_of_a_process_that_fails_before_its_work_the_status_is_known(tmp_path):
    ended = forks.done(print, Unreadable(), log=tmp_path / "log")
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "")
