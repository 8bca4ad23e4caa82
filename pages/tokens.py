"""How does a text become the ids that both models read?"""

import streamlit as st

from distilbert_viz import ui
from distilbert_viz.figures import tokens

st.title("Tokens")
st.write("Text is cleaned, split into words, and each word into the longest pieces that the vocabulary holds.")
pair = ui.traced_text()
ui.pieces(pair.encoding, ui.position(pair.encoding))
ui.table(tokens.table(pair.encoding), "every token")

st.subheader("From text to ids")
reading = ui.reading(pair.encoding)
ui.stages(reading, pair.encoding)

st.subheader("The longest match first, step by step")
ui.walk(reading)
ui.notice(
    "Teacher and student share one vocabulary, so they read the same ids: that is what lets the teacher's soft labels "
    "be compared with the student's, token by token. A frequent word is one piece; a rare one falls into several, "
    "the later ones marked ##; a character that no piece covers turns the whole word into [UNK]."
)
st.caption(
    "Sources: WordPiece, Wu et al. 2016 (arXiv 1609.08144), section 4.1; the vocabulary of 30,522 pieces, "
    "Devlin et al. 2019 (arXiv 1810.04805), section 3."
)
