"""What is added up before the first layer, and what does the student no longer add?"""

from distilbert_viz import frame
from distilbert_viz.views.forward import embeddings

frame.title("Embeddings", "What a token is before the first layer: vectors looked up in tables and added up, then LayerNorm.")
pair = frame.traced_text()
embeddings.said(pair)
embeddings.parts(pair)
embeddings.bars(pair, embeddings.measure())
frame.notice(
    f"{embeddings.segments(pair)} For a text of one sentence a segment vector is the same at every token, so that little is lost "
    "without it. A share is a part's projection on the sum, divided by the sum's length "
    "squared: it can be negative, and the shares of a token add up to 1."
)
frame.sources("Devlin et al. 2019 (arXiv 1810.04805), figure 2; Sanh et al. 2019 (arXiv 1910.01108), section 3.")
