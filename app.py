"""distilbert_viz: see how BERT becomes DistilBERT. This file is the table of contents."""

import streamlit as st

from distilbert_viz.frame import bar
from distilbert_viz.session import checks, gate, look, moved, pages, present, server, state, told
from distilbert_viz.session.pages import Entry
from distilbert_viz.views.forward import libraries
from distilbert_viz.views.tour import strip
from distilbert_viz.views.training import live

# A page's address is its title, and a file of pages/ itself (not of its folders) may not have that name: docs/decisions.md.
PAGES = {
    "": [Entry("Start", "first")],
    "The forward pass": [
        Entry("Architecture", "forward/architecture"),
        Entry("Tokens", "forward/tokens"),
        Entry("Embeddings", "forward/embeddings"),
        Entry("Attention", "forward/attention", ("maps", "lines", "words", "what it carries", "rollout", "bertviz")),
        Entry("Inside a block", "forward/block"),
        Entry("Hidden states", "forward/hidden_states"),
        Entry("Soft labels", "forward/soft_labels"),
    ],
    "Distillation": [
        Entry("One step", "training/one_step"),
        Entry("Live run", "training/live_run", of_text=False),
        Entry("Ablation race", "training/race", of_text=False),
    ],
    "What the student kept": [
        Entry("Which heads survived", "kept/heads"),
        Entry("Head atlas", "kept/atlas"),
        Entry("Where it was lost", "kept/lost"),
        Entry("What if", "kept/what_if"),
        Entry("Attribution", "kept/attribution"),
        Entry("Report", "text_report", listed=False),
    ],
    "What it saves": [
        Entry("Size and arithmetic", "savings/size_and_arithmetic", ("size", "arithmetic"), of_text=False),
        Entry("Speed and memory", "savings/speed_and_memory", ("speed", "memory"), of_text=False),
        Entry("Quality", "savings/quality", of_text=False),
        Entry("When to use which", "savings/when_to_use_which", ("which one", "why it is faster"), of_text=False),
    ],
}
FIRST = next(iter(PAGES.values()))[0]

if __name__ == "__main__":  # a visitor's session
    st.set_page_config(page_title="distilbert_viz", layout="wide")
    strip.lead()
    page = pages.navigate(PAGES)
    strip.menu()
    with gate.admitted():
        bar.bar()
        with st.container(key="page"):  # of however many elements: what stands below keeps its place
            pages.run(page)
        strip.show()
    told.forget()
    checks.run_checks()
    state.write_address()
    present.forget_answer()
else:  # the server, once
    SERVER = {
        "lifespan": server.lifespan,
        "routes": [*live.routes(), *libraries.routes(), *moved.routes(FIRST)],
        "middleware": look.middleware(),
    }
    app = st.App(__file__, **SERVER)
