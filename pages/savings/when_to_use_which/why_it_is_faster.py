"""Why is the student faster?"""

from distilbert_viz import frame
from distilbert_viz.views.savings import evidence, parts, which_pair, why_faster

top = frame.title(
    "When to use which",
    "Fewer layers, and what follows from that: each link of the chain is counted or was measured.",
)
full, measured = evidence.chosen()
top.of(which_pair.beside(full))
time, memory = why_faster.chains(full, measured)
top.say(why_faster.sentence(time))
why_faster.overview(measured, time, memory)
frame.notice(
    "A DistilBERT halves layers and their arithmetic; parameters and bytes fall less, because the word table stays.",
    "What is no layer (looking up, heads, starting each operation) doesn't shrink: the more of a pass it is, the less is gained.",
    more="Half the layers of BERT-base are half the arithmetic of its encoder, and where layers take most of a pass's time, "
    "nearly half of that.",
)

frame.section("Fewer layers, less time")
why_faster.chain(time, "time")

frame.section("Where a pass spends its time")
parts.times(measured)
why_faster.overhead(time)

frame.section("Fewer parameters, less memory")
why_faster.chain(memory, "memory")
frame.notice(
    "For one short text reading the weights, not arithmetic, can be what takes the time, and half the layers halve it.",
    "A smaller file also loads sooner; loading is measured from the system's cache, so that the disk has no part in it.",
    more="Every pass reads every weight but the embedding tables, of which it looks up its own tokens' rows; the words' table is "
    "read whole where a masked-LM head is tied to it.",
)

frame.section("“60% faster”")
why_faster.quoted_and_measured(measured, time)
frame.notice(
    "“60% faster” is 668 s over 410 s: 1.63 times as many texts in the same time, 38.6% less for one.",
    "Another machine, another length give another number; the arithmetic is the same everywhere: for BERT-base and DistilBERT as "
    "classifiers 2.0 times less.",
)
frame.sources(
    "Sanh et al. 2019 (arXiv 1910.01108), table 3; arithmetic and parameters are counted from the two architectures, "
    "times and peaks are the chosen measurement's, taken with random weights, on which they don't depend."
)
