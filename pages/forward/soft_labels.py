"""What does the teacher tell the student about one position, or a classifier about a text?"""

import streamlit as st

from distilbert_viz import checking, frame
from distilbert_viz.figures.forward import soft_labels
from distilbert_viz.frame import classes, controls
from distilbert_viz.session import checks, present
from distilbert_viz.views.forward import soft_labels as panels

st.title("Soft labels")
st.write(
    "At a position the teacher spreads its belief over the whole vocabulary, a classifier of texts over its classes: that is what "
    "a student can learn from."
)
pair = frame.traced_text()
temperature = controls.temperature()
labels, hard_label = panels.soft_labels(pair, temperature)
panels.distances(labels)
controls.plot(soft_labels.bars(labels, hard_label), "bars", "Soft labels of teacher and student.")
checks.checked(f"soft {labels.position} {temperature}", lambda stock: checking.soft_labels(labels, stock), logits=True)
controls.table(soft_labels.table(labels), "rank moves")
classes.class_names()

st.subheader("Every position")
every = panels.position_labels(temperature)
if every:
    controls.shown_table(soft_labels.positions_table(every, pair.encoding, present.vocabulary()), "every position")
    checks.checked(f"positions {temperature}", lambda stock: checking.position_labels(every, stock), logits=True)
controls.notice(
    "Raise the temperature T and the small probabilities grow: which wrong answers the teacher finds less wrong is "
    "what a hard label cannot say. Dividing logits by T makes the gradient shrink like 1/T², so the training "
    "multiplies KL by T² to keep its size."
)
st.caption(
    "Sources: temperature and T²: Hinton, Vinyals & Dean 2015 (arXiv 1503.02531), section 2; L_ce at T = 2 in the "
    "released training: Sanh et al. 2019 (arXiv 1910.01108), section 2."
)
