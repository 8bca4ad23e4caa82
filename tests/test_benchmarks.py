"""benchmarks/ measures the app as it is now: what it reaches into has not moved away."""

import pytest
from transformers import BertForMaskedLM, DistilBertForMaskedLM

from benchmarks import engine, lost, notebook
from benchmarks.server import watched_app
from distilbert_viz import pair_of
from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.notebook import show
from tests.support.tiny import bert_config, distilbert_config, random_model


@pytest.mark.parametrize("page", ["attention", "soft_labels"])
def test_a_page_for_a_new_text_is_timed_on_the_server(page):
    with watched_app() as seconds:
        assert 0 < seconds(page, f"A new text for {page.replace('_', ' ')}.") < 60


def test_a_runs_steps_are_held_against_plain_ones_in_turn(write_recipe):
    recipe = recipes.read(write_recipe(steps=engine.WARM_UP + 4))
    seconds = engine.measured(recipe)
    assert len(seconds) == 3  # the first step has no end of another before it
    assert all(0 < part < 60 for pair in seconds for part in pair)


def test_the_hand_over_is_timed_beside_the_bare_passes(built_in):
    found = lost.measured(built_in, 32, 1)
    assert found.keys() == lost.WORK.keys()
    assert all(0 < part < 60 for rows in found.values() for pair in rows for part in pair)


def test_every_head_in_a_notebook_takes_a_twentieth_of_bertvizs_bytes(built_in_tokenizer):
    sizes = {"vocab_size": len(built_in_tokenizer), "max_position_embeddings": 64}
    teacher = random_model(BertForMaskedLM, bert_config(12, num_attention_heads=12, hidden_size=48, **sizes))
    student = random_model(DistilBertForMaskedLM, distilbert_config(6, n_heads=12, dim=48, **sizes))
    widget = show.attention(pair_of(teacher, student, built_in_tokenizer), "a " * (notebook.AT - 2))
    assert len(widget.traces.encoding) == notebook.AT
    parts = notebook.sent(widget)
    assert all(parts.values())
    assert sum(parts.values()) <= notebook.GOAL * notebook.bertviz_bytes(widget.traces.teacher)
