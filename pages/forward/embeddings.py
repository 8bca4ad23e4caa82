"""What is added up before the first layer, and what does the student no longer add?"""

import streamlit as st

from distilbert_viz import checking, frame
from distilbert_viz.figures.forward import embeddings, vectors
from distilbert_viz.frame import components, controls
from distilbert_viz.session import checks, present

st.title("Embeddings")
st.write("Each token starts as a sum of learned vectors: word + position, and in the teacher + segment; then LayerNorm.")
pair = frame.traced_text()
drawing = vectors.embedding_heatmaps(pair, present.position(pair.encoding))
components.canvas(drawing, "embeddings")
checks.checked("embeddings", lambda stock: checking.embeddings(drawing, stock))

measure = st.segmented_control(
    "Bars show", ["length of each part", "share of the sum"], default="length of each part", required=True, key="parts"
)
if measure == "length of each part":
    controls.plot(embeddings.norms(pair), "norms", "Length of the word, position and segment vector of every token.")
else:
    controls.plot(embeddings.share_bars(pair), "shares", "Share of the sum that each part brings, stacked to 1.")
checks.checked("lengths", lambda stock: checking.embedding_lengths(pair, stock))
controls.table(embeddings.table(pair), "lengths and shares")
controls.notice(
    "DistilBERT has no segment table: its sum has one part fewer, and the row stays empty. For a text of one sentence "
    "the segment vector is the same at every token, so little is lost; for a pair of sentences the student has only "
    "[SEP] and positions to tell them apart. A share is a part's projection on the sum, divided by the sum's length "
    "squared: it can be negative, and the shares of a token add up to 1."
)
st.caption("Sources: Devlin et al. 2019 (arXiv 1810.04805), figure 2; Sanh et al. 2019 (arXiv 1910.01108), section 3.")
