"""What does the teacher tell the student about one position, or a classifier about a text?"""

from distilbert_viz import frame
from distilbert_viz.views.forward import soft_labels, texts

top = frame.title(
    "Soft labels",
    "At a position the teacher spreads its belief over the whole vocabulary; a classifier over its classes, a tagger over its "
    "tags, a model that answers questions over the places of a text: that is what a student can learn from.",
)
pair = frame.traced_text()
temperature = frame.temperature()
labels, hard_label = soft_labels.chosen(pair, temperature)
top.say(soft_labels.sentence(pair, labels))
soft_labels.bars(labels, hard_label)
soft_labels.distances(labels)

more = texts.more()
if more:
    frame.section("Several texts", "On one scale.")
    texts.labels(pair, more, temperature)

frame.section("The whole text")
soft_labels.whole_text(pair, temperature)
frame.notice(
    "Raise the temperature T: small probabilities grow, and one sees which wrong answers the teacher finds less wrong.",
    "“rank 1 → 3” means that the teacher's first choice is the student's third.",
    "A hard label would be one single bar.",
    see=(frame.See("T = 5", temperature=5.0), frame.See("T = 0.5, nearly one bar", temperature=0.5)),
    more="Dividing logits by T makes the gradient shrink like 1/T², so the training multiplies KL by T² to keep its size.",
)
frame.sources(
    "temperature and T²: Hinton, Vinyals & Dean 2015 (arXiv 1503.02531), section 2; L_ce at T = 2 in the "
    "released training: Sanh et al. 2019 (arXiv 1910.01108), section 2."
)
