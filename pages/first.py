"""What do two models make of one sentence, and what does the smaller one save and lose?"""

import streamlit as st

from distilbert_viz import frame
from distilbert_viz.views import quoted, start
from distilbert_viz.views.tour import strip

title, begin = st.columns([7, 2], gap="medium", vertical_alignment="center")
with title, start.room_for_the_sentence():
    top = frame.title(
        "Two models read your sentence",
        "A teacher, and the student that was distilled from it: a row is a layer, and says what it would already answer.",
    )
with begin:
    strip.begin()
pair = frame.traced_text()
picture, beside = st.columns([7, 2], gap="medium")
with picture:
    read = start.stacks(pair)
found = start.agreement(pair)
top.say(start.kept(pair, found))
with beside:
    start.numbers(pair, found)
start.ways_on()
start.about_stacks(pair, read)

frame.section("What everybody quotes, and what is so here")
quoted.show()
frame.notice(
    "Watch the answer form in both, row by row: a student of fewer layers has to do it in fewer steps.",
    start.beginning(pair),
    "Choose another word, hide it with [MASK], or type a sentence of your own.",
    see=start.see(),
)
frame.sources(
    "Sanh et al. 2019 (arXiv 1910.01108); the head read on every layer: nostalgebraist 2020, “interpreting GPT: the logit lens”."
)
