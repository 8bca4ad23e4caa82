"""Where a model's heads lie on a grid: a row a layer, a column a head."""

from dataclasses import dataclass

from distilbert_viz.records import Panel, TracePair


@dataclass(frozen=True)
class HeadGrid:
    """A grid of `rows` by `heads`; layer i lies in row `layers[i]`, so that other rows may stay empty."""

    rows: int
    heads: int
    layers: tuple[int, ...]

    @property
    def slots(self) -> tuple[int, int]:
        """How many rows and columns there are."""
        return self.rows, self.heads

    @property
    def row_names(self) -> list[str]:
        """The layer in each row, "" where there is none."""
        return [f"L{self.layers.index(row)}" if row in self.layers else "" for row in range(self.rows)]

    @property
    def column_names(self) -> list[str]:
        """H0, H1 and so on."""
        return [f"H{head}" for head in range(self.heads)]

    @property
    def gaps(self) -> list[tuple[int, str]]:
        """What stands in an empty row."""
        return [(row, f"teacher L{row} has no student layer") for row in range(self.rows) if row not in self.layers]

    def panel(self, layer: int, head: int, name: str, text: str | None = None, step: int | None = None) -> Panel:
        """The panel of one head, in its place."""
        return Panel(name, (layer, head), (self.layers[layer], head), text, step)


def head_grid(pair: TracePair, voice: str, aligned: bool) -> HeadGrid:
    """One model's heads; with `aligned`, student layers lie in the rows of their teacher layers."""
    trace = pair.student if voice == "student" else pair.teacher
    beside = aligned and voice == "student"
    rows = pair.teacher.layers if aligned else trace.layers
    return HeadGrid(rows, trace.heads, pair.initial_layers if beside else tuple(range(trace.layers)))
