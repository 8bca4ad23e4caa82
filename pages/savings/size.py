"""Where do a model's parameters lie, and which of them does the student do without?"""

import streamlit as st

from distilbert_viz.frame import controls
from distilbert_viz.views.savings import cost

st.title("Size")
st.write("Every parameter of both models, by component and on one scale: what a student saves is what it leaves out.")
asked = cost.cost_pair("as pre-trained")
sizes = cost.sizes(asked)
cost.size_overview(sizes)

st.subheader("Removed and kept")
cost.removed_and_kept(sizes)

st.subheader("Bytes")
cost.size_bytes(asked, sizes)

st.subheader("Quoted and counted")
cost.claims(asked)
controls.notice(
    "Half the layers are not half the parameters: the embeddings stay, and the smaller the layers, the more of the model "
    "they are. Choose another class above and the saving changes, since a head is the same for both, or is BERT's alone. "
    "The masked-LM projection costs no parameters but its bias where its weights are the word embedding's."
)
st.caption(
    "Sources: the sizes are the configurations' own; quoted numbers: Sanh et al. 2019 (arXiv 1910.01108), abstract, "
    "section 3 and table 3; BERT's heads: Devlin et al. 2019 (arXiv 1810.04805), section 3.1."
)
