"""What moves in each model when heads are off, a token is another, or the sentences change places?"""

import streamlit as st

from distilbert_viz import frame
from distilbert_viz.figures.kept import what_if
from distilbert_viz.frame import controls
from distilbert_viz.views.kept import what_if as what_if_view

st.title("What if")
st.write("Switch heads off, put another token in, let two sentences change places: what moves in each model, and how far?")
pair = frame.traced_text()
found = what_if_view.what_if(pair)
temperature = controls.temperature()
labels = what_if_view.moved_labels(found, temperature)
what_if_view.labels_checked(found, labels)
controls.table(what_if.labels_table(labels), "soft labels before and after")

st.subheader("Each head off in turn")
st.write(
    "How far the soft label (at the chosen position, or a classifier's of the whole text) moves when one head alone is off, in the "
    "models as they are."
)
linked = controls.link()
heads = controls.chosen_heads(pair)
what_if_view.sweep(pair, heads, linked, temperature)

st.subheader("Attention of the chosen heads")
what_if_view.changed_attention(found, heads)
st.caption("Difference: after − before. Green: more attention than before, purple: less, the page's own colour: as before.")

st.subheader("How the change spreads")
what_if_view.spread(found)
controls.notice(
    "A head that is off contributes zeros, which no layer after it met in training: what moves is the answer of a damaged "
    "model, and not what the head “does”. A head that hardly moves the soft label may be one of two that stand in for each "
    "other, so small numbers don't add up: switch both off and look. All this holds for one text and one soft label; which heads "
    "can be spared is a question for many texts. KL says how far the soft label moved, not whether it became better or worse."
)
st.caption(
    "Sources: heads removed one by one: Michel, Levy & Neubig 2019 (arXiv 1905.10650), sections 2 and 3; that attention "
    "weights alone explain no prediction: Jain & Wallace 2019 (arXiv 1902.10186), and what would have to be shown: Wiegreffe "
    "& Pinter 2019 (arXiv 1908.04626)."
)
