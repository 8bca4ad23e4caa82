"""What do both models make of several texts?"""

from distilbert_viz import frame
from distilbert_viz.views.forward import texts

frame.title("Several texts", "The text above and up to three more: the same view of each, one under the other, on one scale.")
pair = frame.traced_text()
read = texts.read(pair)
texts.show(read, texts.view())
frame.notice(
    "Change one word between two texts and leave the rest: what moves is owed to that word, in this frame, and no more can be "
    "said of it. A head that keeps its pattern over all four texts follows positions or separators; one that changes with them "
    "follows words. Four texts are examples, not a measurement: for that, see the mean over a file on “Which heads survived” and "
    "the scores on “Quality”."
)
frame.sources(
    "minimal pairs as a way to ask a model: Marvin & Linzen 2018 (arXiv 1808.09031); what attention can't explain: Jain & "
    "Wallace 2019 (arXiv 1902.10186), and the answer, Wiegreffe & Pinter 2019 (arXiv 1908.04626)."
)
