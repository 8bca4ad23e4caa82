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


def numbered(tokens: tuple[str, ...]) -> list[str]:
    """Axis labels that stay distinct when a token occurs twice: plotly merges equal categories."""
    return [f"{i} {plain(token)}" for i, token in enumerate(tokens)]
