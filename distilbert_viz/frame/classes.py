"""What is otherwise with two classifiers of whole texts: how their classes are called, and what they can't show, and why."""

import streamlit as st

from distilbert_viz.drawing.labels import visible
from distilbert_viz.frame import fetching
from distilbert_viz.session import present
from distilbert_viz.session.markdown import literal

LISTED = 6
ONE_LABEL = "Two classifiers give one soft label to the whole text, read at [CLS], and none to a token: no table of every position."
NO_WORDS = (
    "Both models are classifiers of whole texts: they predict no masked word, so that neither accuracy nor perplexity on masked "
    "words is defined for them."
)


def can_teach(what: str, instead: str = "") -> bool:
    """Whether the present teacher predicts masked tokens, as `what` needs; else a sentence, and the way to one that does."""
    if not present.classes():
        return True
    st.info(
        f"{what} learns from soft labels over the vocabulary, at every token (L_ce) and at masked ones (L_mlm). This teacher is a "
        f"classifier: it has one soft label for the whole text and predicts no token, so it can't teach here. {instead}".strip()
    )
    st.button("Open the built-in pair", key=f"open built-in for {what}", on_click=fetching.want_built_in)
    return False


def class_names() -> None:
    """How the classes are called, and by whom; nothing for a masked-LM pair."""
    if not present.classes():
        return
    said = [f"Classes, in the order of the logits: {_listed(present.classes())}."]
    said += [_other_names(*each) for each in zip(("teacher", "student"), _own_names(), strict=True) if each[1] != present.classes()]
    said.append("A student that somebody fine-tuned need not have learned from this teacher's soft labels.")
    st.caption(literal(" ".join(said)))


def _other_names(voice: str, own: tuple[str, ...]) -> str:
    """What a model's own classes are, where they are not those that are compared."""
    from distilbert_viz.pairs.classes import unnamed

    shared = [name.casefold() for name in present.classes()]
    if unnamed(own) or [name.casefold() for name in own] == shared:
        return f"The {voice} itself calls them {_listed(own)}: that they are the same is taken from their order."
    more = tuple(name for name in own if name.casefold() not in shared)
    if not more:
        return f"The {voice} has them in another order: {_listed(own)}. They are told by their names."
    return f"The {voice} also tells {_listed(more)} apart, which the other doesn't: soft labels are over what both can say."


def _own_names() -> list[tuple[str, ...]]:
    from distilbert_viz.pairs.classes import classes

    return [classes(model.name, model.network.config) for model in present.models()]


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(visible(name) for name in names[:LISTED]) + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")
