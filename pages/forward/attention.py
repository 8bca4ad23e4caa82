"""Where does each head look? Teacher left, student right."""

import streamlit as st

from distilbert_viz import frame
from distilbert_viz.figures.forward import attention
from distilbert_viz.frame import components, controls
from distilbert_viz.session import checks, present
from distilbert_viz.views.forward import soft_labels as panels

st.title("Attention")
st.write("Every head spreads one unit of attention from each token (row) over all tokens (column).")
pair = frame.traced_text()
with st.container(horizontal=True):
    linked = controls.link()
    hide_special = panels.hide_special()
    mean = panels.mean_over_heads()
heads = controls.chosen_heads(pair)
overview = attention.attention_overview(pair, heads, linked, hide_special)
components.canvas(overview, "overview")
checks.checked(f"overview {hide_special}", lambda stock: panels.overview_difference(overview, stock, pair, hide_special))

chosen = [(layer, None if mean else head) for layer, head in heads]
st.subheader("One head in full")
maps = attention.head_maps(pair, chosen, present.position(pair.encoding), hide_special)
components.canvas(maps, "head")
checks.checked(f"head {chosen} {hide_special}", lambda stock: panels.head_difference(maps, stock, chosen, pair, hide_special))
if hide_special:
    st.caption("[CLS] and [SEP] are hidden. Rows are not renormalised: what is missing to 1 went to the hidden tokens.")
controls.table(attention.table(pair, chosen, present.position(pair.encoding)), "the chosen token's row")
controls.notice(
    "Attention maps were never a training target: the student was asked for the teacher's soft labels and its last "
    "hidden state alone. Where the maps look alike, that is a result (and an inheritance: the student's layers began "
    "as copies). Much weight on [SEP] or [CLS] often marks a head that has nothing to say about a token."
)
st.caption(
    "Sources: Sanh et al. 2019 (arXiv 1910.01108), section 2; Clark et al. 2019 (arXiv 1906.04341), section 3.2, on "
    "attention to separators; what attention can't explain: Jain & Wallace 2019 (arXiv 1902.10186)."
)
