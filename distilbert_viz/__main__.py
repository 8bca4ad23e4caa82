"""`python -m distilbert_viz`: the command line."""

from distilbert_viz.cli import app

if __name__ == "__main__":
    app(prog_name="python -m distilbert_viz")
