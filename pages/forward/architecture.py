"""What happens to a text on its way through both models, and what did the student leave out?"""

import streamlit as st

from distilbert_viz import checking
from distilbert_viz.figures.forward.flow import flow
from distilbert_viz.frame import components, controls
from distilbert_viz.session import checks, choice

st.title("Architecture")
st.write("A text flows through teacher and student, box by box; what distillation removed stays visible as a gap.")
pair = choice.traced_text()
position = choice.position(pair.encoding)
components.flow(flow(pair, choice.all_blocks(position), choice.predictions(position)))
checks.checked("architecture", lambda stock: checking.hidden_states(pair, stock))
controls.notice(
    "The student keeps the teacher's width, its heads and its vocabulary, and halves its depth: each of its layers began as a "
    "copy of the teacher layer beside it (in a fine-tuned pair, before either was fine-tuned). Nothing else was made smaller, "
    "which is why a student can start from its teacher's weights at all. Click a box's name to open its page."
)
st.caption(
    "Sources: Devlin et al. 2019 (arXiv 1810.04805), section 3; Sanh et al. 2019 (arXiv 1910.01108), section 3; "
    "post-norm blocks: Vaswani et al. 2017 (arXiv 1706.03762), section 3.1."
)
