"""What is added up before the first layer, and what does the student no longer add?"""

from distilbert_viz import frame
from distilbert_viz.frame import segments
from distilbert_viz.views.forward import embeddings

top = frame.title("Embeddings", "What a token is before the first layer: vectors looked up in tables and added up, then LayerNorm.")
pair = frame.traced_text()
top.say(embeddings.sentence(pair))
embeddings.said(pair)
embeddings.parts(pair)
embeddings.bars(pair, embeddings.measure())
frame.section("What the missing segment embedding costs")
segments.segment_cost(pair)
frame.notice(
    embeddings.segments(pair),
    "In a text of one sentence a segment's vector is the same at every token, and yet it moves the answer of a fresh copy.",
    "Type [SEP] before a second sentence: a student without segments has only that and positions to tell the two apart.",
    see=embeddings.see(),
    more="Training repairs what a fresh copy without the segment embedding lacks. A share is a part's projection on the sum, "
    "divided by the sum's length squared: it can be negative, and the shares of a token add up to 1.",
)
frame.sources("Devlin et al. 2019 (arXiv 1810.04805), figure 2; Sanh et al. 2019 (arXiv 1910.01108), section 3.")
