"""How much memory does a model need, at rest and at work, and how long does it take to load?"""

from distilbert_viz import frame
from distilbert_viz.views.savings import measured, measuring, memory

top = frame.title(
    "Speed and memory",
    "A model holds its weights at all times; a pass needs more on top of them, the longer and the more texts, the more.",
)
measuring.ask()
shown = measured.chosen()
if shown is None:
    measuring.nothing_yet()
else:
    top.of(measured.beside(shown))
    top.say(memory.sentence(shown))
    memory.overview(shown)
    frame.section("Loading")
    memory.loading(shown)
frame.notice(
    "Solid bars: the student saves the weights of the layers that it lacks, and of the same width nothing of the embeddings.",
    "Hatched bars are about as long for both: a layer's work is thrown away when the next one has read it.",
    "With long texts in large batches a pass can outgrow the weights.",
    more="Eager attention keeps a score for every two tokens and head; sdpa need not. Training is another matter: it keeps every "
    "layer's work for the way back.",
)
frame.sources(
    "parameters by component: page Size and arithmetic. Peaks: resident memory of a process of its own (proc(5)) on a CPU, "
    "torch.cuda.max_memory_allocated on a GPU. The models' sizes: Sanh et al. 2019 (arXiv 1910.01108), table 3."
)
