"""Words of a user's text on a figure: never read as markup, never longer than fits."""

import html
import unicodedata


def plain(token: str, longest: int = 18) -> str:
    """`token` for a plotly label: escaped, invisible characters named by their code point, cut at `longest`."""
    return html.escape(visible(token, longest), quote=False)


def visible(token: str, longest: int = 18) -> str:
    """`token` with invisible characters named by their code point, cut at `longest` characters."""
    named = "".join(_visible(c) for c in token)
    return named if len(named) <= longest else named[: longest - 1] + "…"


def _visible(character: str) -> str:
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Co", "Cn", "Cs")
    return f"U+{ord(character):04X}" if hidden else character


def plural(count: int, word: str) -> str:
    """The word as it is said of so many.

    >>> plural(1, "token"), plural(2, "token"), plural(0, "token")
    ('token', 'tokens', 'tokens')
    """
    return word if count == 1 else f"{word}s"


def counted(count: int, word: str) -> str:
    """So many of it.

    >>> counted(1, "token"), counted(2, "token")
    ('1 token', '2 tokens')
    """
    return f"{count} {plural(count, word)}"


def numbered(tokens: tuple[str, ...]) -> list[str]:
    """Axis labels that stay distinct when a token occurs twice: plotly merges equal categories."""
    return [f"{i} {plain(token)}" for i, token in enumerate(tokens)]
