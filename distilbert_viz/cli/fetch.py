"""python -m distilbert_viz fetch: a pair from the hub into the Hugging Face cache, so that every page opens it."""

from rich.text import Text

from distilbert_viz.cli import shared
from distilbert_viz.pairs import hub


def fetch(pair: shared.PairName = None, teacher: shared.Teacher = None, student: shared.Student = None) -> None:
    """Fetch a pair of the hub; what is in the cache already is left alone, and what was broken off goes on.

    A pair that no page would show is refused once it is here.
    """
    card = shared.fetched(pair, teacher, student)
    shared.judged(card)
    for source in (card.teacher, card.student):
        shared.say(Text(f"{source}: {hub.on_disk(source)}"))
