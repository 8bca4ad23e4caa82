"""How much memory a run is said to need, and what becomes of one that is too large."""

from dataclasses import replace

import pytest

from distilbert_viz import memory, settings
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.pairs.catalogue import FOLDER
from distilbert_viz.pairs.sizes import numbers, sizes
from distilbert_viz.runs import needs

DEFAULT = Recipe(device="cpu")
LARGER = {
    "more layers": {"layers": 6},
    "words that learn": {"frozen_words": False},
    "a random start": {"start": "random"},
    "a larger step": {"batch": 64},
    "longer sentences": {"length": 128},
    "L_ce at every token": {"ce_on": "all"},
    "more masked": {"masked": 0.6},
}


def test_the_built_in_teacher_says_how_large_it_is(built_in):
    found, teacher = sizes(str(FOLDER / "teacher")), built_in.teacher
    assert (found.vocabulary, found.hidden, found.layers) == (teacher.config.vocab_size, 384, 6)
    assert found.numbers == numbers(FOLDER / "teacher") == sum(p.numel() for p in teacher.network.parameters())


@pytest.mark.parametrize("change", LARGER)
def test_what_costs_more_needs_more(change):
    assert needs.run_bytes(replace(DEFAULT, **LARGER[change])) > needs.run_bytes(DEFAULT)


def test_a_step_in_parts_needs_less():
    assert needs.run_bytes(replace(DEFAULT, batch=64, accumulation=4)) < needs.run_bytes(replace(DEFAULT, batch=64))


def test_a_student_on_a_gpu_needs_no_more_than_its_way_there():
    assert needs.run_bytes(replace(DEFAULT, device="cuda")) < needs.run_bytes(DEFAULT)


def test_a_teacher_that_is_not_here_is_the_runs_own_to_refuse():
    assert needs.run_bytes(replace(DEFAULT, teacher="/no/such/folder")) == memory.CHILD


@pytest.mark.parametrize(("bound", "fits"), [("900 MB", False), ("4 GB", True)])
def test_the_default_run_fits_beside_a_server_with_room_and_is_refused_in_a_sentence_elsewhere(monkeypatch, bound, fits):
    monkeypatch.setenv(settings.MEMORY, bound)
    why = needs.lacking(DEFAULT)
    assert (why is None) == fits
    assert fits or "of memory in a process of its own, and this server may hold 900 MB in all" in why
