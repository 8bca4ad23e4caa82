"""The stops of the tour, in order: adding one is adding a record."""

from collections.abc import Callable
from dataclasses import dataclass

from distilbert_viz.frame import doors
from distilbert_viz.views.tour import sentences


@dataclass(frozen=True)
class Stop:
    """A panel on a page, what is seen there, one thing to do, and what is so on the present text.

    `panel` is the key of the element or container that is outlined, `control` that of what one is asked to use, where it stands
    on the page above the panel. `said` computes its sentence from what stands on the page,
    None where there is nothing to say (yet).
    """

    name: str
    page: str
    panel: str
    about: str
    todo: str
    said: Callable[[], str | None]
    control: str | None = None


STOPS = (
    Stop(
        "What goes in",
        doors.TOKENS,
        "pieces",
        "Both models read the same pieces of your text, each by its number. A word that the vocabulary lacks falls into several.",
        "Type a sentence of your own into the box on top, with a rare word in it.",
        sentences.pieces,
    ),
    Stop(
        "The sum, and what is missing from it",
        doors.EMBEDDINGS,
        "embeddings",
        "Every piece starts as a sum of vectors: the word, its place, and in BERT the sentence it belongs to. "
        "DistilBERT leaves the last one out.",
        "Choose another token in the strip on top.",
        sentences.embedding_sum,
    ),
    Stop(
        "One head, in both models",
        doors.ATTENTION,
        "overview",
        "A head lets every token look at others; each row is one token's look. Some heads do one simple thing, such as looking at "
        "the token before.",
        "Press another chip above the maps, and the first one again.",
        sentences.previous_token,
        "named_head",
    ),
    Stop(
        "The answer forms",
        doors.HIDDEN_STATES,
        "lens",
        "After each layer one can ask what the model would answer already. A DistilBERT has half the layers for the same way.",
        "Choose another token: some answers stand from the first layer on.",
        sentences.answer_forms,
    ),
    Stop(
        "Soft labels",
        doors.SOFT_LABELS,
        "bars",
        "The teacher doesn't give one answer but a share to every word: that is what a student is asked to say as well. A "
        "temperature T above 1 makes the small shares visible.",
        "Move T and watch the small bars grow.",
        sentences.softened,
        "temperature",
    ),
    Stop(
        "One step",
        doors.ONE_STEP,
        "step labels",
        "In one step the student is asked for three things: the teacher's soft labels, the hidden word, and the teacher's last "
        "hidden state. Then every weight moves a little.",
        "Make the learning rate larger by the button right above the picture, and see where the step leads then.",
        sentences.one_step,
        "step far",
    ),
    Stop(
        "Watch it learn",
        doors.LIVE,
        "watched",
        "Hundreds of such steps make a student. Nobody shows it the teacher's attention maps: it is held against the teacher's "
        "answers and last states alone.",
        "Watch the run play, or drag its slider back to step 0.",
        sentences.learned,
    ),
    Stop(
        "Where it was lost",
        doors.LOST,
        "hand-over",
        "The teacher can read on from the student's state. Where its answer is spoiled most, the student lost most on the way.",
        "Choose another token: not every word is lost in the same place.",
        sentences.lost,
    ),
    Stop(
        "What it saves, measured",
        doors.SPEED,
        "latency",
        "Half the layers are half the encoder's work. What both models pay alike comes on top, in both.",
        "Measure this machine, or choose another batch.",
        sentences.faster,
    ),
    Stop(
        "Which one would you take?",
        doors.CHOOSE,
        "verdict",
        "The answer depends on what you need. Say it, and what was measured decides. This is the last stop: every page in the list "
        "is yours now, on a sentence of your own.",
        "Ask for half the time, or for all of the teacher's quality.",
        sentences.verdict,
    ),
)
