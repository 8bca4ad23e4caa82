"""The stations of a block as bars and as a table."""

import numpy as np
import pytest

from distilbert_viz.figures.forward import block as block_figures
from tests.support.forward import blocks_of


def test_a_station_is_as_long_as_its_vector(built_in, pair):
    chosen = tuple(blocks[0] for blocks in blocks_of(built_in, pair))
    teacher, student = block_figures.lengths(chosen).data
    assert list(teacher.y) == pytest.approx([np.linalg.norm(getattr(chosen[0], name)) for name in block_figures.STATIONS])
    assert (teacher.name, student.name, len(student.y)) == ("teacher L0", "student L0", 7)
    table = block_figures.table(chosen)
    assert len({len(column) for column in table.values()}) == 1
    assert table["teacher shape"][table["tensor"].index("query")] == "12 × 32"
