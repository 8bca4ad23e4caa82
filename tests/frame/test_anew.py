"""Buttons that are drawn anew stay where they were scrolled to and keep the keyboard's place."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser
FOCUSED = "[...host.shadowRoot.querySelectorAll('button')].indexOf(host.shadowRoot.activeElement)"


def tokens(chosen: int, text: str) -> dict[str, Any]:
    return {
        "tokens": [*text], "ids": [*range(len(text))], "segments": [0] * len(text), "special": [False] * len(text), "masked": [],
        "masks": [], "position": chosen, "facts": {},
    }  # fmt: skip


def agreement(chosen: int, text: str) -> dict[str, Any]:
    words = [{"text": t, "position": i, "agree": True, "said": "", "chosen": i == chosen} for i, t in enumerate(text)]
    return {"note": "a note", "words": words}


def pieces(chosen: int, text: str) -> dict[str, Any]:
    found = [
        {"position": i, "token": t, "id": i, "start": i, "end": i + 1, "segment": 0, "added": False} for i, t in enumerate(text)
    ]
    return {"text": text, "pieces": found, "position": chosen}


def masking(chosen: int, text: str) -> dict[str, Any]:
    cards = [{"typed": t, "reads": t, "outcome": "kept", "position": i, "chosen": i == chosen} for i, t in enumerate(text)]
    return {"tokens": cards}


SCROLLED = {tokens: ".strip", agreement: ".words", pieces: ".pieces", masking: ".masking"}


@pytest.mark.parametrize("make", SCROLLED, ids=lambda make: make.__name__)
def test_a_long_text_stays_where_it_was_scrolled_to(alone, page, make):
    component, place = alone(make.__name__, 300), page.locator(SCROLLED[make])
    component.draw(make(0, "abc" * 100))
    place.evaluate("element => { element.scrollTop = 90 }")
    component.draw(make(1, "abc" * 100))
    assert place.evaluate("element => element.scrollTop") == 90


@pytest.mark.parametrize("make", SCROLLED, ids=lambda make: make.__name__)
def test_whoever_chose_by_the_keyboard_goes_on_from_there(alone, page, make):
    component = alone(make.__name__)
    component.draw(make(0, "abc"))
    page.locator("main button").nth(1).focus()
    page.keyboard.press("Enter")
    assert component.told == [{"position": 1}]
    component.draw(make(1, "abc"))
    assert page.evaluate(FOCUSED) == 1
