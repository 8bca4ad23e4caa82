"""What a prediction owes to each token of the text."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class AttributionChoices:
    """Whose log-probability is explained: token id `candidate` at `position`; and against what.

    In the baseline every ordinary token is `baseline` (a token id), each at its own place; [CLS] and [SEP] stay.
    `steps` points of the straight path between the two are integrated over.
    """

    position: int
    candidate: int
    baseline: int
    steps: int = 50


@dataclass(frozen=True, eq=False)
class Attribution:
    """One model's log-probability of the candidate (T = 1, nats), shared out over tokens by one method.

    `output` is its value on the text, `baseline_output` on the baseline. `delta` is captum's convergence delta,
    sum(scores) - (output - baseline_output), of a method whose scores ought to add up; None of another.
    """

    voice: str
    method: str
    scores: Float[np.ndarray, "token"]
    output: float
    baseline_output: float
    delta: float | None

    @property
    def total(self) -> float:
        """The sum of all scores."""
        return float(self.scores.sum())

    @property
    def gap(self) -> float:
        """How far the text lifts the log-probability above the baseline's."""
        return self.output - self.baseline_output
