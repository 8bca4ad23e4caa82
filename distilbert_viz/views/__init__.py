"""The Streamlit of one page each, named as its page."""
