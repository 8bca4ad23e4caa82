"""The built-in pair from a shell: python -m distilbert_viz.distillation {wordnet,facts,teacher,halve,evaluate} ... (--help).

The student between teacher and halve is a run of the engine: python -m distilbert_viz distil --out RUN --recipe FILE.toml.
"""

import argparse
from dataclasses import fields
from pathlib import Path

from distilbert_viz.distillation import facts, pair, wordnet
from distilbert_viz.distillation.teaching import Teaching
from distilbert_viz.pairs.catalogue import chosen
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.tracing import trial


def main() -> None:
    """Read the command line and make one part of the pair."""
    parser = _parser()
    options = parser.parse_args()
    if options.part == "wordnet":
        Path(options.out).write_text("\n".join(wordnet.sentences(Path(options.folder))) + "\n", encoding="utf-8")
    elif options.part == "facts":
        for file, sentences in zip((options.out, options.held_out), facts.make(Path(options.folder)), strict=True):
            Path(file).write_text("\n".join(sentences) + "\n", encoding="utf-8")
    elif options.part == "teacher":
        pair.make_teacher(options.start, options.text, Path(options.out), _teaching(options), options.shares, options.resume)
    else:
        _refuse_no_pair(parser, options.teacher, options.student)
        _of_two(options)


def _of_two(options: argparse.Namespace) -> None:
    if options.part == "halve":
        for name in ("teacher", "student"):
            pair.halve(Path(getattr(options, name)), Path(options.out) / name)
    else:
        results = pair.evaluate(Path(options.teacher), Path(options.student), options.text, options.seed, options.facts)
        pair.write_results(results, Path(options.out))


def _refuse_no_pair(parser: argparse.ArgumentParser, teacher: str, student: str) -> None:
    """Two folders that pages refuse, or that predict no masked word, end in one sentence and exit status 2."""
    try:
        task = trial.judged(chosen(teacher=teacher, student=student)).task
        if not task.predicts_masked:
            raise PairError(f"{teacher} and {student} predict no masked word: each is shown as {task.title}.")
    except PairError as error:
        parser.exit(2, f"{' '.join(str(error).split())}\n")


def _teaching(options: argparse.Namespace) -> Teaching:
    return Teaching(**{field.name: getattr(options, field.name) for field in fields(Teaching)})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m distilbert_viz.distillation", description=__doc__)
    parts = parser.add_subparsers(dest="part", required=True)
    for name, about in (
        ("wordnet", "write WordNet's glosses as sentences"),
        ("facts", "write facts in many patterns"),
    ):
        source = parts.add_parser(name, help=about)
        source.add_argument("--folder", default="/usr/share/wordnet", help="WordNet's files")
        source.add_argument("--out", required=True, help="a text file, a sentence a line")
    source.add_argument("--held-out", required=True, help="another, for what is never trained on")
    teacher = _part(parts, "teacher", "train a BERT on text", ("start", "out"))
    for field in fields(Teaching):
        teacher.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    teacher.add_argument("--shares", nargs="+", type=float, help="of each text, by tokens, such as 60 15 25")
    teacher.add_argument("--resume", action="store_true", help="go on from the newest checkpoint in OUT/training")
    _part(parts, "halve", "keep both models in float16", ("teacher", "student", "out"))
    evaluate = _part(parts, "evaluate", "judge both models on held-out text and everyday blanks", ("teacher", "student", "out"))
    evaluate.add_argument("--seed", type=int, default=Teaching.seed)
    evaluate.add_argument("--facts", default="", help="a text file with held-out facts")
    for part in (teacher, evaluate):
        words = "text files or Hugging Face data sets; 1%% of the first is held out"
        part.add_argument("--text", nargs="+", required=True, help=words)
    return parser


def _part(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, about: str, folders: tuple[str, ...]
) -> argparse.ArgumentParser:
    part = parts.add_parser(name, help=about)
    for folder in folders:
        part.add_argument(f"--{folder}", required=True, help="a folder")
    return part


if __name__ == "__main__":
    main()
