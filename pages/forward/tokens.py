"""How does a text become the ids that both models read?"""

from distilbert_viz import frame
from distilbert_viz.views.forward import tokens

frame.title("Tokens", "Text is cleaned, split into words, and each word into the longest pieces that the vocabulary holds.")
pair = frame.traced_text()
tokens.pieces(pair.encoding)

frame.section("From text to ids")
reading = tokens.reading(pair.encoding)
tokens.stages(reading, pair.encoding)

frame.section("The longest match first, step by step")
tokens.walk(reading)
frame.notice(
    "Teacher and student share one vocabulary, so they read the same ids: that is what lets the teacher's soft labels "
    "be compared with the student's, token by token. A frequent word is one piece; a rare one falls into several, "
    "the later ones marked ##; a character that no piece covers turns the whole word into [UNK]."
)
frame.sources(
    "WordPiece, Wu et al. 2016 (arXiv 1609.08144), section 4.1; the vocabulary of 30,522 pieces, "
    "Devlin et al. 2019 (arXiv 1810.04805), section 3."
)
