"""The two voices, and colour maps whose lightness is even in OKLab (Ottosson 2020), one table a theme."""

from collections.abc import Mapping
from functools import cache

import numpy as np
from jaxtyping import Float

TEACHER, STUDENT = "#0072B2", "#D55E00"
# Okabe and Ito's colours without the two voices: for several things on one chart, none of which is a model.
LINES = ("#009E73", "#CC79A7", "#56B4E9", "#B8860B", "#882255", "#666666", "#117733", "#332288")
TEXT = {"light": "#1f2320", "dark": "#edebe8"}
UNDER_TEXT = {"light": 0.45, "dark": 0.38}
BACKGROUND = {"light": "#ffffff", "dark": "#171614"}
SEQUENTIAL = {
    "light": ("#ffffff", "#9fd3b0", "#2f8f6a", "#003d33"),
    "dark": ("#171614", "#0f5747", "#43a57e", "#d9f7dc"),
}
SIGNED = {
    "light": ("#5b1a5e", "#a76bab", "#ffffff", "#4f9d79", "#0b4a35"),
    "dark": ("#e9b8ec", "#8b4a90", "#171614", "#2c7a5a", "#a9ecc9"),
}
DIFFERENCE = {theme: (TEACHER, BACKGROUND[theme], STUDENT) for theme in BACKGROUND}
MAPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {"sequential": SEQUENTIAL, "signed": SIGNED, "difference": DIFFERENCE}
_TO_LMS = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
                    [0.0883024619, 0.2817188376, 0.6299787005]])  # fmt: skip
_TO_LAB = np.array([[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
                    [0.0259040371, 0.7827717662, -0.8086757660]])  # fmt: skip


def table(anchors: tuple[str, ...]) -> Float[np.ndarray, "256 3"]:
    """256 colours, sRGB 0 to 255, through `anchors` at a pace that makes lightness change evenly."""
    lab = _oklab(np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in anchors]) / 255)
    steps = np.concatenate([[0], np.cumsum(np.abs(np.diff(lab[:, 0])))])
    at = np.linspace(0, steps[-1], 256)
    return 255 * _srgb(np.stack([np.interp(at, steps, lab[:, i]) for i in range(3)], axis=1))


@cache
def under_text(theme: str) -> list[str]:
    """101 CSS colours, the quiet end of the sequential map: the contrast of TEXT with each of them stays above 4.5."""
    rows = table(SEQUENTIAL[theme])[np.linspace(0, 255 * UNDER_TEXT[theme], 101).round().astype(int)].round().astype(int)
    return [f"rgb({r},{g},{b})" for r, g, b in rows.tolist()]


def shade(share: float, theme: str) -> str:
    """A CSS colour on which text is read, from the page's own (0) to the strongest (1)."""
    shades = under_text(theme)
    return shades[min(len(shades) - 1, round(share * (len(shades) - 1)))]


def _oklab(srgb: np.ndarray) -> np.ndarray:
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    lab: np.ndarray = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
    return lab


def _srgb(lab: np.ndarray) -> np.ndarray:
    linear = np.clip((lab @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_TO_LMS).T, 0, 1)
    srgb: np.ndarray = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return srgb
