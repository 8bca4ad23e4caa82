"""The page that attention_view.py drives: a text, whose trace is made when it is typed, and a button a picture."""

import streamlit as st

from benchmarks.attention_pictures import PICTURES, traced

st.set_page_config(layout="wide")
text = st.text_input("text", key="typed")
pair = traced(text) if text else None
with st.container(horizontal=True):
    pressed = [name for name in PICTURES if st.button(name)]
st.write(f"ready: {text}")
for name in pressed:
    PICTURES[name](pair)
