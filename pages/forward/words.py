"""Where do whole words look, several at once, and from sentence to sentence?"""

import streamlit as st

from distilbert_viz import frame
from distilbert_viz.views.forward import words

frame.title(
    "Words and sets",
    "WordPieces gathered into words: to a word goes what its pieces get together, from a word what they give on average.",
)
pair = frame.traced_text()
with st.container(horizontal=True, vertical_alignment="bottom"):
    way = words.direction(pair)
    linked = frame.link()
heads = frame.chosen_heads(pair)
words.maps(pair, heads, way)

frame.section("Several words at once")
words.together(pair, heads)

frame.section("Within and between the sentences")
words.between_sentences(pair, heads, linked, way)
frame.notice(
    "A long word collects from each of its pieces, so it looks important for its spelling alone: hold it against a short one. The "
    "mean over a word's pieces hides that its first piece may look elsewhere than its last; the page Attention shows them one by "
    "one. Between sentences: a longer sentence gets more by chance, and [CLS] and the separators belong to a sentence here, so "
    "much of what crosses may be a [SEP]. " + words.segments(pair) + " None of it says why the model answered as it did."
)
frame.sources(
    "keys summed, queries averaged: Clark et al. 2019 (arXiv 1906.04341), section 4.1; no segment embedding: Sanh et al. "
    "2019 (arXiv 1910.01108), section 3; attention is not explanation: Jain & Wallace 2019 (arXiv 1902.10186), and the answer, "
    "Wiegreffe & Pinter 2019 (arXiv 1908.04626)."
)
