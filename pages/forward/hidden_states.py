"""How far are the two models from each other, layer by layer?"""

from distilbert_viz import frame
from distilbert_viz.views.forward import hidden_states

top = frame.title("Hidden states", "After each layer every token is a vector: here the student's are held against the teacher's.")
pair = frame.traced_text()
top.say(hidden_states.sentence(pair))
hidden_states.similarity(pair, hidden_states.measure(pair))
hidden_states.last(pair)

frame.section(
    "What each layer would already predict",
    "The model's own head read on every state: at the chosen token, or for the whole text where its task is about that.",
)
hidden_states.lens(pair)
frame.notice(
    "Outlined, where widths are the same: each student layer with the teacher layer beside it. It need not be the nearest.",
    "The training of a DistilBERT pulls the last states together, and no others.",
    "Read the two tables downwards: the answer forms over the layers, in each model over its own.",
    see=hidden_states.see(pair),
    more="L_cos pulls such a student's last state towards the teacher's last state (in a fine-tuned pair, before either was "
    "fine-tuned). The head was trained on the last state alone; on earlier states it is a reading, not the model's prediction.",
)
frame.sources(
    "L_cos: Sanh et al. 2019 (arXiv 1910.01108), section 2; CKA: Kornblith et al. 2019 (arXiv 1905.00414), "
    "debiased after Song et al. 2012; the head on every state: nostalgebraist 2020, “interpreting GPT: the logit lens”."
)
