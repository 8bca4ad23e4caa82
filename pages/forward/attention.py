"""Where does each head look? Teacher left, student right."""

import streamlit as st

from distilbert_viz import frame
from distilbert_viz.views.forward import attention

frame.title("Attention", "Every head spreads one unit of attention from each token (row) over all tokens (column).")
pair = frame.traced_text()
with st.container(horizontal=True):
    linked = frame.link()
    hidden = attention.hide_special()
    mean = attention.mean_over_heads()
heads = frame.chosen_heads(pair)
attention.overview(pair, heads, linked, hidden)

frame.section("One head in full")
attention.maps(pair, heads, mean, hidden)
frame.notice(
    "Attention maps were never a training target: the student was asked for the teacher's soft labels and its last "
    "hidden state alone. Where the maps look alike, that is a result (and an inheritance: the student's layers began "
    "as copies). Much weight on [SEP] or [CLS] often marks a head that has nothing to say about a token."
)
frame.sources(
    "Sanh et al. 2019 (arXiv 1910.01108), section 2; Clark et al. 2019 (arXiv 1906.04341), section 3.2, on "
    "attention to separators; what attention can't explain: Jain & Wallace 2019 (arXiv 1902.10186)."
)
