"""Soft labels in a notebook: plotly's own figure, and the same as a table for whoever draws none."""

import json
from dataclasses import dataclass
from typing import Any

from distilbert_viz.drawing.plots import Plot
from distilbert_viz.notebook import stills
from distilbert_viz.records import SoftLabels


@dataclass(frozen=True, eq=False)
class Bars:
    """Soft labels of both models: plotly's `figure`, and the `labels` that it shows."""

    figure: Plot
    labels: SoftLabels

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """The figure as plotly's own kind, which JupyterLab and VS Code draw without a network; the table; a sentence."""
        plot = json.loads(self.figure.to_json())
        return {"application/vnd.plotly.v1+json": plot, "text/html": stills.labels(self.labels), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"Soft labels at position {self.labels.position}: KL(teacher ‖ student) {self.labels.kl:.3g} nats"
