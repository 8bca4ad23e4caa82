"""Which token looks at which?"""

import streamlit as st

from distilbert_viz import frame
from distilbert_viz.figures.forward import attention, lines
from distilbert_viz.frame import components, controls
from distilbert_viz.session import checks, present
from distilbert_viz.views.forward import soft_labels as panels

st.title("Lines")
st.write("One head as lines, from each token (left) to the tokens that it looks at (right): the stronger, the more weight.")
pair = frame.traced_text()
heads = controls.chosen_heads(pair)
with st.container(horizontal=True):
    linked = controls.link()
    hide_special = panels.hide_special()
    mean = panels.mean_over_heads()
chosen = [(layer, None if mean else head) for layer, head in heads]
drawing = lines.lines(pair, chosen, present.position(pair.encoding), hide_special)
components.lines(drawing, "lines")
checks.checked(f"lines {chosen} {hide_special}", lambda stock: panels.head_difference(drawing, stock, chosen, pair, hide_special))
if hide_special:
    st.caption("[CLS] and [SEP] are hidden. Rows are not renormalised: what is missing to 1 went to the hidden tokens.")
controls.table(attention.table(pair, chosen, present.position(pair.encoding)), "the chosen token's row")
controls.notice(
    "Parallel lines mean that every token looks at its neighbour; lines that run together mean that one token, often [SEP] "
    "or [CLS], is where heads look when they find nothing else to do. Point at a token on the right to see who looks at "
    "it. A line is where a head read, not what it read there, and not why the model answered as it did."
)
st.caption(
    "Sources: heads that look at neighbours and at separators: Clark et al. 2019 (arXiv 1906.04341), section 3; attention "
    "is not explanation: Jain & Wallace 2019 (arXiv 1902.10186); and the answer, Wiegreffe & Pinter 2019 (arXiv 1908.04626)."
)
