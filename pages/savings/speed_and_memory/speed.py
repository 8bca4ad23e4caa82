"""How much faster is the student on a machine?"""

from distilbert_viz import frame
from distilbert_viz.views.savings import measured, measuring, parts, speed

top = frame.title(
    "Speed and memory",
    "Teacher and student read the same texts in turn, on the machine that is named below: seconds as they are, with their spread.",
)
measuring.ask()
shown = measured.chosen()
if shown is None:
    measuring.nothing_yet()
else:
    top.of(measured.beside(shown))
    top.say(speed.sentence(shown))
    speed.latency(shown)
    frame.section("How many times as fast")
    speed.ratio(shown)
    frame.section("Throughput")
    speed.throughput(shown)
    frame.section("Where a pass spends its time")
    parts.times(shown)
    frame.section("Measurements beside each other")
    speed.beside_each_other()
frame.notice(
    "Half the layers alone would make it twice as fast: what both pay alike pulls that down, a processor's caches can lift it.",
    "How much length and batch decide, each machine answers for itself: compare the first bars with the last.",
    "Cells whose intervals overlap are not told apart.",
    see=speed.see(shown),
    more="What both models pay alike are embeddings, head, and the calls from Python. The paper's 668 s against 410 s are 1.63 "
    "times, “60% faster”, which is 39% less time. It was another machine, another PyTorch and a whole evaluation, not a pass "
    "alone; why it is not 2.0 stands on the page Size and arithmetic, view “arithmetic”. A batch larger than a machine can fill "
    "raises the latency and not the throughput.",
)
frame.sources(
    "quoted times: Sanh et al. 2019 (arXiv 1910.01108), table 3. Timed by torch.utils.benchmark after a warm-up, parts "
    "by torch.profiler; intervals: percentile bootstrap of the ratio of medians (Efron & Tibshirani 1993, chapter 13)."
)
