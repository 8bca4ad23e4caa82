"""The text that a student's quality is measured on, and how much of it. Knows no tokenizer and no torch."""

from pathlib import Path

EVERYDAY = Path(__file__).resolve().parents[1] / "builtin" / "everyday.json"  # thirty blanks and the answers that count

MASKED, SEED = 0.15, 7
LONGEST = 128  # tokens a row
FEWEST, MOST = 100, 5_000  # masked tokens
MOST_BYTES = 5_000_000
STAGES = 32
SENTENCES = "the built-in held-out sentences"


def lines_of(content: bytes) -> list[str]:
    """The lines of a text file that say something. Raises ValueError, one sentence, where the bytes are no such text."""
    if len(content) > MOST_BYTES:
        raise ValueError(f"The file has {len(content) / 1e6:.1f} MB, and at most {MOST_BYTES / 1e6:.0f} MB are read.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise ValueError("The file is no text in UTF-8: save it as plain text, encoded as UTF-8.")
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise ValueError("There is nothing to read in this file: it is empty.")
    return lines
