"""What a model is made for: what a soft label of it is over, and where it is read. Pages ask this, not the kind of model."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """One task, by the classes of transformers that are made for it.

    `suffix` ends those classes' names, `auto` is the class that opens any family's. A soft label is over `outcome`s: "token" of
    the vocabulary, "class", "tag", or "place" (a token of the text); "" where there are none. `labels` is what has one: "token"
    (every token of the text, read there), "text" (the text as a whole, read at its first token), "ends" (the answer's start and
    its end, each over the text's tokens); "" where nothing has. `texts`: how many it reads. `title` calls such a model in a
    sentence, and `why` ends one that says why it predicts no masked token; "" where it does.
    """

    name: str
    suffix: str
    auto: str
    outcome: str
    labels: str
    texts: int
    title: str
    why: str = ""

    @property
    def predicts_masked(self) -> bool:
        """Whether it predicts masked tokens, as the losses of distillation need."""
        return self.outcome == "token"

    @property
    def fine_tuned(self) -> bool:
        """Whether such models come about by training on from others that predict masked tokens, or that have no head."""
        return bool(self.labels) and not self.predicts_masked

    @property
    def reads_one_state(self) -> bool:
        """Whether a soft label is read off one token's state, as handing states over needs."""
        return self.labels in ("token", "text")

    @property
    def named(self) -> bool:
        """Whether its outcomes have names of their own in the configuration."""
        return self.outcome in ("class", "tag")

    def row(self, position: int) -> int:
        """The row of the logits that is asked for at `position`: there; the only one; or of the answer's ends 0 or 1."""
        return {"token": position, "text": 0, "ends": min(position, 1)}[self.labels]


MASKED_LM = Task("masked LM", "ForMaskedLM", "AutoModelForMaskedLM", "token", "token", 1, "a masked-LM model")
CLASSIFICATION = Task(
    "classification", "ForSequenceClassification", "AutoModelForSequenceClassification", "class", "text", 1, "a classifier",
    "it has one soft label for the whole text and predicts no token",
)  # fmt: skip
TAGGING = Task(
    "token classification", "ForTokenClassification", "AutoModelForTokenClassification", "tag", "token", 1, "a tagger of tokens",
    "its soft labels are over tags, at every token, and it predicts no masked one",
)  # fmt: skip
ANSWERING = Task(
    "question answering", "ForQuestionAnswering", "AutoModelForQuestionAnswering", "place", "ends", 2,
    "a model that answers questions",
    "its soft labels are over the places of a text, where an answer starts and ends, and it predicts no token",
)  # fmt: skip
ENCODER = Task("encoder", "Model", "AutoModel", "", "", 1, "an encoder without a head", "it has no head, and so predicts nothing")
TASKS = (MASKED_LM, CLASSIFICATION, TAGGING, ANSWERING, ENCODER)


def task_of(class_name: str) -> Task:
    """The task of a class of transformers, by its name; masked LM for one that is made for several, such as pre-training."""
    return next((task for task in TASKS if class_name.endswith(task.suffix)), MASKED_LM)
