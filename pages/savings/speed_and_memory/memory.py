"""How much memory does a model need, at rest and at work, and how long does it take to load?"""

from distilbert_viz import frame
from distilbert_viz.views.savings import measured, measuring, memory

frame.title(
    "Speed and memory",
    "A model holds its weights at all times; a pass needs more on top of them, the longer and the more texts, the more.",
)
measuring.ask()
shown = measured.chosen()
if shown is None:
    measuring.nothing_yet()
else:
    memory.overview(shown)
    frame.section("Loading")
    memory.loading(shown)
frame.notice(
    "The student saves the weights of half the layers, and nothing of the embeddings. What a pass needs on top is no sum over "
    "layers, since a layer's work is thrown away when the next one has read it; so the student's hatched part is about as long as "
    "its teacher's, and with long texts in large batches it can outgrow the weights. Eager attention keeps a score for every two "
    "tokens and head; sdpa need not. Training is another matter: it keeps every layer's work for the way back."
)
frame.sources(
    "parameters by component: page Size and arithmetic. Peaks: resident memory of a process of its own (proc(5)) on a CPU, "
    "torch.cuda.max_memory_allocated on a GPU. The models' sizes: Sanh et al. 2019 (arXiv 1910.01108), table 3."
)
