"""How much arithmetic does a pass take, and what does the student halve?"""

from distilbert_viz import frame
from distilbert_viz.views.savings import computation, counted, which_pair

top = frame.title(
    "Size and arithmetic",
    "A pass is matrix products, and a product's multiply-accumulates (MACs) follow from length, batch and sizes alone.",
)
asked = counted.ask("masked LM")
length, batch = computation.length_and_batch(asked)
both = counted.computations(asked, length, batch)
top.of(which_pair.beside(asked.full))
top.say(computation.sentence(both))
place = computation.overview(both)

frame.section("How many times less")
computation.ratios(asked, length, batch)

frame.section("Attention's share")
computation.attention_share(asked)
frame.notice(
    "Half the layers are half the layers' arithmetic: 2.0 times less for a classifier of BERT-base's student.",
    "With the masked-LM head it is 1.64: the projection onto the vocabulary is as large in both.",
    "Make the text longer above: attention's share grows with its length.",
    see=computation.see(asked),
    more="The paper timed 668 s against 410 s on STS-B, a task with a classifier's head (one CPU, batch 1): 1.63 times, not 2.0. "
    "That lies near 1.64 by chance, for that task has no vocabulary projection. If one share of BERT's time was halved and the "
    "rest was not, 77% was halved and 23% was overhead that both models pay.",
)
frame.sources(
    "times: Sanh et al. 2019 (arXiv 1910.01108), table 3; 77% is 2 (1 - 410/668). Twice the MACs are compared with "
    "torch.utils.flop_counter.FlopCounterMode on the meta device, where a pass is all shapes and no arithmetic."
)
computation.check(asked, both, place)
