"""A visitor's text as Markdown shows it unread."""

import re


def literal(text: str) -> str:
    """`text` as Markdown shows it unread: every character that Markdown, HTML or Streamlit could interpret is escaped."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])", r"\\\1", text)
