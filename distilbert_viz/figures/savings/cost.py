"""A pair's sizes: areas on one scale, tables, and what is often quoted beside what was counted."""

from collections.abc import Callable

from distilbert_viz.drawing.colours import TEXT
from distilbert_viz.drawing.plots import VOICE, Plot, Series, plot
from distilbert_viz.drawing.tables import Table
from distilbert_viz.records import Change, Component, Computation, ModelSize

Sizes = tuple[ModelSize, ModelSize]
Computations = tuple[Computation, Computation]
BYTES = {"float32": 4, "float16 or bfloat16": 2, "int8": 1}
ON_VOICE = {"teacher": "#ffffff", "student": "#000000"}  # contrast 5.2 and 5.4
SMALLEST = 10  # pixels, of words in an area; an area for which they would have to be smaller has none
VERDICTS = ("removed", "reduced", "added", "enlarged", "changed", "kept")


def treemap(sizes: Sizes, theme: str) -> Plot:
    """Both models in one rectangle: an area is a number of parameters, on one scale for teacher and student."""
    total = sum(size.parameters for size in sizes)
    rows = [("both", "", "both models", total, "rgba(0,0,0,0)", TEXT[theme])]
    for voice, size in zip(VOICE, sizes, strict=True):
        rows += _tiles(voice, size)
    ids, parents, labels, values, fills, inks = zip(*rows, strict=True)
    trace: Series = {
        "type": "treemap", "ids": ids, "parents": parents, "labels": labels, "values": values, "branchvalues": "total",
        "marker": {"colors": fills, "pad": {"t": 22, "l": 2, "r": 2, "b": 2}}, "tiling": {"pad": 2}, "sort": False,
        "textfont": {"color": inks}, "texttemplate": "%{label}<br>%{value:,}", "pathbar": {"visible": True},
        "hovertemplate": "%{label}: %{value:,} parameters, %{percentParent:.1%} of %{parent}<extra></extra>",
    }  # fmt: skip
    read: Series = {"minsize": SMALLEST, "mode": "hide"}
    return plot([trace], height=350, margin={"l": 0, "r": 0, "t": 24, "b": 4}, uniformtext=read)


def _tiles(voice: str, size: ModelSize) -> list[tuple[str, str, str, int, str, str]]:
    fill, ink = VOICE[voice], ON_VOICE[voice]
    rows = [(voice, "both", voice, size.parameters, fill, ink)]
    for whole in dict.fromkeys(component.whole for component in size.components):
        parts = [component for component in size.components if component.whole == whole]
        rows.append((f"{voice} {whole}", voice, whole, sum(part.parameters for part in parts), fill, ink))
        if len(parts) > 1:
            rows += [(f"{voice} {p.name}", f"{voice} {whole}", p.part, p.parameters, fill, ink) for p in parts]
    return rows


def headline(sizes: Sizes) -> dict[str, str]:
    """Parameters of both, exact, and what the student saves."""
    teacher, student = (size.parameters for size in sizes)
    return {
        f"teacher, {sizes[0].class_name}": f"{teacher:,}",
        f"student, {sizes[1].class_name}": f"{student:,}",
        "the student saves": f"{100 * (1 - student / teacher):.1f}%",
    }


def check_sentence(sizes: Sizes) -> str:
    """Whether the components add up to what torch counts in the stock class, and what was not counted twice."""
    off = [sum(c.parameters for c in size.components) - size.parameters for size in sizes]
    tied = " and ".join(f"{size.tied:,}" for size in sizes)
    return (
        f"checked against sum(p.numel()) of the two stock classes: the components differ by {off[0]} and {off[1]}. "
        f"Parameters that a second module uses too, counted once: {tied}."
    )


def parameters_table(sizes: Sizes) -> Table:
    """A row a component, each layer's own rows too; 0 where a model has no such component."""
    counts = [{component.name: component.parameters for component in size.components} for size in sizes]
    names = sorted(counts[0] | counts[1], key=_order(sizes))
    teacher, student = ([count.get(name, 0) for name in names] + [sum(count.values())] for count in counts)
    saved = [a - b for a, b in zip(teacher, student, strict=True)]
    return {"component": [*names, "all"], "teacher": teacher, "student": student, "saved": saved}


def _order(sizes: Sizes) -> Callable[[str], tuple[int, int]]:
    """Embeddings first, then layers by number, then heads."""
    places = {component.name: _place(component) for size in reversed(sizes) for component in size.components}
    return places.__getitem__


def _place(component: Component) -> tuple[int, int]:
    if component.in_block:
        return 1, int(component.whole[1:])
    return (0, 0) if component.whole == "embeddings" else (2, 0)


def changes_lines(changes: tuple[Change, ...]) -> str:
    """A line of Markdown a verdict: what was removed, reduced, added, enlarged, changed and kept."""
    lines = []
    for verdict in VERDICTS:
        if found := [_change_in_words(change) for change in changes if change.verdict == verdict]:
            lines.append(f"- **{verdict.capitalize()}**: {', '.join(found)}.")
    return "\n".join(lines)


def _change_in_words(change: Change) -> str:
    unit = " parameters" if change.counted else ""
    teacher, student = _number(change.teacher), _number(change.student)
    values = {"kept": teacher, "removed": teacher, "added": student}.get(change.verdict, f"{teacher} → {student}")
    return f"{change.what} ({values}{unit})"


def _number(value: int | float | str) -> str:
    if isinstance(value, str):
        return value.removesuffix("Activation")
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def changes_table(changes: tuple[Change, ...]) -> Table:
    """A row a size or component: teacher, student, verdict."""
    ordered = sorted(changes, key=lambda change: VERDICTS.index(change.verdict))
    return {
        "what": [change.what + (", parameters" if change.counted else "") for change in ordered],
        "teacher": [_number(change.teacher) for change in ordered],
        "student": [_number(change.student) for change in ordered],
        "verdict": [change.verdict for change in ordered],
    }


def bytes_table(sizes: Sizes, files: tuple[int | None, int | None]) -> Table:
    """Megabytes (10⁶ bytes) of the parameters by dtype, and of the files that were read, if any."""
    rows: dict[str, list[float | None]] = {name: [s.parameters * width / 1e6 for s in sizes] for name, width in BYTES.items()}
    if any(files):
        rows["file on disk"] = [None if found is None else found / 1e6 for found in files]
    return {
        "": list(rows),
        "teacher, MB": [teacher for teacher, _ in rows.values()],
        "student, MB": [student for _, student in rows.values()],
        "saved, MB": [None if teacher is None or student is None else teacher - student for teacher, student in rows.values()],
    }


def claims_table(sizes: dict[str, Sizes], computations: dict[str, Computations]) -> Table:
    """What is quoted of BERT-base and DistilBERT, with its source, beside what was counted, and why the two differ."""
    rows = [_layers(sizes), _millions(sizes), _megabytes(sizes), _saved(sizes), _operations(computations)]
    names = ("quoted", "source", "counted", "why they differ")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def _layers(sizes: dict[str, Sizes]) -> tuple[str, ...]:
    teacher, student = (size.architecture.layers for size in sizes["encoder"])
    return "12 → 6 layers", "Sanh et al. 2019, section 3", f"{teacher} → {student}", "They don't."


def _millions(sizes: dict[str, Sizes]) -> tuple[str, ...]:
    counted = _each(sizes, lambda size: f"{size.parameters / 1e6:.2f} M")
    why = "110 M is the class with both released heads, rounded; 66 M is the encoder without its head, rounded."
    return "110 M → 66 M parameters", "Sanh et al. 2019, table 3", counted, why


def _megabytes(sizes: dict[str, Sizes]) -> tuple[str, ...]:
    counted = _each(sizes, lambda size: f"{size.parameters * 4 / 1e6:.1f} MB")
    why = "Rounded first, multiplied then."
    return "440 → 264 MB in float32", "often quoted; 110 M × 4 and 66 M × 4 bytes", counted, why


def _saved(sizes: dict[str, Sizes]) -> tuple[str, ...]:
    counted = "; ".join(f"{form} {100 * (1 - b.parameters / a.parameters):.1f}%" for form, (a, b) in sizes.items())
    why = "40% is 1 − 66/110, rounded numbers again. Embeddings, the same in both, keep it from being 50%."
    return "40% fewer parameters", "Sanh et al. 2019, abstract", counted, why


def _operations(computations: dict[str, Computations]) -> tuple[str, ...]:
    counted = "; ".join(f"{form} {100 * (1 - b.macs / a.macs):.1f}%" for form, (a, b) in computations.items())
    why = "Half the layers are half the encoder's products; the vocabulary projection is not halved."
    return "50% fewer operations", "often quoted; 6 of 12 layers", counted, why


def _each(sizes: dict[str, Sizes], say: Callable[[ModelSize], str]) -> str:
    return "; ".join(f"{form} {say(teacher)} → {say(student)}" for form, (teacher, student) in sizes.items())
