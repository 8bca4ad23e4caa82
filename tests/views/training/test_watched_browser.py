"""Somebody else's training, live in a real Chromium: a loop by hand in another process than the server's."""

import os
import shutil
from pathlib import Path

import pytest
import torch
from playwright.sync_api import expect

from distilbert_viz import Watch, settings
from distilbert_viz.runs import opened
from tests.support.browsers import settled
from tests.support.others import LINES, TEXTS, fresh_student, losses, rows, teacher_in

pytestmark = pytest.mark.browser


@pytest.fixture
def theirs():
    """The folder that every server of the tests shows, empty."""
    folder = Path(os.environ[settings.OPENED])
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_a_loop_by_hand_is_watched_live_and_left_alone(page, app, teacher, theirs):
    teacher, tokenizer = teacher_in(teacher)
    student = fresh_student()
    optimizer = torch.optim.AdamW(student.parameters(), 1e-3)
    watch = Watch(teacher, tokenizer, TEXTS, theirs, LINES, share=0.9)

    def steps(number: int) -> None:
        for _ in range(number):
            parts = losses(teacher, student, torch.utils.data.default_collate(rows()[:4]))
            sum(parts.values()).backward()
            optimizer.step()
            optimizer.zero_grad()
            watch.step(loss=sum(parts.values()), **parts)

    watch.begin(student, steps=40)
    page.goto(f"{app}/live-run?run={opened.identity(theirs)}")
    facts, legend = page.locator(".run .facts"), page.locator(".run .chart .legend").first
    expect(facts).to_contain_text("running", timeout=120_000)
    settled(page)
    expect(page.get_by_text("Somebody's own training, watched here:")).to_be_visible()
    for name in ("Pause", "Resume", "Stop", "Delete"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    expect(page.locator(".run .sentence").first).to_have_text("[CLS]hedr##an##kacupof[MASK].[SEP]")
    steps(20)
    expect(facts).to_contain_text("of 40 ·")
    expect(legend).to_contain_text("distance:")
    expect(legend).to_contain_text("L_ce:")
    expect(legend).not_to_contain_text("L_mlm")
    steps(20)
    watch.end()
    expect(facts).to_contain_text("finished · step 40 of 40")
    expect(facts).to_contain_text("watching took")
    expect(facts).to_contain_text("held-out KL")
    expect(page.locator(".run .where")).to_have_text("step 40")
    expect(page.locator(".run .handed .row")).to_have_count(4)
