"""How much faster is the student on this machine?"""

from distilbert_viz import frame
from distilbert_viz.views.savings import measured, measuring, parts, speed

frame.title(
    "Speed and memory",
    "Teacher and student read the same texts in turn, on this machine and now: seconds as they are, with their spread.",
)
measuring.ask()
shown = measured.chosen()
if shown is None:
    measuring.nothing_yet()
else:
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
    "Half the layers are half the encoder's arithmetic, so 2.0 times is what BERT-base's student could reach as a classifier; "
    "what both models pay alike (embeddings, head, the calls from Python) keeps the ratio below that, and weighs most on few and "
    "short texts. The paper's 668 s against 410 s are 1.63 times, “60 % faster”, which is 39 % less time. It was another machine, "
    "another PyTorch and a whole evaluation, not a pass alone; why it is not 2.0 stands on the page Size and arithmetic, view "
    "“arithmetic”. A batch larger than a machine can fill raises the latency and not the throughput. Cells whose intervals "
    "overlap are not told apart."
)
frame.sources(
    "quoted times: Sanh et al. 2019 (arXiv 1910.01108), table 3. Timed by torch.utils.benchmark after a warm-up, parts "
    "by torch.profiler; intervals: percentile bootstrap of the median (Efron & Tibshirani 1993, chapter 13)."
)
