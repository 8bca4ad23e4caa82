"""A visitor's text as Markdown shows it unread, and words that say more when they are pointed at."""

import html
import re


def literal(text: str) -> str:
    """`text` as Markdown shows it unread: every character that Markdown, HTML or Streamlit could interpret is escaped."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])", r"\\\1", text)


def with_code(text: str) -> str:
    """The same, but what stands between two backticks as code, which no character ends and which is easily copied."""
    parts = re.split(r"`([^`]*[^`\s][^`]*)`", text)
    return "".join(f"`` {part} ``" if index % 2 else literal(part) for index, part in enumerate(parts))


def pointed_at(name: str, shown: str, said: str) -> str:
    """HTML, of the class `name`, that shows `shown` and says `said` when it is pointed at or focused; see frame/terms.py."""
    words = html.escape(said, quote=True).replace("\n", " ")
    return f'<span class="{name}" tabindex="0" role="note" aria-description="{words}" data-said="{words}">{shown}</span>'
