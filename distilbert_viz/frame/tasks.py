"""What is otherwise with models of another task: what has soft labels, how outcomes are called, what can't be shown, and why."""

import streamlit as st

from distilbert_viz import families
from distilbert_viz.drawing.labels import visible
from distilbert_viz.families import ENCODER, Task
from distilbert_viz.frame import fetching
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.session import present
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.pages import end_page

LISTED = 6
ONE_LABEL = "Two classifiers give one soft label to the whole text, read at [CLS], and none to a token: no table of every position."
NO_WORDS = "Neither of these two models predicts a masked word ({why}): accuracy and perplexity on such words are not defined."


def has_soft_labels() -> bool:
    """Whether the present pair has soft labels; else a sentence on what is missing, and the way to a pair that does."""
    if present.task().labels:
        return True
    st.info(literal(missing_labels()))
    _offer_built_in("soft labels")
    return False


def _offer_built_in(what: str) -> None:
    st.button("Open the built-in pair", key=f"open built-in for {what}", on_click=fetching.want_built_in)


def need_soft_labels() -> None:
    """Ends the page with a sentence where the present pair has no soft labels."""
    if not has_soft_labels():
        end_page()


def missing_labels() -> str:
    """Why there are no soft labels, in words."""
    headless = [voice for voice, own in zip(("teacher", "student"), _own_tasks(), strict=True) if own == ENCODER]
    who = "Neither model has a head" if len(headless) == 2 else f"The {headless[0]} has no head"
    return (
        f"{who}: an encoder, as sentence-transformers saves it, predicts nothing, so there are no soft labels to compare. Tokens, "
        "attention and hidden states of both models are on the other pages."
    )


def _own_tasks() -> list[Task]:
    from distilbert_viz.pairs.classes import task

    return [task(model.network.config) for model in present.models()]


def answer_end() -> None:
    """Whose soft label is looked at where an answer has two: its start's or its end's. Nothing for other tasks."""
    if present.task().labels == "ends":
        st.segmented_control("Soft label of the answer's", list(present.ENDS), default=present.ENDS[0], required=True,
                             **lasting(present.ANSWER_END))  # fmt: skip


def can_teach(what: str, instead: str = "") -> bool:
    """Whether the present teacher predicts masked tokens, as `what` needs; else a sentence, and the way to one that does."""
    task = present.task()
    if task.predicts_masked:
        return True
    st.info(
        f"{what} learns from soft labels over the vocabulary, at every token (L_ce) and at masked ones (L_mlm). This teacher is "
        f"{task.title}: {task.why}, so it can't teach here. {instead}".strip()
    )
    _offer_built_in(what)
    return False


def can_start_a_student(what: str, instead: str = "") -> bool:
    """As `can_teach`, and whether a student of the present teacher's family can be made; else a sentence."""
    if not can_teach(what, instead):
        return False
    family = present.models().teacher.family
    if family.student is not None:
        return True
    teachers = families.titles(families.teachers(), last="or")
    st.info(f"No student is made of a {family.title} here: a teacher is a {teachers}. {instead}".strip())
    _offer_built_in(what)
    return False


def no_words() -> str:
    """Why no quality on masked words can be measured."""
    return NO_WORDS.format(why=present.task().why)


def outcome_names() -> None:
    """How classes or tags are called, and by whom; nothing where outcomes have no names of their own."""
    outcome, names = present.task().outcome, present.models().teacher.classes
    if not names:
        return
    said = [f"{'Classes' if outcome == 'class' else 'Tags'}, in the order of the logits: {_listed(names)}."]
    for voice, own in zip(("teacher", "student"), _own_names(), strict=True):
        if own != names:
            said.append(_other_names(voice, own, names))
    said.append("A student that somebody fine-tuned need not have learned from this teacher's soft labels.")
    st.caption(literal(" ".join(said)))


def _other_names(voice: str, own: tuple[str, ...], names: tuple[str, ...]) -> str:
    """What a model's own classes or tags are, where they are not those that are compared."""
    from distilbert_viz.pairs.classes import unnamed

    shared = [name.casefold() for name in names]
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
