"""What happens to one token inside one layer?"""

import streamlit as st

from distilbert_viz import checking, ui
from distilbert_viz.figures import block, vectors

st.title("Inside a block")
st.write("One token, one layer: look around, add what was found, normalise; think it over, add, normalise again.")
pair = ui.traced_text()
position = ui.position(pair.encoding)
layers = ui.chosen_layers(pair)
blocks = ui.blocks(layers, position)
ui.plot(block.lengths(blocks), "lengths", "Length of the token's vector at every station of the block.")
ui.checked(f"block {layers} {position}", lambda stock: checking.blocks(blocks, stock))
ui.notice(
    "After each residual sum comes a LayerNorm (post-norm): it sets the vector's mean and spread anew, so the bars "
    "after it are nearly equal however long the sum had grown."
)

st.subheader("Every station")
ui.canvas(vectors.block_stations(pair, blocks), "stations")
ui.checked(f"block {layers} {position}", lambda stock: checking.blocks(blocks, stock))
ui.table(block.table(blocks), "shapes and lengths")

st.subheader("Who this token looks at, head by head")
what = st.segmented_control(
    "Show", ["weights", "scores"], default="weights", required=True, key="what", label_visibility="collapsed"
)
ui.canvas(vectors.block_heads(pair, blocks, what), "block_heads")
ui.checked(f"block {layers} {position}", lambda stock: checking.blocks(blocks, stock))
ui.notice(
    "Scores are query · key / √dim; softmax turns each row of them into weights that sum to 1; the weights mix the "
    "values into the context, which one matrix turns into the attention output."
)
st.caption(
    "Sources: Vaswani et al. 2017 (arXiv 1706.03762), sections 3.1 to 3.3; GELU: Hendrycks & Gimpel 2016 "
    "(arXiv 1606.08415); the same block in both models: Sanh et al. 2019 (arXiv 1910.01108), section 3."
)
