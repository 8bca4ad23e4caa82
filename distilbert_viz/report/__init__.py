"""What is taken along: one HTML file that says everything about a text, and the whole trace as arrays."""

from distilbert_viz.report.archive import archive
from distilbert_viz.report.findings import Findings, differences, largest
from distilbert_viz.report.page import page

__all__ = ["Findings", "archive", "differences", "largest", "page"]
