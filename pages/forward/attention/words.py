"""Where do whole words look, several at once, and from sentence to sentence?"""

from distilbert_viz import frame
from distilbert_viz.views.forward import attention, words

top = frame.title(
    "Attention",
    "Pieces gathered into words: to a word goes what its pieces get together, from a word what they give on average.",
)
pair = frame.traced_text()
choice = attention.choices(pair, hides=False, means=False)
top.say(words.sentence(pair, choice.heads))
way = words.direction(pair)
words.maps(pair, choice.heads, way)

frame.section("Several words at once")
words.together(pair, choice.heads)

frame.section("Within and between the sentences")
words.between_sentences(pair, choice.heads, choice.linked, way)
frame.notice(
    "A long word collects from each of its pieces and looks important for its spelling alone: hold it against a short one.",
    "Between sentences much of what crosses may go to a [SEP], which belongs to a sentence here.",
    words.segments(pair),
    see=words.see(pair),
    more="The mean over a word's pieces hides that its first piece may look elsewhere than its last; the view “maps” shows them "
    "one by one. Between sentences: a longer sentence gets more by chance. None of it says why the "
    "model answered as it did.",
)
frame.sources(
    "keys summed, queries averaged: Clark et al. 2019 (arXiv 1906.04341), section 4.1; no segment embedding: Sanh et al. "
    "2019 (arXiv 1910.01108), section 3; attention is not explanation: Jain & Wallace 2019 (arXiv 1902.10186), and the answer, "
    "Wiegreffe & Pinter 2019 (arXiv 1908.04626)."
)
