"""What does the teacher tell the student about one position, or a classifier about a text?"""

import streamlit as st

from distilbert_viz import checking, ui
from distilbert_viz.figures import soft_labels

st.title("Soft labels")
st.write(
    "At a position the teacher spreads its belief over the whole vocabulary, a classifier of texts over its classes: that is what "
    "a student can learn from."
)
pair = ui.traced_text()
temperature = ui.temperature()
labels, hard_label = ui.soft_labels(pair, temperature)
ui.distances(labels)
ui.plot(soft_labels.bars(labels, hard_label), "bars", "Soft labels of teacher and student.")
ui.checked(f"soft {labels.position} {temperature}", lambda stock: checking.soft_labels(labels, stock), logits=True)
ui.table(soft_labels.table(labels), "rank moves")
ui.class_names()

st.subheader("Every position")
every = ui.position_labels(temperature)
if every:
    ui.shown_table(soft_labels.positions_table(every, pair.encoding, ui.vocabulary()), "every position")
    ui.checked(f"positions {temperature}", lambda stock: checking.position_labels(every, stock), logits=True)
ui.notice(
    "Raise the temperature T and the small probabilities grow: which wrong answers the teacher finds less wrong is "
    "what a hard label cannot say. Dividing logits by T makes the gradient shrink like 1/T², so the training "
    "multiplies KL by T² to keep its size."
)
st.caption(
    "Sources: temperature and T²: Hinton, Vinyals & Dean 2015 (arXiv 1503.02531), section 2; L_ce at T = 2 in the "
    "released training: Sanh et al. 2019 (arXiv 1910.01108), section 2."
)
