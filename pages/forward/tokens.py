"""How does a text become the ids that both models read?"""

from distilbert_viz import frame
from distilbert_viz.views.forward import tokens

top = frame.title("Tokens", "Text is cleaned, split into words, and each word into the longest pieces that the vocabulary holds.")
pair = frame.traced_text()
top.say(tokens.sentence(pair))
tokens.pieces(pair.encoding)

frame.section("From text to ids")
reading = tokens.reading(pair.encoding)
tokens.stages(reading, pair.encoding)

frame.section("The longest match first, step by step")
tokens.walk(reading)
frame.notice(
    "A frequent word is one piece; a rare one falls into several, the later ones marked ##.",
    "A character that no piece covers turns the whole word into [UNK].",
    "Teacher and student read the same ids: that is what makes their answers comparable, token by token.",
)
frame.sources(
    "WordPiece, Wu et al. 2016 (arXiv 1609.08144), section 4.1; the vocabulary of 30,522 pieces, "
    "Devlin et al. 2019 (arXiv 1810.04805), section 3."
)
