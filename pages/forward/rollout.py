"""What does attention carry, and from which input tokens does a token come in the end?"""

import streamlit as st

from distilbert_viz import frame
from distilbert_viz.views.forward import norms, rollout

frame.title(
    "Rollout and norms",
    "A large weight on a short vector carries little: attention weights α beside ‖αf(x)‖, the length of what they carry.",
)
pair = frame.traced_text()
frame.link()
heads = frame.chosen_heads(pair)
lengths = norms.lengths(pair)
norms.maps(pair, heads, lengths)
st.caption(
    "f(x) = (x W_V + b_V) W_O: the value of token x in this head, through the head's part of the output projection. Shares of a "
    "row compare with the weights and between the models; the lengths of two models are in two units."
)

frame.section("Do large weights carry short vectors?")
norms.carried(pair, heads, lengths)
st.caption(
    "Attention and carried: shares of a row, mean over queries and heads. Length: of f(x), 1 being the mean over all tokens of "
    "this text in the same head; the median over heads. Kobayashi et al. 2020 found that BERT-base gives special tokens such as "
    "[SEP] large weights but short vectors; the sentences above say whether these models do so on this text."
)

frame.section(
    "Rollout: attention followed down to the input",
    "Each layer mixes tokens that are mixtures already. Rollout multiplies the layers: R₀ = (A₀ + I) / 2, then "
    "Rₗ = (Aₗ + I) / 2 · Rₗ₋₁, where Aₗ is the mean over the layer's heads and I stands for the residual connection.",
)
rollout.maps(pair, rollout.layers(pair))
rollout.by_hand()
frame.notice(
    "The norm is taken per head and before the heads are added: vectors that point against each other cancel, which no length "
    "shows. Rollout leaves out even the values: it treats attention as if it moved whole tokens, takes the mean over heads "
    "that do different things, knows no feed-forward network and no LayerNorm, and gives the residual connection one half by "
    "decree; measured with residual and LayerNorm, attention mixes less than such maps suggest. With fewer layers there "
    "are fewer products: more of each token is left in place by the arithmetic alone. Neither view explains why a model "
    "answers as it does."
)
frame.sources(
    "norms: Kobayashi et al. 2020 (arXiv 2004.10102); with residual connection and LayerNorm: Kobayashi et al. 2021 "
    "(arXiv 2109.07152); rollout: Abnar & Zuidema 2020 (arXiv 2005.00928); that attention is no explanation: Jain & Wallace "
    "2019 (arXiv 1902.10186); and the answer, Wiegreffe & Pinter 2019 (arXiv 1908.04626)."
)
