"""What does each head look at, in numbers that a person could count, and is there a word for it?"""

from distilbert_viz import frame
from distilbert_viz.views.kept import atlas

top = frame.title(
    "Head atlas",
    "Every head of both models in numbers: how spread out its attention is, how far it looks, and at what. The colour is the "
    "measure, the word is the kind of head that its numbers make.",
)
pair = frame.traced_text()
both = atlas.measured(pair)
top.say(atlas.sentence(both))
measure = atlas.coloured_by(both)
linked = frame.link()
heads = frame.chosen_heads(pair)
atlas.head_map(pair, both, measure, heads, linked)

frame.section("Kinds of heads")
atlas.kinds(both)

frame.section(
    "Every head in numbers",
    "Means over the queries of this text; shares from 0 to 1. A click on a column's name sorts by it.",
)
atlas.numbers(pair, both)

frame.section(
    "The heads of both models in one space",
    "A point a head, laid out by the JS distances between all attention maps: heads that look alike lie near each other.",
)
atlas.space(pair, both, heads)
frame.notice(
    "A kind names what a head does on this text: change the text, and see whether it keeps its kind.",
    "Where a student's layer began as a copy, a head of the same kind as the teacher's is inherited more than learned.",
    "How little [CLS] and [SEP] carry, the page Attention says in its view “what it carries”.",
    see=atlas.see(pair),
    more="A short text has few tokens to tell kinds apart: of nine tokens two are [CLS] and [SEP], and the previous token is "
    "never far. Clark et al. take much attention on [SEP] for a “no-op” of heads that find nothing to do; which token plays that "
    "part here, the counts above say. No number on this page says what a head is good for: where a head looks is not what it "
    "reads there, and not why the model answers as it does.",
)
frame.sources(
    "measures and kinds, heads that look at neighbours and at separators, entropy, heads as points: Clark et al. 2019 "
    "(arXiv 1906.04341), sections 3.1 to 3.3 and 6; the plane: classical scaling, Torgerson 1952; layers that begin as "
    "copies: Sanh et al. 2019 (arXiv 1910.01108), section 3; that attention is no explanation: Jain & Wallace 2019 (arXiv "
    "1902.10186); and the answer, Wiegreffe & Pinter 2019 (arXiv 1908.04626)."
)
