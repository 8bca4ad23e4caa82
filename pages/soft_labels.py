"""What does the teacher tell the student about one position?"""

import streamlit as st

from distilbert_viz import checking, ui
from distilbert_viz.figures import soft_labels

st.title("Soft labels")
st.write("At a position the teacher spreads its belief over the whole vocabulary: that is what the student learns from.")
pair = ui.traced_text()
temperature = ui.temperature()
labels, hard_label = ui.soft_labels(pair, temperature)
ui.distances(labels)
ui.plot(soft_labels.bars(labels, hard_label), "bars", "Soft labels of teacher and student on their likeliest tokens.")
ui.checked(f"soft {labels.position} {temperature}", lambda stock: checking.soft_labels(labels, stock))
ui.table(soft_labels.table(labels), "rank moves")

st.subheader("Every position")
every = ui.position_labels(temperature)
ui.shown_table(soft_labels.positions_table(every, pair.encoding, ui.vocabulary()), "every position")
ui.checked(f"positions {temperature}", lambda stock: checking.position_labels(every, stock))
ui.notice(
    "Raise the temperature T and the small probabilities grow: which wrong answers the teacher finds less wrong is "
    "what a hard label cannot say. Dividing logits by T makes the gradient shrink like 1/T², so the training "
    "multiplies KL by T² to keep its size."
)
st.caption(
    "Sources: temperature and T²: Hinton, Vinyals & Dean 2015 (arXiv 1503.02531), section 2; L_ce at T = 2 in the "
    "released training: Sanh et al. 2019 (arXiv 1910.01108), section 2."
)
