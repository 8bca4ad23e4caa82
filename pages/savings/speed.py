"""How much faster is the student on this machine?"""

import streamlit as st

from distilbert_viz.frame import controls
from distilbert_viz.views.savings import measuring, speed

st.title("Speed")
st.write("Teacher and student read the same texts in turn, on this machine and now: seconds as they are, with their spread.")
measuring.new_measurement()
measured = measuring.measurement()
if measured is None:
    measuring.nothing_measured()
else:
    speed.latency(measured)
    st.subheader("How many times as fast")
    speed.measured_ratio(measured)
    st.subheader("Throughput")
    speed.throughput(measured)
    st.subheader("Where a pass spends its time")
    speed.time_by_part(measured)
    st.subheader("Measurements beside each other")
    speed.compare_measurements()
controls.notice(
    "Half the layers are half the encoder's arithmetic, so 2.0 times is what BERT-base's student could reach as a classifier; "
    "what both models pay alike (embeddings, head, the calls from Python) keeps the ratio below that, and weighs most on few and "
    "short texts. The paper's 668 s against 410 s are 1.63 times, “60 % faster”, which is 39 % less time. It was another machine, "
    "another PyTorch and a whole evaluation, not a pass alone; why it is not 2.0 stands on the page Computation. A batch larger "
    "than a machine can fill raises the latency and not the throughput. Cells whose intervals overlap are not told apart."
)
st.caption(
    "Sources: quoted times: Sanh et al. 2019 (arXiv 1910.01108), table 3. Timed by torch.utils.benchmark after a warm-up, parts "
    "by torch.profiler; intervals: percentile bootstrap of the median (Efron & Tibshirani 1993, chapter 13)."
)
