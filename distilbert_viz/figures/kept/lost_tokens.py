"""Where it was lost, token by token; the soft label of whatever was clicked; and means over many texts."""

from collections.abc import Mapping

import numpy as np

from distilbert_viz.drawing import colours
from distilbert_viz.drawing.canvas import pack
from distilbert_viz.drawing.labels import plain, visible
from distilbert_viz.drawing.plots import VOICE, Plot, Series, Value, plot
from distilbert_viz.drawing.tables import Entry, Table, by_column
from distilbert_viz.figures.kept.lost import depth_name
from distilbert_viz.figures.kept.lost_maps import cell_row, pack_maps
from distilbert_viz.records import Canvas, Encoding, Figure, Labels, LostOverTexts, MixtureLabels, Panel, Patches

NAMES = {
    "state": "the whole state",
    "attention_output": "what attention adds",
    "feed_forward": "what the feed-forward adds",
    "another token's state": "floor: another token's state",
}
ROW = 34


def row_name(part: str, row: int) -> str:
    """A row of the token map: a depth of the student, or a layer."""
    return f"in L{row}" if part in ("attention_output", "feed_forward") else depth_name(row)


def token_map(found: Patches, encoding: Encoding, chosen: tuple[int, int] | None) -> Canvas:
    """Share of the student's KL brought back, a row a depth, a column a token: green brings back, purple makes worse."""
    shares = np.nan_to_num(found.shares[: found.done])
    rows = [row_name(found.part, row) for row in range(found.done)]
    tokens = [visible(token) for token in encoding.tokens]
    figure = Figure(
        voice="", title=f"{NAMES[found.part]} from the teacher, at one token", name="Brought back,", panels=[Panel("share")],
        tokens=Labels(rows, tokens), labels=Labels(rows, tokens), scale="signed", range=(-1.0, 1.0),
        height=[ROW * max(1, found.done)], picks="patch", cell=chosen,
    )  # fmt: skip
    hint = "1: all that the student lost came back. 0: nothing. Below 0: the answer became worse. Click for before and after."
    return pack([figure], [[shares]], hint)


def token_sentence(found: Patches, encoding: Encoding) -> str:
    """Which token, at which depth, brings back most, and which makes it worst."""
    shares = found.shares[: found.done]
    best, worst = (np.unravel_index(pick(shares), shares.shape) for pick in (np.argmax, np.argmin))

    def said(cell: tuple[np.intp, ...]) -> str:
        token, row = visible(encoding.tokens[cell[1]]), row_name(found.part, int(cell[0]))
        return f"“{token}” ({row}, {100 * shares[cell]:.0f}%)"

    most = "Most comes back with" if shares[best] > 0 else "Nothing comes back with any token: nearest to it is"
    return f"{most} {said(best)}; {said(worst)} {'makes it worst' if shares[worst] < 0 else 'brings least'}."


def came_back(share: float) -> str:
    """What one token did to the student's KL, `share` of which it brought back.

    >>> came_back(0.61), came_back(-0.32)
    ('61% came back', 'nothing came back: it is 32% farther')
    """
    return f"{100 * share:.0f}% came back" if share >= 0 else f"nothing came back: it is {-100 * share:.0f}% farther"


def token_table(found: Patches, encoding: Encoding) -> Table:
    """A row a token, a column a depth: shares brought back."""
    columns: dict[str, list[Entry]] = {"token": [f"{i} {visible(token)}" for i, token in enumerate(encoding.tokens)]}
    for row in range(found.done):
        columns[row_name(found.part, row)] = found.shares[row].tolist()
    return columns


def label_bars(labels: MixtureLabels, called: str) -> Plot:
    """Teacher, mixture and student at every candidate."""
    rows = list(range(len(labels.names)))
    bars = (("teacher", labels.teacher, {"color": VOICE["teacher"]}), (called, labels.mixture, {"color": colours.LINES[0]}),
            ("student", labels.student, {"color": VOICE["student"]}))  # fmt: skip
    return plot(
        [_bar(name, values, marker) for name, values, marker in bars],
        height=110 + 40 * len(rows),
        barmode="group",
        bargap=0.25,
        yaxis={"autorange": "reversed", "automargin": True, "tickvals": rows, "showgrid": False,
               "ticktext": [plain(name) for name in labels.names]},
        xaxis={"title": {"text": "probability"}, "tickformat": ".3~%", "rangemode": "tozero"},
    )  # fmt: skip


def _bar(name: str, values: np.ndarray, marker: Mapping[str, Value]) -> Series:
    hover = f"{name}: %{{x:.4f}}<extra></extra>"
    return {"type": "bar", "orientation": "h", "name": name, "x": values, "marker": marker, "hovertemplate": hover}


def label_table(labels: MixtureLabels, called: str) -> Table:
    """A row a candidate."""
    return {"candidate": list(labels.names), "teacher": labels.teacher, called: labels.mixture, "student": labels.student}


# Over many texts


def mean_curve(found: LostOverTexts) -> Plot:
    """The mean hand-over, its whiskers one sample standard deviation over texts."""
    names = [*(depth_name(depth) for depth in range(len(found.matched))), "the student itself"]
    means = [*found.curve, found.student]
    spread = [*found.curve_deviation, found.student_deviation]
    parts = (
        ("the teacher reads on", slice(None, -1), "teacher", "circle"),
        ("the student alone", slice(-1, None), "student", "diamond"),
    )
    series: list[Series] = [
        {"type": "scatter", "mode": "lines+markers", "name": name, "x": names[some], "y": means[some],
         "error_y": {"type": "data", "array": spread[some], "arrayminus": np.minimum(spread[some], means[some])},
         "line": {"color": VOICE[voice], "width": 3}, "marker": {"size": 10, "symbol": symbol},
         "hovertemplate": "%{x}: %{y:.4f} nats<extra></extra>"}
        for name, some, voice, symbol in parts
    ]  # fmt: skip
    return plot(series, height=300, yaxis={"title": {"text": "mean KL, nats"}, "rangemode": "tozero"},
                xaxis={"categoryarray": names, "categoryorder": "array"})  # fmt: skip


def mean_maps(found: LostOverTexts) -> Canvas:
    """Both mean maps."""
    return pack_maps((found.student_then_teacher, found.teacher_then_student), found.matched, None, "")


def mean_sentence(found: LostOverTexts) -> str:
    """The means in words; one text has no deviation."""
    several = found.texts > 1
    points = [*zip(found.curve, found.curve_deviation, strict=True), (found.student, found.student_deviation)]
    *means, student = (f"{mean:.2f} ± {spread:.2f}" if several else f"{mean:.2f}" for mean, spread in points)
    said = ", ".join(f"{mean} {depth_name(depth)}" for depth, mean in enumerate(means))
    texts = f"Over {found.texts} texts, mean ± deviation" if several else "On one text"
    return f"{texts}: the student {student} nats; handed over, {said}."


def mean_table(found: LostOverTexts) -> Table:
    """Both mean matrices, a row a mixture."""
    parts = (("student", found.student_then_teacher, found.student_then_teacher_deviation),
             ("teacher", found.teacher_then_student, found.teacher_then_student_deviation))  # fmt: skip
    rows: list[dict[str, Entry]] = []
    for voice, means, spread in parts:
        for depth, start in np.ndindex(means.shape):
            kl, deviation = float(means[depth, start]), float(spread[depth, start])
            known = deviation if found.texts > 1 else None
            values: dict[str, Entry] = {"mean KL, nats": kl, "deviation": known, "texts": found.texts}
            rows.append(cell_row(voice, depth, start, means.shape[1] - 1) | values)
    return by_column(rows)
