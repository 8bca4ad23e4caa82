"""Where it was lost, in a browser: a mixture and a token are chosen by pointer and by keyboard."""

import re

from playwright.sync_api import expect

TEXT = "The dog chased the [MASK] up a tree."


def canvas(page, title: str):
    """The canvas under this title."""
    return page.locator(f'canvas[aria-label^="{title}"]')


def test_a_mixture_and_a_patch_are_chosen_on_their_maps(open_page):
    page = open_page("where-it-was-lost", TEXT)
    map_ = canvas(page, "Teacher · the student reads on")
    expect(page.get_by_text("The student's state after L0, then the teacher from L1 on")).to_be_visible()
    map_.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("The teacher's state after L1, then the student from L1 on")).to_be_visible()
    box = map_.bounding_box()
    map_.click(position={"x": box["width"] - 8, "y": box["height"] - 20})
    expect(page.get_by_text("The teacher's state after L5, then the student's head")).to_be_visible()
    tokens = canvas(page, "the whole state from the teacher")
    tokens.focus()
    for key in ("ArrowDown", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text(re.compile("“the” after L0: the student's answer was"))).to_be_visible()
