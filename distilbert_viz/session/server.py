"""What the server does once, before its first visitor."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from distilbert_viz import memory, settings
from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.runs import queue
from distilbert_viz.session import jobs, keeper, logs, visitors, warm
from distilbert_viz.session.allocator import set_up
from distilbert_viz.session.cache import cache

# A pass asks for Python's lock hundreds of times; with the default of 5 ms each, scripts of other sessions hold it up.
SECONDS_A_SWITCH = 0.0005
# A visitor who comes at once sees the text box first, and the pair is loaded behind it: an import of torch at the same time
# makes that visitor wait 3.7 s for the box instead of 1.7. A server that is started ahead of its visitors loads meanwhile.
SECONDS_ALONE = 5.0
# For a training to save and leave: who stops a container kills what is left of it after ten seconds.
SECONDS_TO_LEAVE = 7.0


def load_unless_visited() -> None:
    """Begin loading the pair that a visitor without a link sees; a visitor who is there begins it after the first paint."""
    if not visitors.somebody_came():
        cache().load(PairChoice())


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[dict[str, str]]:
    """Say that app.py, not the folder pages/, names the pages; take up the runs that the last server left; begin loading the
    pair that a visitor without a link sees; and at the end stop what is under way. A public server's log quotes nobody.

    Streamlit learns the first from st.navigation in a first session; until then it answers a copied link with "Page not
    found".
    """
    if settings.problem() or settings.read().public:
        logs.keep_texts_out()
    set_up(memory.present_plan().pool)
    keeper.watch()
    warm.want()
    sys.setswitchinterval(SECONDS_A_SWITCH)
    PagesManager.uses_pages_directory = False
    queue.start_needed_consumers()
    asyncio.get_running_loop().call_later(SECONDS_ALONE, load_unless_visited)
    try:
        yield {}
    finally:
        leaving = threading.Thread(target=queue.end_consumers, args=(SECONDS_TO_LEAVE,))
        leaving.start()
        jobs.end()
        cache().end()
        leaving.join()
