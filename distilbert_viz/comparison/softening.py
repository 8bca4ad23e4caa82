"""Logits softened by a temperature, and what teacher and student say beside each other: entropy, KL, ranks, soft labels."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from jaxtyping import Float, Int

from distilbert_viz.records import PositionLabels, SoftLabels

Number = np.ndarray | np.floating  # numpy's sum over the only axis is no array but a number


def soften(logits: Float[np.ndarray, "*row outcome"], temperature: float) -> Float[np.ndarray, "*row outcome"]:
    """softmax(logits / temperature): T > 1 flattens the distribution (Hinton et al. 2015, section 2)."""
    return np.exp(_log_softmax(logits / np.float32(_positive(temperature))))


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    # scipy's takes longer on rows of a vocabulary, and its import keeps the first paint waiting
    shifted = logits - logits.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


def _positive(temperature: float) -> float:
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0, not {temperature}")
    return temperature


def entropy(probabilities: Float[np.ndarray, "*row outcome"]) -> Float[Number, "*row"]:
    """-sum p ln p in nats, 0 ln 0 = 0; ln(number of outcomes) for an even distribution."""
    logs = np.log(np.maximum(probabilities, np.finfo(np.float32).tiny))
    return -(probabilities * logs).sum(-1)  # in pairs: a BLAS that sums 30,522 products in a row loses the fourth digit


def kl(
    teacher_logits: Float[np.ndarray, "*row outcome"], student_logits: Float[np.ndarray, "*row outcome"], temperature: float
) -> Float[Number, "*row"]:
    """KL(teacher || student) of both softened distributions, in nats: 0 when they are equal, never below."""
    teacher, student = (_log_softmax(x / np.float32(_positive(temperature))) for x in (teacher_logits, student_logits))
    return (np.exp(teacher) * (teacher - student)).sum(-1)


def ranks(logits: Float[np.ndarray, "outcome"], candidates: Int[np.ndarray, "candidate"]) -> Int[np.ndarray, "candidate"]:
    """Each candidate's place among all outcomes: 1 is the likeliest, ties share the better place."""
    return 1 + (logits[None, :] > logits[candidates, None]).sum(1)


def top(logits: Float[np.ndarray, "outcome"], k: int) -> Int[np.ndarray, "candidate"]:
    """The ids of the `k` likeliest outcomes, likeliest first; all of them where there are fewer."""
    k = min(k, len(logits))
    likeliest = np.argpartition(logits, -k)[-k:]
    return likeliest[np.argsort(-logits[likeliest], kind="stable")]


def soft_labels(
    teacher_logits: Float[np.ndarray, "row outcome"],
    student_logits: Float[np.ndarray, "row outcome"],
    names: tuple[str, ...],
    position: int,
    temperature: float,
    k: int = 10,
    hard_label: int | None = None,
    outcome: str = "token",
) -> SoftLabels:
    """Both distributions at one position, on the teacher's `k` likeliest outcomes, the student's that are not among them,
    and the hard label if there is one. `names` are those of all outcomes, by id.
    """
    teacher, student = teacher_logits[position], student_logits[position]
    true = [] if hard_label is None else [hard_label]
    candidates = np.array(list(dict.fromkeys([*top(teacher, k).tolist(), *top(student, k).tolist(), *true])))
    p, q = soften(teacher, temperature), soften(student, temperature)
    return SoftLabels(
        position=position,
        temperature=float(temperature),
        candidates=candidates,
        names=tuple(names[i] for i in candidates),
        teacher=p[candidates],
        student=q[candidates],
        teacher_ranks=ranks(teacher, candidates),
        student_ranks=ranks(student, candidates),
        teacher_entropy=float(entropy(p)),
        student_entropy=float(entropy(q)),
        kl=float(kl(teacher, student, temperature)),
        outcome=outcome,
    )


def position_labels(
    teacher_logits: Float[np.ndarray, "token vocab"],
    student_logits: Float[np.ndarray, "token vocab"],
    temperature: float,
) -> PositionLabels:
    """Every position at once.

    Row by row, because one row of logits fits the processor's cache and all of them don't; and rows beside each other,
    because numpy lets other threads run while it computes.
    """
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        rows = threads.map(partial(_position, _positive(temperature)), teacher_logits, student_logits)
        teacher_ids, teacher, student_ids, student, divergence = map(np.array, zip(*rows, strict=True))
    return PositionLabels(float(temperature), teacher_ids, student_ids, teacher, student, divergence)


def _position(temperature: float, teacher: np.ndarray, student: np.ndarray) -> tuple[int, np.float32, int, np.float32, np.float32]:
    """The likeliest token and its probability (T = 1), teacher's then student's, and the divergence at `temperature`."""
    best, probability, scaled, powers = _powers(teacher, temperature)
    students_best, students_probability, other, students_powers = _powers(student, temperature)
    total, students_total = powers.sum(), students_powers.sum()
    divergence = powers @ np.subtract(scaled, other, out=other) / total + np.log(students_total / total)
    return best, probability, students_best, students_probability, divergence


def _powers(logits: np.ndarray, temperature: float) -> tuple[int, np.float32, np.ndarray, np.ndarray]:
    """The likeliest token, its probability at T = 1, and x = (logits - largest) / temperature with exp(x)."""
    best = int(logits.argmax())
    below = logits - logits[best]
    scaled = below * np.float32(1 / temperature)
    powers = np.exp(scaled)
    # exp(2x) = exp(x)^2 takes a quarter of the time, and at T = 2 every new text is shown
    total = powers @ powers if temperature == 2 else np.exp(below).sum()
    return best, np.float32(1) / total, scaled, powers
