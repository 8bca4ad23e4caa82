"""Which token looks at which?"""

from distilbert_viz import frame
from distilbert_viz.views.forward import attention, lines

top = frame.title(
    "Attention", "One head as lines, from each token (left) to the tokens that it looks at (right): the stronger, the more weight."
)
pair = frame.traced_text()
choice = attention.choices(pair)
top.say(attention.sentence(pair, choice))
lines.heads(pair, choice)
frame.notice(
    "Parallel lines: every token looks at its neighbour.",
    "Lines that run together: one token, often [SEP] or [CLS], is where heads look when they find nothing else to do.",
    "Point at a token on the right to see who looks at it.",
    see=attention.see_neighbours(pair),
    more="A line is where a head read, not what it read there, and not why the model answered as it did.",
)
frame.sources(
    "heads that look at neighbours and at separators: Clark et al. 2019 (arXiv 1906.04341), section 3; attention "
    "is not explanation: Jain & Wallace 2019 (arXiv 1902.10186); and the answer, Wiegreffe & Pinter 2019 (arXiv 1908.04626)."
)
