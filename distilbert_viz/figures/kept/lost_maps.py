"""Where it was lost: all mixtures of both kinds, and the names of their cells."""

import numpy as np

from distilbert_viz.drawing.canvas import pack
from distilbert_viz.drawing.tables import Entry, Table, by_column
from distilbert_viz.figures.kept.lost import depth_name, start_name
from distilbert_viz.records import Canvas, Figure, HandOver, Labels, Mixtures, Panel

Cell = tuple[str, int, int]  # whose states, after how many of its layers, from which layer of the other on
STRONGEST = 2.0  # nats
ROW = 30
BELOW = "Click a cell to see its soft label below."


def maps(found: HandOver, chosen: Cell | None, more: str = BELOW) -> Canvas:
    """All mixtures of both kinds on one scale: frames are layers that lie beside each other, a dot is the best cell of its row.

    `more` says what a click is for.
    """
    kls = (found.student_then_teacher.kl, found.teacher_then_student.kl)
    return pack_maps(kls, found.matched, chosen, more)


def pack_maps(kls: tuple[np.ndarray, np.ndarray], matched: tuple[int, ...], chosen: Cell | None, more: str) -> Canvas:
    """Two maps of KL in nats: the student's states read on by the teacher, and the teacher's by the student."""
    framed = set(enumerate(matched))
    figures = [
        _map("student", "the teacher reads on from a layer", kls[0], framed, chosen),
        _map("teacher", "the student reads on from a layer", kls[1], {(start, depth) for depth, start in framed}, chosen),
    ]
    strong = f"KL in nats; {STRONGEST:g} or more have the strongest colour."
    hint = f"{strong} Framed: layers side by side. Dot: the best of its row. {more}"
    return pack(figures, [[value.reshape(1, 1) for value in kl.ravel()] for kl in kls], hint)


def _map(voice: str, title: str, kl: np.ndarray, framed: set[tuple[int, int]], chosen: Cell | None) -> Figure:
    depths, starts = kl.shape
    best = set(enumerate(np.argmin(kl, axis=1).tolist()))
    columns = [start_name(start, starts - 1) for start in range(starts)]
    panels = [
        Panel(
            f"{depth_name(depth)}, {'then the head' if start == starts - 1 else f'then from L{start} on'}", (depth, start),
            (depth, start), f"{kl[depth, start]:.2f}", marks=_marks((depth, start), framed, best),
        )
        for depth, start in np.ndindex(depths, starts)
    ]  # fmt: skip
    return Figure(
        voice=voice, title=title, slots=(depths, starts), rows=[depth_name(depth) for depth in range(depths)], columns=columns,
        height=[ROW] * depths, range=(0.0, STRONGEST), tokens=Labels([""], ["KL, nats"]), panels=panels, picks="mixture",
        chosen=chosen[1:] if chosen and chosen[0] == voice else None,
    )  # fmt: skip


def _marks(cell: tuple[int, int], framed: set[tuple[int, int]], best: set[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(name for name, cells in (("frame", framed), ("dot", best)) if cell in cells)


def maps_sentence(found: HandOver) -> str:
    """Which of the teacher's states each student layer works best on, beside the one that the teacher's layer there reads."""
    kl, layers = found.teacher_then_student.kl, len(found.matched) - 1
    said = []
    for layer in range(layers):
        best, teacher = int(np.argmin(kl[:, layer])), found.matched[layer + 1] - 1
        own = f"as the teacher's L{teacher} does" if best == teacher else f"the teacher's L{teacher} reads {_state(teacher)}"
        said.append(f"L{layer} {_state(best)} ({own})")
    return f"Of all the teacher's states, the student's layers read best: {', '.join(said)}."


def _state(depth: int) -> str:
    return f"the one {depth_name(depth)}" if depth else "the embeddings"


def worth_a_look(found: HandOver) -> dict[str, Cell]:
    """By what to call them: where the curve jumps highest, the worst mixture, and a state that is best read on elsewhere than
    beside it, where there is one.
    """
    curve, worst = np.array(found.curve), {voice: _worst(voice, found) for voice in ("student", "teacher")}
    jump = int(np.argmax(np.diff(curve))) + 1
    cells = {"the highest jump": ("student", jump, found.matched[jump])} if curve[jump] > curve[jump - 1] else {}
    cells["the worst mixture"] = max(worst.values(), key=lambda cell: mixtures_of(found, cell).kl[cell[1:]])
    best = enumerate(np.argmin(found.student_then_teacher.kl, axis=1).tolist())
    other = next((("student", depth, start) for depth, start in best if start != found.matched[depth]), None)
    return cells | ({"a dot beside its frame": other} if other else {})


def _worst(voice: str, found: HandOver) -> Cell:
    kl = mixtures_of(found, (voice, 0, 0)).kl
    depth, start = divmod(int(np.argmax(kl)), kl.shape[1])
    return voice, depth, start


def maps_table(found: HandOver) -> Table:
    """A row a mixture."""
    rows: list[dict[str, Entry]] = []
    for voice, part in (("student", found.student_then_teacher), ("teacher", found.teacher_then_student)):
        for depth, start in np.ndindex(part.kl.shape):
            kl = float(part.kl[depth, start])
            rows.append(cell_row(voice, depth, start, part.kl.shape[1] - 1) | {"KL(teacher ‖ mixture), nats": kl})
    return by_column(rows)


def cell_row(voice: str, depth: int, start: int, layers: int) -> dict[str, Entry]:
    """Which mixture a row of a table is about."""
    return {"states of": voice, "state": depth_name(depth), "then from": start_name(start, layers)}


def mixtures_of(found: HandOver, cell: Cell) -> Mixtures:
    """The map that a cell lies in."""
    return found.student_then_teacher if cell[0] == "student" else found.teacher_then_student


def cell_name(found: HandOver, cell: Cell) -> str:
    """A mixture in words."""
    voice, depth, start = cell
    other, layers = ("teacher" if voice == "student" else "student"), mixtures_of(found, cell).kl.shape[1] - 1
    then = f"the {other}'s head" if start == layers else f"the {other} from L{start} on"
    return f"The {voice}'s {'state ' if depth else ''}{depth_name(depth)}, then {then}"
