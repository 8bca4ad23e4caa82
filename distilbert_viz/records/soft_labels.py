"""What both models predict, softened by a temperature."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True, eq=False)
class SoftLabels:
    """Both models' distributions at one position, softened by `temperature`, on the union of their likeliest tokens.

    `teacher_ranks`, `student_ranks`: 1 is the likeliest of the whole vocabulary. Entropies and kl in nats, over the
    whole vocabulary; kl is KL(teacher || student).
    """

    position: int
    temperature: float
    candidates: Int[np.ndarray, "candidate"]
    tokens: tuple[str, ...]
    teacher: Float[np.ndarray, "candidate"]
    student: Float[np.ndarray, "candidate"]
    teacher_ranks: Int[np.ndarray, "candidate"]
    student_ranks: Int[np.ndarray, "candidate"]
    teacher_entropy: float
    student_entropy: float
    kl: float


@dataclass(frozen=True, eq=False)
class PositionLabels:
    """Both models at every position: the likeliest token and its probability (T = 1), and the divergence at `temperature`."""

    temperature: float
    teacher_ids: Int[np.ndarray, "token"]
    student_ids: Int[np.ndarray, "token"]
    teacher: Float[np.ndarray, "token"]
    student: Float[np.ndarray, "token"]
    kl: Float[np.ndarray, "token"]
