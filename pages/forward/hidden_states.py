"""How far are the two models from each other, layer by layer?"""

import streamlit as st

from distilbert_viz import checking, frame
from distilbert_viz.figures.forward import hidden_states
from distilbert_viz.frame import components, controls
from distilbert_viz.session import checks, present
from distilbert_viz.views.forward import soft_labels as panels

st.title("Hidden states")
st.write("After each layer every token is a vector: here the student's vectors are held against the teacher's.")
pair = frame.traced_text()
measure = st.segmented_control(
    "Measure",
    list(hidden_states.MEASURES),
    default="cosine",
    required=True,
    key="measure",
    label_visibility="collapsed",
)
panels.similarity(pair, measure)
checks.checked("hidden states", lambda stock: checking.hidden_states(pair, stock))
controls.plot(hidden_states.final_cosine(pair), "final", "Cosine of the last hidden states at every token.")
checks.checked("hidden states", lambda stock: checking.hidden_states(pair, stock))

st.subheader("What each layer would already predict")
st.write("The model's own head read on every state: at the chosen token, or, of a classifier, at [CLS] for the whole text.")
position = present.position(pair.encoding)
predictions = present.predictions(position)
components.cells(hidden_states.lens(predictions, controls.theme()), "lens")
checks.checked(f"lens {position}", lambda stock: checking.predictions(predictions, stock), logits=True)
controls.notice(
    "L_cos pulled the student's last state towards the teacher's last state, and nothing else (in a fine-tuned pair, before either "
    "was fine-tuned): the outlined cells (each student layer with the teacher layer that started it) need not be the most similar "
    "ones. The head was trained on the last state alone; on earlier states it is a reading, not the model's prediction."
)
st.caption(
    "Sources: L_cos: Sanh et al. 2019 (arXiv 1910.01108), section 2; CKA: Kornblith et al. 2019 (arXiv 1905.00414), "
    "debiased after Song et al. 2012; the head on every state: nostalgebraist 2020, “interpreting GPT: the logit lens”."
)
