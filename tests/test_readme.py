"""The README tells the truth about how to start and about what lies where."""

import re

import pytest

from tests.support.paths import ROOT


def readme() -> str:
    """The README's text."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


def tree() -> list[str]:
    """The paths in the README's tree: each line's first word, in the fenced block that names the rooms."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", readme(), flags=re.MULTILINE | re.DOTALL)
    trees = [block for block in blocks if re.search(r"^distilbert_viz/", block, flags=re.MULTILINE)]
    return [line.split()[0] for block in trees for line in block.splitlines() if line.strip()]


@pytest.mark.parametrize(
    "command",
    [
        "python -m pip install -r requirements.txt && python -m streamlit run app.py",
        "python -m pip install -r tests/requirements.txt && python -m pytest",
    ],
)
def test_the_readme_gives_the_command(command):
    assert command in readme().splitlines()


def test_everything_in_the_readmes_tree_exists():
    assert tree(), "README.md holds no fenced block with lines that start with distilbert_viz/"
    assert [path for path in tree() if not (ROOT / path).exists()] == []
