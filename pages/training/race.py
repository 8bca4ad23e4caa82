"""What is each part of the recipe worth?"""

from distilbert_viz import frame
from distilbert_viz.views.training import race

top = frame.title(
    "Ablation race",
    "The same data and seeds with one part removed at a time: without L_ce, L_cos or L_mlm, or from random weights.",
)
pair = frame.traced_text()
top.say(race.sentence())
race.start(pair)
race.standings()
race.delete()
frame.notice(
    "A difference smaller than the spread (±) means nothing.",
    "L_ce asks for the teacher's whole answer, which is what held-out KL measures: a race judged by KL favours it.",
    "The last column is the paper's: trained for days, and judged by nine tasks.",
    more="Held-out KL and the student's MLM accuracy are means over three seeds, ± one sample standard deviation. A run of a "
    "minute can differ from the paper: what was learned there with every part is here still mostly inherited from the teacher's "
    "layers. L_mlm asks for the true word instead of the teacher's distribution.",
)
frame.sources("Sanh et al. 2019 (arXiv 1910.01108), table 4: change of the GLUE macro score when one part is left out.")
