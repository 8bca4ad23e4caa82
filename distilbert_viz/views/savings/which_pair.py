"""Which two models a page is about: BERT-base and DistilBERT at full size, for which nothing is loaded, or the present pair."""

from distilbert_viz.frame import waiting
from distilbert_viz.frame.lasting import one_of
from distilbert_viz.session import present
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.pages import end_page

PRESENT, FULL = "the present pair", "BERT-base and DistilBERT at full size"


def full_size() -> bool:
    """Whether the full sizes are asked for, and not the present pair. The page ends here where there is no pair to show."""
    full = one_of("Pair", [PRESENT, FULL], FULL, "cost_pair") == FULL
    if not wait_for_pair() and not full:
        end_page()
    return full


def beside(full: bool) -> str:
    """What stands beside a page's name: the full sizes, where the page is not about the bar's pair."""
    return FULL if full else ""


def wait_for_pair() -> bool:
    """Whether the present pair is loaded; False where it failed. While it is on its way the page ends here, with a bar."""
    match present.answer():
        case present.Waiting():
            waiting.wait()
            end_page()
        case present.Refused() if not present.loading().finished.is_set():
            end_page()  # without a text nothing is loaded, and the bar on top says what is missing
    return is_loaded()


def is_loaded() -> bool:
    """Whether the present pair is there to be shown."""
    return present.loading().loaded is not None


def names() -> str:
    """Teacher and student of the present pair, as Markdown that reads them literally."""
    return " → ".join(literal(model.name) for model in present.models())
