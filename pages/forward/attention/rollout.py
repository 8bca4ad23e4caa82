"""From which input tokens does a token come in the end?"""

from distilbert_viz import frame
from distilbert_viz.views.forward import rollout

top = frame.title(
    "Attention",
    "Each layer mixes tokens that are mixtures already. Rollout multiplies the layers: R₀ = (A₀ + I) / 2, then "
    "Rₗ = (Aₗ + I) / 2 · Rₗ₋₁, where Aₗ is the mean over the layer's heads and I stands for the residual connection.",
)
pair = frame.traced_text()
top.say(rollout.maps(pair, rollout.layers(pair)))
rollout.by_hand()
frame.notice(
    "With fewer layers there are fewer products: more of each token stays in place by the arithmetic alone.",
    "Rollout treats attention as if it moved whole tokens; what they carry is in the view “what it carries”.",
    "Choose an earlier layer above: the maps grow more even from layer to layer.",
    see=rollout.see(pair),
    more="Rollout leaves out the values, takes the mean over heads that do different things, knows no feed-forward network and no "
    "LayerNorm, and gives the residual connection one half by decree; measured with residual and LayerNorm, attention mixes less "
    "than such maps suggest. It doesn't explain why a model answers as it does.",
)
frame.sources(
    "rollout: Abnar & Zuidema 2020 (arXiv 2005.00928); with residual connection and LayerNorm: Kobayashi et al. 2021 "
    "(arXiv 2109.07152); that attention is no explanation: Jain & Wallace 2019 (arXiv 1902.10186); and the answer, Wiegreffe & "
    "Pinter 2019 (arXiv 1908.04626)."
)
