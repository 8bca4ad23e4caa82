"""Which pairs are offered by name. Knows nothing of weights: it can be read before torch is imported."""

from dataclasses import dataclass
from pathlib import Path

BUILT_IN = "built-in"
FOLDER = Path(__file__).resolve().parents[1] / "builtin"


@dataclass(frozen=True)
class PairCard:
    """A named pair: hub names or folders of both models, and one honest sentence about it."""

    name: str
    title: str
    teacher: str
    student: str
    about: str


CATALOGUE = {
    card.name: card
    for card in (
        PairCard(
            BUILT_IN,
            "built-in small pair: BERT 6 layers → DistilBERT 3 layers",
            str(FOLDER / "teacher"),
            str(FOLDER / "student"),
            "A small pair trained for this project, not BERT-base. Embeddings are half of it, so its student saves only 23 % "
            "of the parameters and runs 1.3 times less arithmetic; BERT-base's saves 40 %. Works without a network.",
        ),
        PairCard(
            "base-uncased",
            "bert-base-uncased → distilbert-base-uncased",
            "google-bert/bert-base-uncased",
            "distilbert/distilbert-base-uncased",
            "The published pair (Devlin et al. 2019; Sanh et al. 2019). Needs a network or a filled cache once.",
        ),
    )
}
