"""Which pairs are offered by name. Knows nothing of weights: it can be read before torch is imported."""

from dataclasses import dataclass
from pathlib import Path

from distilbert_viz.pairs.refusals import PairError

BUILT_IN = "built-in"
FOLDER = Path(__file__).resolve().parents[1] / "builtin"


NEVER_LOADED = "Tried with random weights of the same classes, never yet with these. Fetched once, when asked for."


@dataclass(frozen=True)
class PairCard:
    """A named pair: hub names or folders of both models, and one honest sentence about it.

    `copied`: whether its student is published as having begun as layers of such a teacher (Sanh et al. 2019, section 3).
    """

    name: str
    title: str
    teacher: str
    student: str
    about: str
    copied: bool = False


CATALOGUE = {
    card.name: card
    for card in (
        PairCard(
            BUILT_IN,
            "built-in small pair: BERT 6 layers → DistilBERT 3 layers",
            str(FOLDER / "teacher"),
            str(FOLDER / "student"),
            "A small pair trained for this project, not BERT-base. Embeddings are half of it, so its student saves only 23% "
            "of the parameters and runs 1.3 times less arithmetic; BERT-base's saves 39%. Works without a network.",
        ),
        PairCard(
            "base-uncased",
            "bert-base-uncased → distilbert-base-uncased",
            "google-bert/bert-base-uncased",
            "distilbert/distilbert-base-uncased",
            "The published pair (Devlin et al. 2019; Sanh et al. 2019). " + NEVER_LOADED,
            copied=True,
        ),
        PairCard(
            "base-cased",
            "bert-base-cased → distilbert-base-cased",
            "google-bert/bert-base-cased",
            "distilbert/distilbert-base-cased",
            "English as it is written: both tell upper from lower case. " + NEVER_LOADED,
            copied=True,
        ),
        PairCard(
            "multilingual",
            "bert-base-multilingual-cased → distilbert-base-multilingual-cased",
            "google-bert/bert-base-multilingual-cased",
            "distilbert/distilbert-base-multilingual-cased",
            "Many languages with one vocabulary, so that the embeddings are the larger part of both. " + NEVER_LOADED,
            copied=True,
        ),
        PairCard(
            "sst-2",
            "bert-base-uncased → distilbert-base-uncased, both fine-tuned on SST-2",
            "yoshitomo-matsubara/bert-base-uncased-sst2",
            "distilbert/distilbert-base-uncased-finetuned-sst-2-english",
            "Two classifiers of film reviews, whose soft labels are over two classes. The base models are the published pair; each "
            "was then fine-tuned by somebody else, the student not on this teacher's soft labels. " + NEVER_LOADED,
            copied=True,
        ),
        PairCard(
            "roberta-base",
            "roberta-base → distilroberta-base",
            "FacebookAI/roberta-base",
            "distilbert/distilroberta-base",
            "Byte-level BPE, no segments. The student was distilled on a smaller text than its teacher read. " + NEVER_LOADED,
        ),
        PairCard(
            "squad",
            "bert-base → distilbert-base, both fine-tuned to answer questions (SQuAD)",
            "csarron/bert-base-uncased-squad-v1",
            "distilbert/distilbert-base-uncased-distilled-squad",
            "Soft labels over the text's places: where the answer starts and ends. The student learned from a BERT that was "
            "fine-tuned on SQuAD, which need not be this teacher. " + NEVER_LOADED,
            copied=True,
        ),
        PairCard(
            "ner",
            "bert-base-NER → distilbert-NER",
            "dslim/bert-base-NER",
            "dslim/distilbert-NER",
            "Soft labels over the tags of names, at every token. Each was fine-tuned on CoNLL-2003; the student not on this "
            "teacher's soft labels. " + NEVER_LOADED,
            copied=True,
        ),
    )
}


def chosen(name: str = BUILT_IN, teacher: str | None = None, student: str | None = None) -> PairCard:
    """The pair called `name`, or the pair of two sources of one's own, each a folder, `name` or `name@revision`.

    Raises PairError.
    """
    if teacher and student:
        return PairCard(f"{teacher} → {student}", f"{teacher} → {student}", teacher, student, "Your own pair.")
    if teacher is not None or student is not None:
        raise PairError("A pair of your own needs both a teacher and a student.")
    if name not in CATALOGUE:
        raise PairError(f"There is no pair called {name!r}; there are {', '.join(CATALOGUE)}.")
    return CATALOGUE[name]
