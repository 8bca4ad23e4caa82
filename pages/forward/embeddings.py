"""What is added up before the first layer, and what does the student no longer add?"""

from distilbert_viz import frame
from distilbert_viz.frame import segments
from distilbert_viz.views.forward import embeddings

frame.title(
    "Embeddings",
    "Each token starts as a sum of learned vectors: word + position, and where there is a table for it + segment; then LayerNorm.",
)
pair = frame.traced_text()
embeddings.parts(pair)
embeddings.bars(pair, embeddings.measure())
frame.section("What the missing segment embedding costs")
segments.segment_cost(pair)
frame.notice(
    "DistilBERT has no segment table: its sum has one part fewer, and the row stays empty (a RoBERTa's table has a single row, "
    "added to every token alike). For a text of one sentence the segment vector is the same at every token, and yet a fresh copy "
    "without it answers much worse; training repairs that. For a pair of sentences such a student has only [SEP] and positions to "
    "tell them apart. A share is a part's projection on the sum, divided by the sum's length squared: it can be negative, and the "
    "shares of a token add up to 1."
)
frame.sources("Devlin et al. 2019 (arXiv 1810.04805), figure 2; Sanh et al. 2019 (arXiv 1910.01108), section 3.")
