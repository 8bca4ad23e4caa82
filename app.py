"""distilbert_viz: see how BERT becomes DistilBERT. This file is the table of contents."""

import streamlit as st

from distilbert_viz import ui

# Each url_path differs from its file's name: a test session that starts on a file-name slug would skip this file.
PAGES = {
    "The forward pass": [
        ("architecture", "Architecture", "bert-to-distilbert"),
        ("tokens", "Tokens", "wordpieces"),
        ("embeddings", "Embeddings", "embedding-sum"),
        ("attention", "Attention", "attention-heads"),
        ("block", "Inside a block", "inside-a-block"),
        ("hidden_states", "Hidden states", "hidden-states"),
        ("soft_labels", "Soft labels", "soft-labels"),
    ],
    "Distillation": [
        ("one_step", "One step", "one-distillation-step"),
        ("distil", "Distil", "live-distillation"),
        ("race", "Ablation race", "ablation-race"),
    ],
    "What the student kept": [
        ("heads", "Which heads survived", "heads-that-survived"),
        ("atlas", "Head atlas", "heads-in-numbers"),
        ("rollout", "Rollout and norms", "what-attention-carries"),
        ("words", "Words and sets", "words-and-sets"),
        ("texts", "Several texts", "several-texts"),
        ("what_if", "What if", "what-moves"),
        ("attribution", "Attribution", "owed-to-tokens"),
        ("lines", "Lines", "token-to-token"),
        ("bertviz", "bertviz", "bertviz-views"),
        ("take_along", "Take it along", "report-and-files"),
    ],
    "What it saves": [
        ("size", "Size", "size-and-parts"),
        ("computation", "Computation", "arithmetic"),
        ("speed", "Speed", "measured-speed"),
        ("memory", "Memory", "measured-memory"),
        ("quality", "Quality", "what-is-lost"),
        ("choose", "When to use which", "teacher-or-student"),
        ("why_faster", "Why it is faster", "chain-of-causes"),
    ],
}

if __name__ == "__main__":  # a visitor's session
    st.set_page_config(page_title="distilbert_viz", layout="wide")
    sections = ui.sections(PAGES)
    page = st.navigation(sections)
    ui.go_to_asked(sections)
    with ui.admitted():
        ui.bar()
        ui.run(page)
    ui.run_checks()
    ui.write_address()
else:  # the server, once
    app = st.App(__file__, lifespan=ui.lifespan, routes=ui.routes())
