"""How is all about one text taken along?"""

import streamlit as st

from distilbert_viz import frame
from distilbert_viz.frame import take_along
from distilbert_viz.views.forward import soft_labels

top = frame.title("Report", "All about this text in one file that opens without this app and without a network, also from a mail.")
pair = frame.traced_text()
temperature = frame.temperature()
labels, hard_label = soft_labels.chosen(pair, temperature)
top.say(soft_labels.sentence(pair, labels))
take_along.text_report(pair, labels, hard_label)
frame.notice(
    "The report shows the heads that are chosen on the page Attention, at the position that is chosen above.",
    "It holds no script, and nothing of it is fetched when it is opened.",
    "The trace holds every array of both passes by name.",
    more="Of classifiers the report is read at [CLS]. Its pictures are drawn here and travel inside it. The trace's key `axes` "
    "is JSON and names the axes of each array: `json.loads(str(numpy.load('trace.npz')['axes']))`.",
)

frame.section(
    "One figure, or one table",
    "“Take along”, in the line under the text of every page, hands you each of its figures: as SVG, as PNG, or as an HTML file of "
    "its own, with its caption, the pair and the text. It is made in your browser as it stands there, in the page's own colours. "
    "Under every table stands its CSV with all digits; a token such as `=` gets an apostrophe in front, so that no spreadsheet "
    "computes it.",
)
frame.section("From a shell")
st.code('python -m distilbert_viz report "text" --out report.html\npython -m distilbert_viz trace "text" --out trace.npz', "shell")
frame.sources(
    "the file format: NumPy's documentation of numpy.savez; why some tokens get an apostrophe: OWASP, “CSV Injection”; "
    "what the report quotes names its own sources."
)
