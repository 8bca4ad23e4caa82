"""Which teacher layer starts which student layer: one rule for any depth."""


def initial_layers(teacher: int, student: int) -> tuple[int, ...]:
    """12 -> 6 gives (0, 2, 4, 7, 9, 11), as in the released DistilBERT training; 6 -> 3 gives (0, 2, 5).

    A one-layer student takes teacher layer 0. Raises ValueError when the student is deeper than the teacher.
    """
    if not 1 <= student <= teacher:
        raise ValueError(f"a student of a teacher with {teacher} layers has 1 to {teacher} layers, not {student}")
    if student == 1:
        return (0,)
    return tuple(round(i * (teacher - 1) / (student - 1)) for i in range(student))


def started_by(initial_layers: tuple[int, ...], teacher: int) -> int:
    """The student layer started by the nearest teacher layer at or below `teacher`; where there is none, by the lowest one."""
    below = [i for i, layer in enumerate(initial_layers) if layer <= teacher]
    return max(below, key=initial_layers.__getitem__, default=initial_layers.index(min(initial_layers)))


def matched_depths(initial_layers: tuple[int, ...]) -> tuple[int, ...]:
    """After how many teacher layers a student's state is what it began as, for 0, 1, ... of the student's layers.

    (0, 2, 5) gives (0, 1, 3, 6): a copy of layer 2 began as what leaves the teacher's first three layers.
    """
    return (0, *(layer + 1 for layer in initial_layers))
