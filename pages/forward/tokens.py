"""How does a text become the ids that both models read?"""

from distilbert_viz import frame
from distilbert_viz.views.forward import tokens

frame.title("Tokens", "Text is cleaned, split into words, and each word into pieces that the vocabulary holds.")
pair = frame.traced_text()
tokens.pieces(pair.encoding)

frame.section("From text to ids")
reading = tokens.reading(pair.encoding)
tokens.stages(reading, pair.encoding)

frame.section("A word, step by step")
tokens.walk(reading)
frame.notice(
    "Teacher and student share one vocabulary, so they read the same ids: that is what lets the teacher's soft labels be compared "
    "with the student's, token by token. Every stage is the tokenizer's own: another pair may keep capitals and accents, have "
    "words added to its vocabulary, or spell by bytes."
)
frame.sources(
    "WordPiece, Wu et al. 2016 (arXiv 1609.08144), section 4.1; BERT's vocabulary of 30,522 pieces, Devlin et al. 2019 "
    "(arXiv 1810.04805), section 3; byte-level BPE, Radford et al. 2019, section 2.2."
)
