"""What moves in each model when heads are off, a token is another, or the sentences change places?"""

from distilbert_viz import frame
from distilbert_viz.views.kept import what_if

top = frame.title(
    "What if", "Switch heads off, put another token in, let two sentences change places: what moves in each model, and how far?"
)
pair = frame.traced_text()
found = what_if.changed(pair)
temperature = frame.temperature()
top.say(what_if.soft_labels(found, temperature))

frame.section(
    "Each head off in turn",
    "How far the soft label that is looked at above moves when one head alone is off, in the models as they are.",
)
linked = frame.link()
heads = frame.chosen_heads(pair)
swept = what_if.sweep(pair, heads, linked, temperature)

frame.section("Attention of the chosen heads")
what_if.attention(found, heads)

frame.section("How the change spreads")
what_if.spread(found)
frame.notice(
    "What moves is the answer of a damaged model: no layer met such zeros in training.",
    "Two heads can stand in for each other: switch both off and look whether more moves than the two alone.",
    "All this holds for one text and one answer.",
    see=what_if.see(swept, pair),
    more="A head that is off contributes zeros, so that what moves is not what the head “does”. Small numbers don't add up. "
    "Which heads can be spared is a question for many texts. KL says how far the soft label moved, not whether it became better "
    "or worse.",
)
frame.sources(
    "heads removed one by one: Michel, Levy & Neubig 2019 (arXiv 1905.10650), sections 2 and 3; that attention "
    "weights alone explain no prediction: Jain & Wallace 2019 (arXiv 1902.10186), and what would have to be shown: Wiegreffe "
    "& Pinter 2019 (arXiv 1908.04626)."
)
