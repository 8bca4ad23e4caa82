"""Numbers that aren't finite: where in a model they first arise."""


class NotFinite(ValueError):
    """A model's numbers aren't finite where something was to be made of them; the message names the model and the place."""


def where(state: int | None) -> str:
    """The place of a hidden state in words: 0 is the embeddings, i + 1 comes after layer i; None is the head, after the last."""
    if state is None:
        return "in its head"
    return "in its embeddings" if state == 0 else f"in layer {state - 1}"


def sentence(model: str, state: int | None) -> str:
    """What is said of a model whose numbers first aren't finite at `state`."""
    return f"{model} gives numbers that aren't finite (NaN or infinity), first {where(state)}: what comes after can't be shown."
