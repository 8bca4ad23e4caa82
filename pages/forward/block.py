"""What happens to one token inside one layer?"""

from distilbert_viz import frame
from distilbert_viz.views.forward import block

top = frame.title(
    "Inside a block", "One token, one layer: look around, add what was found, normalise; think it over, add, normalise again."
)
pair = frame.traced_text()
layers = frame.chosen_layers(pair)
blocks = block.chosen(pair, layers)
top.say(block.sentence(pair, blocks))
block.lengths(blocks)

frame.section("Every station")
block.stations(pair, blocks)

frame.section("Who this token looks at, head by head")
block.heads(pair, blocks)
frame.notice(
    "The bars after each LayerNorm are nearly equal, however long the sum before them had grown.",
    "A head's row shows where this token looks; rows of weights sum to 1.",
    see=block.see(pair),
    more="After each residual sum comes a LayerNorm (post-norm): it sets the vector's mean and spread anew. Scores are query · "
    "key / √dim; softmax turns each row of them into weights; the weights mix the values into the context, which one matrix "
    "turns into the attention output.",
)
frame.sources(
    "Vaswani et al. 2017 (arXiv 1706.03762), sections 3.1 to 3.3",
    block.activations(pair),
    "the same block in both models: Sanh et al. 2019 (arXiv 1910.01108), section 3.",
)
