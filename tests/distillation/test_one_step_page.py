"""The page of one distillation step: its choices, its link and its check."""

from tests.support.one_step import TEXT
from tests.support.pages import captions, visit


def test_a_text_of_masks_alone_gets_one_sentence_on_the_page(loaded):
    session = visit("one_step", "[MASK] [MASK]")
    assert "nothing to mask" in session.info[0].value
    session.text_input(key="typed").set_value("Good morning, captain.").run()
    assert not session.info
    assert not session.exception


def test_another_seed_draws_again_and_is_shown(loaded):
    session = visit("one_step")
    session.number_input(key="step_seed").set_value(3).run()
    assert any("drawn with seed 3" in caption for caption in captions(session))


def test_a_copied_link_brings_every_choice_of_the_step(loaded):
    address = {"step_seed": "4", "step_form": "textbook", "step_alpha": "0.3", "step_rate": "5e-4", "step_on": "masked"}
    session = visit("one_step", **address)
    assert session.number_input(key="step_seed").value == 4
    assert session.slider(key="step_alpha").value == 0.3
    assert session.select_slider(key="step_rate").value == 5e-4
    assert session.segmented_control(key="step_on").value == "masked"


def test_both_forms_of_the_loss_are_offered_and_keep_their_sliders(loaded):
    session = visit("one_step")
    assert [session.slider(key=f"step_{name}").value for name in ("ce", "mlm", "cos")] == [5, 2, 1]
    assert session.slider(key="step_temperature").value == 2
    session.slider(key="step_mlm").set_value(0.5).run()
    session.segmented_control(key="step_form").set_value("textbook").run()
    assert session.slider(key="step_alpha").value == 0.5
    session.segmented_control(key="step_form").set_value("published").run()
    assert session.slider(key="step_mlm").value == 0.5
    assert not session.exception


def test_the_losses_on_the_page_are_checked_by_hand(loaded):
    check = next(c for c in captions(visit("one_step", TEXT)) if c.startswith("losses checked by hand"))
    assert float(check.split()[-1]) < 5e-5
