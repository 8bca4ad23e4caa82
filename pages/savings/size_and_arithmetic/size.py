"""Where do a model's parameters lie, and which of them does the student do without?"""

from distilbert_viz import frame
from distilbert_viz.views.savings import counted, size, which_pair

top = frame.title(
    "Size and arithmetic",
    "Every parameter of both models, by component and on one scale: what a student saves is what it leaves out.",
)
asked = counted.ask("as pre-trained")
sizes = counted.sizes(asked)
top.of(which_pair.beside(asked.full))
top.say(size.sentence(sizes))
size.overview(sizes)

frame.section("Removed and kept")
size.removed_and_kept(sizes)

frame.section("Bytes")
size.in_bytes(asked, sizes)

frame.section("Quoted and counted")
size.claims(asked)
frame.notice(
    "Half the layers are not half the model: the large area on the left, the word table, stays.",
    "Choose another class above and the saving changes: heads are the same for both, or BERT's alone.",
    "The smaller the layers, the more of a model is its word table: compare the present pair.",
    see=counted.see(asked, "as pre-trained", "classification"),
    more="The masked-LM projection costs no parameters but its bias where its weights are the word embedding's.",
)
frame.sources(
    "the sizes are the configurations' own; quoted numbers: Sanh et al. 2019 (arXiv 1910.01108), abstract, "
    "section 3 and table 3; BERT's heads: Devlin et al. 2019 (arXiv 1810.04805), section 3.1."
)
