"""What each page on distillation found: one sentence for somebody who knows none of its terms."""

from collections.abc import Mapping, Sequence
from statistics import fmean

from distilbert_viz import comparison
from distilbert_viz.drawing.labels import visible
from distilbert_viz.records import Evaluation, OneStep

WITHOUT = {
    "no L_mlm": "guessing hidden words", "no L_cos": "pointing its last states the same way", "no L_ce": "the teacher's answers",
    "random start": "the teacher's layers to begin with",
}  # fmt: skip


def one_step(step: OneStep, index: int, vocabulary: Sequence[str]) -> str:
    """How one step moves the student's chance for a hidden word, beside its teacher's."""
    word = int(step.text.labels[step.text.positions[index]])
    rows = (step.teacher_logits, step.student_logits, step.student_after)
    teacher, before, after = (float(comparison.soften(row[index], 1.0)[word]) for row in rows)
    place = step.text.positions[index]
    how = "masked by hand" if step.text.outcomes[place] == "by hand" else "drawn"
    chance = f"the student's chance for “{visible(vocabulary[word])}”, {how} at position {place}"
    if after == before:
        return f"One step leaves {chance}, at {before:.1%}; its teacher's is {teacher:.1%}."
    nearer = "nearer to" if abs(after - teacher) < abs(before - teacher) else "further from"
    return f"One step moves {chance}, from {before:.1%} to {after:.1%}, {nearer} its teacher's {teacher:.1%}."


def run(evaluations: Sequence[Evaluation], of: str = "hidden words in sentences it never saw") -> str:
    """How far a run has brought the student towards its teacher on what it was held against, `of` what the shares are."""
    if len(evaluations) < 2:
        return "Here a student learns from its teacher while you watch; the curves say how near it has come."
    first, last = evaluations[0], evaluations[-1]
    return (
        f"In {last.number:,} steps the student's first choice came to be its teacher's for {last.agreement:.0%} of {of}; "
        f"at the start it was {first.agreement:.0%}."
    )


def race(results: Mapping[str, Sequence[Evaluation]]) -> str:
    """Which part of the recipe was missed most, and how far without it the student ends from its teacher."""
    means = {variant: fmean(one.kl for one in found) for variant, found in results.items() if found}
    missed = {variant: means[variant] for variant in WITHOUT if variant in means}
    if not missed or "all parts" not in means:
        return "Which part of the recipe would a student miss most? Fifteen short runs say it."
    worst = max(missed, key=missed.__getitem__)
    times = missed[worst] / means["all parts"]
    if times <= 1:
        return "None of the students that lack a part ends farther from its teacher than the one that learns with all parts."
    return (
        f"A student that learns without {WITHOUT[worst]} ends farthest from its teacher: {times:.1f} times as far as with all "
        "parts."
    )
