"""How does a text become the ids that both models read?"""

from distilbert_viz import frame
from distilbert_viz.views.forward import tokens

top = frame.title("Tokens", "The tokenizer's own stages: text becomes words, and each word pieces that the vocabulary holds.")
pair = frame.traced_text()
top.say(tokens.sentence(pair))
tokens.pieces(pair.encoding)

frame.section("From text to ids")
reading = tokens.reading(pair.encoding)
tokens.stages(reading, pair.encoding)

frame.section("A word, step by step")
tokens.walk(reading)
frame.notice(
    "A frequent word is one piece, a rare one falls into several.",
    "Every stage is the tokenizer's own: another pair may keep capitals and accents, have words of its own, or spell by bytes.",
    "Teacher and student read the same ids: that is what makes their answers comparable, token by token.",
    see=tokens.see(reading),
)
frame.sources(tokens.sources(reading))
