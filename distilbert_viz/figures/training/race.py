"""What each part of the loss was worth in a race, beside what it was worth in the paper."""

import statistics
from collections.abc import Mapping, Sequence

from distilbert_viz.records import Evaluation

# Sanh et al. 2019 (arXiv 1910.01108), table 4: change of the GLUE macro score against the full training.
PAPER = {"all parts": 0.0, "no L_mlm": -0.31, "no L_cos": -1.46, "no L_ce": -2.96, "random start": -3.69}


def table(results: Mapping[str, Sequence[Evaluation]]) -> list[dict[str, str | int]]:
    """A row a variant: mean and sample standard deviation over seeds of what the race is judged by, and the paper's loss."""
    rows: list[dict[str, str | int]] = []
    for variant, evaluations in results.items():
        rows.append(
            {
                "variant": variant,
                "seeds": len(evaluations),
                "held-out KL, nats": _spread([e.kl for e in evaluations], ".3f"),
                "agreement": _spread([e.agreement for e in evaluations], ".1%"),
                "student's MLM accuracy": _spread([e.student_accuracy for e in evaluations], ".1%"),
                "teacher's MLM accuracy": _spread([e.teacher_accuracy for e in evaluations], ".1%"),
                "paper: GLUE against all parts": f"{PAPER[variant]:+.2f}" if PAPER[variant] else "0",
            }
        )
    return rows


def _spread(values: Sequence[float], form: str) -> str:
    if not values:
        return "–"
    mean = format(statistics.fmean(values), form)
    return f"{mean} ± {format(statistics.stdev(values), form)}" if len(values) > 1 else mean
