"""Which teacher head lives on in which student head?"""

import streamlit as st

from distilbert_viz import frame
from distilbert_viz.views.kept import compared, heads

top = frame.title(
    "Which heads survived",
    "Every head of the student beside every head of the teacher: how alike are the places where they look?",
)
pair = frame.traced_text()
with st.container(horizontal=True):
    text = compared.chosen_text()
    measure, order = heads.shown()
found = compared.compared(pair, text)
top.say(heads.sentence(found, pair, measure))
above = st.container()

frame.section("The two chosen heads")
frame.link()
chosen = frame.chosen_heads(pair)
heads.two_heads(found, pair, measure, chosen)
with above:
    heads.matrix(found, pair, measure, order, chosen)

frame.section("Layer by layer")
heads.layers(found, pair)
frame.notice(
    "Frames mark heads in the same place of layers side by side, dots the best matching: where both meet, a head kept its place.",
    "Switch to shuffled tokens: what is still alike there is alike whatever the heads do.",
    "A head that survived looks at the same places; that it does the same work there isn't said.",
    see=heads.see(pair),
    more="Attention is no training target of a DistilBERT: it is asked for the teacher's soft labels and its last hidden state. "
    "That heads lie near the teacher's can have two reasons, which this page can't tell apart: layers that began as copies, and "
    "training on soft labels, which left them there. Two heads that both look at [CLS] are alike whatever they do, and plain CKA "
    "of random states of 384 numbers is 0.98 at nine tokens, which is why it is debiased here.",
)
frame.sources(
    "training targets and copied layers: Sanh et al. 2019 (arXiv 1910.01108), sections 2 and 3; JS distance: Lin 1991, "
    "Endres & Schindelin 2003, between heads: Clark et al. 2019 (arXiv 1906.04341), section 6; CKA: Kornblith et al. 2019 (arXiv "
    "1905.00414), debiased after Song et al. 2012; matching: scipy's linear_sum_assignment; what attention can't explain: Jain & "
    "Wallace 2019 (arXiv 1902.10186), and the answer, Wiegreffe & Pinter 2019 (arXiv 1908.04626)."
)
