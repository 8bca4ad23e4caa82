"""Whether two models make a pair that pages would show, told before a weight is read."""

from distilbert_viz.families import Task
from distilbert_viz.pairs import hub
from distilbert_viz.pairs.candidates import CandidatePair, candidate, fitting, refuse_deeper
from distilbert_viz.pairs.catalogue import PairCard
from distilbert_viz.pairs.classes import classes, shared_classes, shared_task, task
from distilbert_viz.pairs.folders import holds_weights
from distilbert_viz.pairs.reading import configuration, label, reading
from distilbert_viz.pairs.refusals import judged
from distilbert_viz.pairs.weights import refuse_other_tensors


def fitted(card: PairCard) -> CandidatePair:
    """Both models before their weights are read, each judged whatever the other is, as a pair. Raises PairError."""
    teacher, student = judged(candidate, (card.teacher, card.student))
    return fitting(teacher, student)


def judged_pair(card: PairCard) -> CandidatePair:
    """The pair by its configurations, its tokenizers, and the names, sizes and kinds of its tensors.

    Raises PairError where `load_pair` would, but for what the weights' own numbers say.
    """
    with reading(card.name, "files"):
        pair = fitted(card)
        for found in (pair.teacher, pair.student):
            refuse_other_tensors(found, pair.task)
    return pair


def have_weights(card: PairCard) -> bool:
    """Whether weights of both models are on this disk, in whatever form. Raises PairError."""
    folders = {source: hub.folder_of(source) for source in (card.teacher, card.student)}
    return all(holds_weights(folder) if folder else not hub.missing((source,)) for source, folder in folders.items())


def shown_by_configuration(card: PairCard) -> Task:
    """What both models would be shown as, by their configurations alone. Raises PairError."""
    teacher, student = card.teacher, card.student
    ours, theirs = judged(configuration, (teacher, student))
    with reading(card.name, "config.json"):
        refuse_deeper(teacher, student, ours, theirs)
        shown_as = shared_task(teacher, student, task(ours), task(theirs))
        names = classes(label(teacher), ours), classes(label(student), theirs)
        if shown_as.named:
            shared_classes(teacher, student, *names)
    return shown_as
