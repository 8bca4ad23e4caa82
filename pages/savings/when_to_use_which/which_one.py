"""When is the student enough, and when does it have to be the teacher?"""

import streamlit as st

from distilbert_viz import frame
from distilbert_viz.views.savings import choose, evidence, needs, which_pair

top = frame.title(
    "When to use which",
    "Say what you need. The answer comes from what was measured: which model serves, what binds, what the other would cost.",
)
full, measured = evidence.chosen()
top.of(which_pair.beside(full))
asking, answering = st.columns([2, 3], gap="large")
with asking:
    asked, score = needs.ask(full, measured)
with answering:
    verdict = choose.verdict(measured, asked, score)
    top.say(choose.sentence(verdict))
    choose.quality_against_time(verdict, score)
    choose.consequences(verdict, score)

frame.section("The numbers that decide")
choose.numbers(verdict, measured)
frame.notice(
    "A case is only a start: change its numbers to yours, and the answer follows.",
    "Ask a real-time system for less time than either model takes, and neither serves.",
    "Times hold for the machine, threads and dtype that were measured; on another one measure again.",
    see=choose.see(verdict),
    more="Under which model a case is usually listed, the answer doesn't read. Where quality is published, it is that of trained "
    "BERT-base and DistilBERT after fine-tuning, and the times are those of the same architectures.",
)
frame.sources(
    "scores: Sanh et al. 2019 (arXiv 1910.01108), tables 1 and 2; 0.1 s as the limit of what feels immediate: Nielsen "
    "1993, Usability Engineering, chapter 5. Throughput and cost: texts of one pass over its median time, an hour over the texts "
    "read in it."
)
