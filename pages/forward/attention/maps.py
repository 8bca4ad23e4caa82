"""Where does each head look? Teacher left, student right."""

from distilbert_viz import frame
from distilbert_viz.views.forward import attention, maps, texts

top = frame.title("Attention", "Every head spreads one unit of attention from each token (row) over all tokens (column).")
pair = frame.traced_text()
choice = attention.choices(pair)
top.say(attention.sentence(pair, choice))
maps.overview(pair, choice)

frame.section("One head in full")
more = texts.more()
maps.in_full(pair, choice)
texts.maps(more, choice)
frame.notice(
    "A DistilBERT is never asked to look where its teacher looks: where the maps are alike, it kept that by itself.",
    "A strong column at [SEP] or [CLS] often marks a head that has nothing to say about a token.",
    "The gaps on the right are the layers that the student doesn't have.",
    see=attention.see_kept(pair),
    more="It is asked for the teacher's soft labels and its last hidden state alone, so that maps that look alike are a result, "
    "and where its layers began as copies an inheritance.",
)
frame.sources(
    "Sanh et al. 2019 (arXiv 1910.01108), section 2; Clark et al. 2019 (arXiv 1906.04341), section 3.2, on "
    "attention to separators; what attention can't explain: Jain & Wallace 2019 (arXiv 1902.10186)."
)
