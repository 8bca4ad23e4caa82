"""docs/tour.ipynb does what it says, from its first cell to its last."""

import json

import nbformat
import pytest
from nbclient import NotebookClient

from tests.support.paths import ROOT

PICTURES = 7  # cells that end in one of ours
WIDGET, PLOTLY = "application/vnd.jupyter.widget-view+json", "application/vnd.plotly.v1+json"


@pytest.fixture(scope="module")
def executed():
    """The notebook after all of its cells, and one more, which asks what they imported."""
    notebook = nbformat.read(ROOT / "docs" / "tour.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("import sys; 'streamlit' in sys.modules"))
    return NotebookClient(notebook, timeout=240, resources={"metadata": {"path": str(ROOT)}}).execute()


def written(notebook, kind: str) -> list:
    """What all cells wrote of this kind."""
    return [output.data[kind] for cell in notebook.cells for output in cell.get("outputs", []) if kind in output.get("data", {})]


def test_every_picture_is_there_live_and_still(executed):
    assert len(written(executed, WIDGET)) == PICTURES
    assert len([page for page in written(executed, "text/html") if "dv-still" in page]) == PICTURES
    assert len(written(executed, PLOTLY)) == 1


def test_what_was_set_is_what_is_answered(executed):
    assert "((3, 7), (1, 7))" in written(executed, "text/plain")


def test_a_student_in_memory_comes_nearer_to_its_teacher(executed):
    (distances,) = [json.loads(said) for said in written(executed, "text/plain") if said.startswith("[")]
    assert distances[-1] < distances[0]


def test_a_notebook_needs_no_streamlit(executed):
    assert executed.cells[-1].outputs[0].data["text/plain"] == "False"


def test_the_notebook_is_kept_without_outputs():
    notebook = nbformat.read(ROOT / "docs" / "tour.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert not [cell for cell in notebook.cells if cell.cell_type == "code" and (cell.outputs or cell.execution_count)]
