"""The recipe from a shell: python -m distilbert_viz.distillation {wordnet,teacher,student,evaluate} ... (--help)."""

import argparse
from pathlib import Path

from distilbert_viz.distillation import pair, wordnet
from distilbert_viz.distillation.training import Recipe


def main() -> None:
    """Read the command line and run one part of the recipe."""
    options = _parser().parse_args()
    if options.part == "wordnet":
        Path(options.out).write_text("\n".join(wordnet.sentences(Path(options.folder))) + "\n", encoding="utf-8")
    elif options.part == "teacher":
        pair.make_teacher(options.start, options.text, Path(options.out), _recipe(options))
    elif options.part == "student":
        pair.make_student(Path(options.teacher), options.layers, options.text, Path(options.out), _recipe(options))
    else:
        results = pair.evaluate(Path(options.teacher), Path(options.student), options.text, options.seed)
        pair.write_results(results, Path(options.out))


def _recipe(options: argparse.Namespace) -> Recipe:
    names = ("tokens", "batch", "length", "masked", "learning_rate", "head_learning_rate", "seed")
    return Recipe(**{name: getattr(options, name) for name in names})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m distilbert_viz.distillation", description=__doc__)
    parts = parser.add_subparsers(dest="part", required=True)
    facts = parts.add_parser("wordnet", help="write WordNet's glosses as sentences")
    facts.add_argument("--folder", default="/usr/share/wordnet")
    facts.add_argument("--out", required=True)
    for name, wants in (("teacher", ["start"]), ("student", ["teacher"]), ("evaluate", ["teacher", "student"])):
        part = parts.add_parser(name)
        for want in [*wants, "out"]:
            part.add_argument(f"--{want}", required=True, help="a folder")
        part.add_argument(
            "--text", nargs="+", required=True, help="text files or Hugging Face data sets; 1 %% of the first is held out"
        )
        part.add_argument("--layers", type=int, default=3)
        for field in ("tokens", "batch", "length", "masked", "learning_rate", "head_learning_rate", "seed"):
            default = getattr(Recipe(), field)
            part.add_argument(f"--{field.replace('_', '-')}", type=type(default), default=default)
    return parser


if __name__ == "__main__":
    main()
