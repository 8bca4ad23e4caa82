"""What does bertviz show of both models?"""

import streamlit as st

from distilbert_viz import frame
from distilbert_viz.views.forward import attention, bertviz

top = frame.title("Attention", "The three views of bertviz, of teacher and student on your text, without a network.")
pair = frame.traced_text()
choice = attention.choices(pair, hides=False, means=False)
top.say(attention.sentence(pair, choice))
with st.container(horizontal=True):
    view = bertviz.view()
    models = bertviz.models()
frames = bertviz.frames(pair, view)
bertviz.show(frames, pair, view, models)
frame.notice(
    "Head view: point at a token for its lines, a colour a head; click a square to hide a head.",
    "Model view: every head of every layer; click one to open it.",
    "Neuron view: point at a token, press its plus sign, and see how query times key becomes a weight.",
    see=bertviz.see(),
    more="In the neuron view blue is above 0, orange below, dimension by dimension. A strong line says where a head read, not "
    "why the model answered as it did.",
)
frame.sources(
    "bertviz, Vig 2019 (arXiv 1906.05714), its scripts in another palette, weights rounded to three decimals; "
    "attention is not explanation: Jain & Wallace 2019 (arXiv 1902.10186); the answer: Wiegreffe & Pinter 2019 (arXiv 1908.04626)."
)
