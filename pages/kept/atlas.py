"""What does each head look at, in numbers that a person could count, and is there a word for it?"""

import streamlit as st

from distilbert_viz import frame
from distilbert_viz.frame import controls
from distilbert_viz.views.kept import atlas as atlas_view

st.title("Head atlas")
st.write(
    "Every head of both models in numbers: how spread out its attention is, how far it looks, and at what. The colour is the "
    "measure, the word is the kind of head that its numbers make."
)
pair = frame.traced_text()
atlas = atlas_view.head_atlas(pair)
measure = atlas_view.atlas_measure(atlas)
linked = controls.link()
heads = controls.chosen_heads(pair)
atlas_view.atlas_map(pair, atlas, measure, heads, linked)

st.subheader("Kinds of heads")
atlas_view.head_kinds(atlas)

st.subheader("Every head in numbers")
st.write("Means over the queries of this text; shares from 0 to 1. A click on a column's name sorts by it.")
atlas_view.head_numbers(pair, atlas)

st.subheader("The heads of both models in one space")
st.write("A point a head, laid out by the JS distances between all attention maps: heads that look alike lie near each other.")
atlas_view.head_space(pair, atlas, heads)
controls.notice(
    "A kind names what a head does on this text, and a short text has few tokens to tell kinds apart: of nine tokens two are "
    "[CLS] and [SEP], and the previous token is never far. Type a long text, and see which heads keep their kind. A student's "
    "head of the same kind as the teacher's head at its place is inherited more than learned: its layer began as a copy. Clark "
    "et al. read much attention on [SEP] as “nothing to do here”; which token plays that part here, the counts above say, and "
    "how little it carries, the page “Rollout and norms”. No number on this page says what a head is good for: where a head "
    "looks is not what it reads there, and not why the model answers as it does."
)
st.caption(
    "Sources: measures and kinds, heads that look at neighbours and at separators, entropy, heads as points: Clark et al. 2019 "
    "(arXiv 1906.04341), sections 3.1 to 3.3 and 6; the plane: classical scaling, Torgerson 1952; the student's layers began "
    "as copies: Sanh et al. 2019 (arXiv 1910.01108), section 3; that attention is no explanation: Jain & Wallace 2019 (arXiv "
    "1902.10186); and the answer, Wiegreffe & Pinter 2019 (arXiv 1908.04626)."
)
