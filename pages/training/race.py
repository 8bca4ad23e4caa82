"""What is each part of the recipe worth?"""

from distilbert_viz import frame
from distilbert_viz.views.training import race

frame.title(
    "Ablation race",
    "The same data and seeds with one part removed at a time: without L_ce, L_cos or L_mlm, or from random weights.",
)
pair = frame.traced_text()
race.start(pair)
race.standings()
race.delete()
frame.notice(
    "Held-out KL and the student's MLM accuracy are means over three seeds, ± one sample standard deviation. A run of a "
    "minute can differ from the paper, which trained for days and judged by nine tasks after fine-tuning: what was learned "
    "there with every part is here still mostly inherited from the teacher's layers. L_ce asks for the teacher's "
    "distribution itself, which is what held-out KL measures, so a race judged by KL favours it; L_mlm asks for the true "
    "word instead. A difference smaller than the spread means nothing."
)
frame.sources("Sanh et al. 2019 (arXiv 1910.01108), table 4: change of the GLUE macro score when one part is left out.")
