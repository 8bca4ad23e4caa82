"""What does attention carry?"""

import streamlit as st

from distilbert_viz import frame
from distilbert_viz.views.forward import attention, norms

top = frame.title(
    "Attention",
    "A large weight on a short vector carries little: attention weights α beside ‖αf(x)‖, the length of what they carry.",
)
pair = frame.traced_text()
choice = attention.choices(pair, hides=False, means=False)
lengths = norms.lengths(pair)
norms.maps(pair, choice.heads, lengths)
st.caption(
    "f(x) = (x W_V + b_V) W_O: the value of token x in this head, through the head's part of the output projection. Shares of a "
    "row compare with the weights and between the models; the lengths of two models are in two units."
)

frame.section("Do large weights carry short vectors?")
top.say(norms.carried(pair, choice.heads, lengths))
st.caption(
    "Attention and carried: shares of a row, mean over queries and heads. Length: of f(x), 1 being the mean over all tokens of "
    "this text in the same head; the median over heads. Kobayashi et al. 2020 found that BERT-base gives special tokens such as "
    "its separator large weights but short vectors; the sentences above say whether these models do so on this text."
)
frame.notice(
    "A column that is strong above and faint below gets attention and hands on little.",
    "Lengths are taken head by head: vectors that point against each other cancel later, which no length shows.",
    see=attention.see_ends(pair),
    more="It doesn't explain why a model answers as it does.",
)
frame.sources(
    "norms: Kobayashi et al. 2020 (arXiv 2004.10102); with residual connection and LayerNorm: Kobayashi et al. 2021 "
    "(arXiv 2109.07152); that attention is no explanation: Jain & Wallace 2019 (arXiv 1902.10186); and the answer, Wiegreffe & "
    "Pinter 2019 (arXiv 1908.04626)."
)
