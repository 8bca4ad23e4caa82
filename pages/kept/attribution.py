"""What does a prediction owe to each token of the text, in the teacher and in the student?"""

from distilbert_viz import frame
from distilbert_viz.views.kept import attribution

top = frame.title(
    "Attribution",
    "Both models give one token, or one class, a probability. Which tokens of the text lift it, and which push it down?",
)
pair = frame.traced_text()
choices = attribution.choices(pair)
found = attribution.scores(pair, choices)
top.say(attribution.sentence(found, pair, choices))

frame.section("Integrated gradients")
attribution.gradients(found, pair)

frame.section("Feature ablation: one token put back at a time")
attribution.ablation(found, pair)

frame.section("Do the bars add up?")
attribution.sums(found, pair)
frame.notice(
    "A bar up: this token lifts the prediction. A bar down: the model would be surer without it.",
    "Where the models differ in height, look first at ln p: a model that is surer has more to share out.",
    "Choose another baseline above: it asks another question and gives other bars.",
    see=attribution.see(),
    more="Integrated gradients share out one number: the bars of a model add up to ln p on the text minus ln p on the baseline, "
    "up to the convergence delta. Feature ablation puts one token alone back to the baseline, so two tokens that can stand in "
    "for each other both look unimportant, and its bars need not add up. A bar says what the number owes to a token along this "
    "path; not that the model “reasoned” so, nor why.",
)
frame.sources(
    "integrated gradients, completeness and baselines: Sundararajan, Taly & Yan 2017 (arXiv 1703.01365), sections 2 "
    "and 3; computed by captum (Kokhlikyan et al. 2020, arXiv 2009.07896), as is feature ablation; that attention weights are "
    "no such account: Jain & Wallace 2019 (arXiv 1902.10186); what can be said for them: Wiegreffe & Pinter 2019 (arXiv "
    "1908.04626)."
)
