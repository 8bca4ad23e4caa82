"""How does a text become the ids that both models read?"""

import streamlit as st

from distilbert_viz import frame
from distilbert_viz.figures.forward import tokens
from distilbert_viz.frame import components, controls
from distilbert_viz.session import present
from distilbert_viz.views.forward import soft_labels as panels

st.title("Tokens")
st.write("Text is cleaned, split into words, and each word into the longest pieces that the vocabulary holds.")
pair = frame.traced_text()
components.pieces(pair.encoding, present.position(pair.encoding))
controls.table(tokens.table(pair.encoding), "every token")

st.subheader("From text to ids")
reading = panels.reading(pair.encoding)
panels.stages(reading, pair.encoding)

st.subheader("The longest match first, step by step")
panels.walk(reading)
controls.notice(
    "Teacher and student share one vocabulary, so they read the same ids: that is what lets the teacher's soft labels "
    "be compared with the student's, token by token. A frequent word is one piece; a rare one falls into several, "
    "the later ones marked ##; a character that no piece covers turns the whole word into [UNK]."
)
st.caption(
    "Sources: WordPiece, Wu et al. 2016 (arXiv 1609.08144), section 4.1; the vocabulary of 30,522 pieces, "
    "Devlin et al. 2019 (arXiv 1810.04805), section 3."
)
