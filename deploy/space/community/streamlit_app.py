"""What Streamlit Community Cloud runs: the app as a server for strangers, within the memory that there is.

The app's secrets, if there are any, come first: Streamlit puts them into the environment.
"""

import os
import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = {"DISTILBERT_VIZ_PUBLIC": "1", "DISTILBERT_VIZ_MEMORY": "900 MB"}
sys.path.insert(0, str(ROOT))
os.environ |= SETTINGS | os.environ

import app as contents  # noqa: E402  found in the root

app = st.App(contents.__file__, **contents.SERVER)
