"""What happens to one token inside one layer?"""

import streamlit as st

from distilbert_viz import checking, frame
from distilbert_viz.figures.forward import block, vectors
from distilbert_viz.frame import components, controls
from distilbert_viz.session import checks, present

st.title("Inside a block")
st.write("One token, one layer: look around, add what was found, normalise; think it over, add, normalise again.")
pair = frame.traced_text()
position = present.position(pair.encoding)
layers = controls.chosen_layers(pair)
blocks = present.blocks(layers, position)
controls.plot(block.lengths(blocks), "lengths", "Length of the token's vector at every station of the block.")
checks.checked(f"block {layers} {position}", lambda stock: checking.blocks(blocks, stock))
controls.notice(
    "After each residual sum comes a LayerNorm (post-norm): it sets the vector's mean and spread anew, so the bars "
    "after it are nearly equal however long the sum had grown."
)

st.subheader("Every station")
components.canvas(vectors.block_stations(pair, blocks), "stations")
checks.checked(f"block {layers} {position}", lambda stock: checking.blocks(blocks, stock))
controls.table(block.table(blocks), "shapes and lengths")

st.subheader("Who this token looks at, head by head")
what = st.segmented_control(
    "Show", ["weights", "scores"], default="weights", required=True, key="what", label_visibility="collapsed"
)
components.canvas(vectors.block_heads(pair, blocks, what), "block_heads")
checks.checked(f"block {layers} {position}", lambda stock: checking.blocks(blocks, stock))
controls.notice(
    "Scores are query · key / √dim; softmax turns each row of them into weights that sum to 1; the weights mix the "
    "values into the context, which one matrix turns into the attention output."
)
st.caption(
    "Sources: Vaswani et al. 2017 (arXiv 1706.03762), sections 3.1 to 3.3; GELU: Hendrycks & Gimpel 2016 "
    "(arXiv 1606.08415); the same block in both models: Sanh et al. 2019 (arXiv 1910.01108), section 3."
)
