"""What happens in one step of distillation, number by number?"""

from distilbert_viz import frame
from distilbert_viz.views.training import one_step

top = frame.title(
    "One step",
    "One step of distillation on your text: mask, ask the teacher, ask the student, compare, go back, move every weight a little.",
)
pair = frame.traced_text()
text = one_step.masked_text(pair)

frame.section("The step")
step = one_step.taken(text, pair)
top.say(one_step.sentence(step))
place = one_step.flow(step, pair)
frame.notice(
    "The shown student is never trained: a copy takes the step and is dropped.",
    "One step on one sentence may lower one loss and raise another: look at the bars of all three.",
    "Raise the learning rate above to see a step that goes too far.",
    more="AdamW's first step moves every weight by about the learning rate, against the sign of its gradient: how the losses are "
    "weighted against each other decides it, their common size does not. At the released training's 5e-4 that is often too far, "
    "which is why training warms up to it. Dropout, on in training, is off here.",
)

frame.section("What the step changed at one token")
one_step.labels(step)

frame.section("Where the gradient goes")
one_step.gradients(step)
frame.notice(
    "Bars are the combined loss, marks each weighted loss alone: lengths don't add up, because losses pull in different "
    "directions.",
    "L_cos reads the last hidden state and can't reach the masked-LM head.",
    more=one_step.projection(pair),
)

frame.section("Why T²")
one_step.temperatures(step)
frame.notice(
    "Dividing logits by T makes the gradient fall like 1/T² once T is high: the dashed line runs beside the dotted one.",
    "Times T² the line becomes level, so a weight of L_ce means the same at another T.",
    more="At low T neither is level, because the softened distributions themselves change.",
)
frame.sources(
    "the two forms and T²: Hinton, Vinyals & Dean 2015 (arXiv 1503.02531), section 2; Sanh et al. 2019 (arXiv "
    "1910.01108), section 2, and the released training script; 80/10/10: Devlin et al. 2019 (arXiv 1810.04805), section "
    "3.1; AdamW: Loshchilov & Hutter 2019 (arXiv 1711.05101)."
)
one_step.by_hand(step, place)
