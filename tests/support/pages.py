"""A session on a page, as Streamlit's AppTest runs it, and what one finds and presses there."""

import functools
import html
import re

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button
from streamlit.util import calc_hash

from app import PAGES as CONTENTS
from distilbert_viz.session import jobs, pages
from tests.support.paths import ROOT

# Every new session would look for components of others in all installed packages, for half a second: once is enough.
manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)
pages.SECONDS_TO_PAINT = 0.0  # there is no browser here that would paint
ENTRIES = [entry for section in CONTENTS.values() for entry in section]
# The address of each page, and of each view the page and its name in the address, by the name of the file or folder.
LINKS: dict[str, tuple[str, str | None]] = {entry.file.rpartition("/")[2]: (entry.address, None) for entry in ENTRIES}
LINKS |= {
    view.replace(" ", "_"): (entry.address, view.replace(" ", "-") if place else None)
    for entry in ENTRIES
    for place, view in enumerate(entry.views)
}
SCREENS = [screen for screen in LINKS if screen not in {entry.file.rpartition("/")[2] for entry in ENTRIES if entry.views}]
# Every page and view that shows the inside of the models on the present text.
PAGES = ["first", "architecture", "tokens", "embeddings", "maps", "lines", "words", "what_it_carries", "rollout", "bertviz",
         "block", "hidden_states", "soft_labels", "one_step", "heads", "atlas", "lost", "what_if", "attribution",
         "text_report"]  # fmt: skip
# What might be read as something else, or drawn wrongly.
STRANGE = (
    "<script>alert(1)</script> & <b>bold</b>",
    "**bold** # head `code` [link](http://example.org) $x^2$ :red[red] ![i](x)",
    "I 😀 love 🏳️‍🌈 family 👨‍👩‍👧‍👦",
    "e\u0301\u0302\u0303 a\u0308\u0300 Zalgo\u0336\u0335",
    "שלום עולם مرحبا بالعالم",
    "a\x00b\x07c\x1b[31m d\u200be\u202e f",
    "你好，世界",
    "{curly} {{double}} %s %(x)s \\n \\",
)
NASTY = {
    "strange": " ".join(STRANGE),
    "masks": "[MASK] " * 40,
    "separators": "one [SEP] two [SEP] three [CLS] [PAD] [UNK]",
    "one word": "Hi",
    "one character": "?",
    "long word": "a" * 300,
    "five thousand words": "word " * 5000,
}


def go_to(session: AppTest, page: str) -> AppTest:
    """The same session on another page or view, by its name; it is not run yet."""
    address, view = LINKS[page]
    session._page_hash = calc_hash(address)  # switch_page would know it only after a run of the first page, which takes long
    session.query_params.pop("view", None)
    if view is not None:
        session.query_params["view"] = view
    return session


def visit(page: str, text: str | None = None, **address: str) -> AppTest:
    """A new session that opens a page or view by its link, with a text typed into the bar."""
    session = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    session.query_params.update(address)
    go_to(session, page).run()
    if text is not None:
        session.text_input(key="typed").set_value(text).run()
    assert not session.exception, session.exception
    return session


def captions(session: AppTest) -> list[str]:
    """All captions on the page; of a tick, what it says."""
    return [plain_words(caption.value) for caption in session.caption]


def plain_words(markdown: str) -> str:
    """The words of a text without the marks of its terms; of a tick, the words behind it."""
    ticks = re.sub(r'<span class="tick"[^>]* data-said="([^"]*)">[^<]*</span>', lambda tick: html.unescape(tick[1]), markdown)
    return re.sub(r"</?span[^>]*>", "", ticks)


def words(session: AppTest) -> str:
    """All that the page says in words, without Markdown's escapes; of a tick, what it says."""
    kinds = (session.markdown, session.caption, session.info, session.warning, session.subheader)
    return " ".join(plain_words(element.value) for kind in kinds for element in kind).replace("\\", "")


def assert_checks_hold(session: AppTest) -> None:
    """Every check on the page is within float32's rounding, or half a step of what is drawn in bytes."""
    for check in (caption for caption in captions(session) if caption.startswith("checked against the model:")):
        numbers = [float(number) for number in re.findall(r"\d\.\de[+-]\d+", check)]
        assert max(numbers[:2]) <= 1.05 * (numbers[2] if len(numbers) > 2 else 0) + 2e-5, check


def button(session: AppTest, label: str) -> Button:
    """The button with this label."""
    return next(found for found in session.button if found.label == label)


def worked(session: AppTest) -> AppTest:
    """The same session once its work of seconds has ended."""
    for job in jobs.server_jobs().all().values():
        assert job.finished.wait(60)
    return session.run()


def end_jobs() -> None:
    """Stop what is under way: a thread inside torch when Python ends would take the process down."""
    for job in jobs.server_jobs().all().values():
        job.stop()
        assert job.finished.wait(120)
