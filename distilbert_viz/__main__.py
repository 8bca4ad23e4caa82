"""`python -m distilbert_viz`: the command line."""

from distilbert_viz.cli import app
from distilbert_viz.cli_distil import distil

if __name__ == "__main__":
    app.command()(distil)
    app(prog_name="python -m distilbert_viz")
