"""What does bertviz show of both models?"""

import streamlit as st

from distilbert_viz import checking, frame
from distilbert_viz.frame import controls
from distilbert_viz.session import checks
from distilbert_viz.views.forward import bertviz

st.title("bertviz")
st.write("The three views of bertviz, of teacher and student on your text, without a network.")
pair = frame.traced_text()
with st.container(horizontal=True):
    view = bertviz.bertviz_view()
    models = bertviz.bertviz_models()
frames = bertviz.bertviz_frames(pair, view)
bertviz.show_bertviz(frames, pair, view, models)
checks.checked(f"bertviz {view}", lambda stock: checking.frames(frames, stock))
controls.notice(
    "Head view: the heads of one layer at once, a colour a head; point at a token for its lines, click a square to hide a "
    "head. Model view: every head of every layer, a colour a layer; click one to open it. Neuron view: point at a token, "
    "press its plus sign, and see how query times key, dimension by dimension, becomes a weight; blue is above 0 there, "
    "orange below. A strong line says where a head read, not why the model answered as it did."
)
st.caption(
    "Sources: bertviz, Vig 2019 (arXiv 1906.05714), its scripts in another palette, weights rounded to three decimals; "
    "attention is not explanation: Jain & Wallace 2019 (arXiv 1902.10186); the answer: Wiegreffe & Pinter 2019 (arXiv 1908.04626)."
)
