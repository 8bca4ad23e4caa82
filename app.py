"""distilbert_viz: see how BERT becomes DistilBERT. This file is the table of contents."""

import streamlit as st

from distilbert_viz import ui

st.set_page_config(page_title="distilbert_viz", page_icon=":material/compare_arrows:", layout="wide")

# Each url_path differs from its file's name: Streamlit serves a file-name slug without this file on a fresh server.
PAGES = [
    st.Page("pages/architecture.py", title="Architecture", url_path="bert-to-distilbert", default=True),
    st.Page("pages/tokens.py", title="Tokens", url_path="wordpieces"),
    st.Page("pages/embeddings.py", title="Embeddings", url_path="embedding-sum"),
    st.Page("pages/attention.py", title="Attention", url_path="attention-heads"),
    st.Page("pages/block.py", title="Inside a block", url_path="inside-a-block"),
    st.Page("pages/hidden_states.py", title="Hidden states", url_path="hidden-states"),
    st.Page("pages/soft_labels.py", title="Soft labels", url_path="soft-labels"),
]

page = st.navigation({"The forward pass": PAGES})
ui.go_to_asked(PAGES)
ui.bar()
page.run()
ui.run_checks()
ui.write_address()
