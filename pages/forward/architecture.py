"""What happens to a text on its way through both models, and what did the student leave out?"""

from distilbert_viz import frame
from distilbert_viz.views.forward import architecture

top = frame.title(
    "Architecture", "A text flows through teacher and student, box by box; what distillation removed stays visible as a gap."
)
pair = frame.traced_text()
top.say(architecture.flow(pair))
frame.notice(
    architecture.kept(pair),
    architecture.beginning(pair),
    "Click a box's name to open its page.",
)
frame.sources(
    "Devlin et al. 2019 (arXiv 1810.04805), section 3; Sanh et al. 2019 (arXiv 1910.01108), section 3; "
    "post-norm blocks: Vaswani et al. 2017 (arXiv 1706.03762), section 3.1."
)
