"""distilbert_viz: see how BERT becomes DistilBERT. This file is the table of contents."""

import streamlit as st

from distilbert_viz.frame import bar
from distilbert_viz.session import checks, gate, pages, present, server, state
from distilbert_viz.views.training import live

# Each url_path differs from its file's name: a test session that starts on a file-name slug would skip this file.
PAGES = {
    "The forward pass": [
        ("forward/architecture", "Architecture", "bert-to-distilbert"),
        ("forward/tokens", "Tokens", "wordpieces"),
        ("forward/embeddings", "Embeddings", "embedding-sum"),
        ("forward/attention", "Attention", "attention-heads"),
        ("forward/block", "Inside a block", "inside-a-block"),
        ("forward/hidden_states", "Hidden states", "hidden-states"),
        ("forward/soft_labels", "Soft labels", "soft-labels"),
    ],
    "Distillation": [
        ("training/one_step", "One step", "one-distillation-step"),
        ("training/distil", "Distil", "live-distillation"),
        ("training/race", "Ablation race", "ablation-race"),
    ],
    "What the student kept": [
        ("kept/heads", "Which heads survived", "heads-that-survived"),
        ("kept/atlas", "Head atlas", "heads-in-numbers"),
        ("kept/lost", "Where it was lost", "where-it-was-lost"),
        ("forward/rollout", "Rollout and norms", "what-attention-carries"),
        ("forward/words", "Words and sets", "words-and-sets"),
        ("forward/texts", "Several texts", "several-texts"),
        ("kept/what_if", "What if", "what-moves"),
        ("kept/attribution", "Attribution", "owed-to-tokens"),
        ("forward/lines", "Lines", "token-to-token"),
        ("forward/bertviz", "bertviz", "bertviz-views"),
        ("take_along", "Take it along", "report-and-files"),
    ],
    "What it saves": [
        ("savings/size", "Size", "size-and-parts"),
        ("savings/computation", "Computation", "arithmetic"),
        ("savings/speed", "Speed", "measured-speed"),
        ("savings/memory", "Memory", "measured-memory"),
        ("savings/quality", "Quality", "what-is-lost"),
        ("savings/choose", "When to use which", "teacher-or-student"),
        ("savings/why_faster", "Why it is faster", "chain-of-causes"),
    ],
}

if __name__ == "__main__":  # a visitor's session
    st.set_page_config(page_title="distilbert_viz", layout="wide")
    sections = pages.sections(PAGES)
    page = st.navigation(sections)
    pages.go_to_asked(sections)
    with gate.admitted():
        bar.bar()
        pages.run(page)
    checks.run_checks()
    state.write_address()
    present.forget_answer()
else:  # the server, once
    app = st.App(__file__, lifespan=server.lifespan, routes=live.routes())
