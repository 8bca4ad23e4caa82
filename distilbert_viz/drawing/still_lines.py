"""One head as lines from token to token, as a still SVG picture."""

import html

import numpy as np
from jaxtyping import Float

from distilbert_viz.drawing.colours import STUDENT, TEACHER
from distilbert_viz.drawing.still_words import LETTER, WIDTH, word
from distilbert_viz.records import LinesFigure

ROW = 16  # a token's
OPACITIES = 20  # that are told apart: a weight under half a step is no line
COLOURS = {"teacher": TEACHER, "student": STUDENT}


def lines(figure: LinesFigure, weights: Float[np.ndarray, "query key"]) -> str:
    """From every token on the left, the query, to every token on the right, the key; a line's opacity is its weight."""
    names, height = figure.tokens.rows, ROW * len(weights) + 4
    left = round(min(150, 16 + LETTER * max(map(len, names))))
    levels = np.rint(weights * OPACITIES).astype(int)
    paths = [_path(levels == level, left, level / OPACITIES) for level in range(1, OPACITIES + 1) if (levels == level).any()]
    words = [
        word(name, float(x), ROW * i + 13.0, anchor)
        for i, name in enumerate(names)
        for x, anchor in ((left - 6, "end"), (WIDTH - left + 6, "start"))
    ]
    drawn = f'<g fill="none" stroke="{COLOURS[figure.voice]}" stroke-width="2">{"".join(paths)}</g>'
    name = html.escape(figure.heading)
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{name}">{drawn}{"".join(words)}</svg>'


def _path(drawn: np.ndarray, left: int, opacity: float) -> str:
    """All lines of one opacity, from (query, key) where `drawn`."""
    ends = ((ROW * query + 9, ROW * key + 9) for query, key in np.argwhere(drawn).tolist())
    path = "".join(f"M{left} {here}L{WIDTH - left} {there}" for here, there in ends)
    return f'<path stroke-opacity="{opacity:g}" d="{path}"/>'
