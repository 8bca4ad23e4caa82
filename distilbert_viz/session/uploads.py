"""A text file of a visitor's own, no larger than this server takes."""

import streamlit as st

from distilbert_viz import settings

MEGABYTE, KILOBYTE = 1_000_000, 1_000


def text_file(key: str, lines: str) -> tuple[str, bytes] | None:
    """(name, content) of what was chosen; `lines` says what a line of it is."""
    most = settings.limits().upload
    said = f"{most / MEGABYTE:g} MB" if most >= MEGABYTE else f"{most / KILOBYTE:g} kB"
    upload = st.file_uploader(f"A .txt file, at most {said}, {lines}", type="txt", key=key, max_upload_size=-(-most // MEGABYTE))
    if upload is None or upload.size <= most:
        return None if upload is None else (upload.name, upload.getvalue())
    st.warning(f"The file has {upload.size / MEGABYTE:.1f} MB, and this server reads at most {said}.")
    return None
