"""A distillation step as boxes with arrows: from the text to the update, a live number at each station."""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from distilbert_viz import comparison
from distilbert_viz.drawing.labels import visible
from distilbert_viz.families import family
from distilbert_viz.figures.training.one_step import INK, NAMES, outcomes
from distilbert_viz.records import Losses, OneStep, StepChoices, Trace, TracePair

FORMS = {
    "published": "5 L_ce + 2 L_mlm + 1 L_cos",
    "textbook": "α Hard + (1 − α) Distillation",
}
SOURCES = {
    "published": "Sanh et al. 2019, released training script: 5, 2, 1 at T = 2",
    "textbook": "Hinton, Vinyals & Dean 2015 (arXiv 1503.02531), section 2; the weight α is yours",
}
# Between one row of boxes and the next: from which box to which box.
STRAIGHT = [(0, 0), (1, 1), (2, 2)]
FAN_OUT, FAN_IN = [(0, 0), (0, 1), (0, 2)], [(0, 0), (1, 0), (2, 0)]
TO_LOSSES = [(0, 0), (1, 0), (0, 1), (1, 1), (1, 2), (2, 2)]


Box = dict[str, str]  # name, shape, live number, note; of some also the voice or an ink


class Flow(TypedDict):
    """Rows of boxes, and between each row and the next the arrows: (box above, box below), counted from the left."""

    rows: list[list[Box]]
    edges: list[list[tuple[int, int]]]


def flow(step: OneStep, pair: TracePair, vocabulary: Sequence[str], index: int) -> Flow:
    """The whole step as boxes and arrows; `index` is the label that the logits are read at."""
    rows = [
        [_data(step)],
        [_examples(step)],
        [_teacher(step, pair.teacher), _student(step, pair.student), _truth(step, vocabulary)],
        [*_logits(step, pair, vocabulary, index), _hard_label(step, vocabulary, index)],
        _losses(step, pair.one_width),
        [_combined(step)],
        [_backward(step)],
        [_update(step)],
        _afterwards(step),
        [_combined_afterwards(step)],
    ]
    edges = [[(0, 0)], FAN_OUT, STRAIGHT, TO_LOSSES, FAN_IN, [(0, 0)], [(0, 0)], FAN_OUT, FAN_IN]
    return {"rows": rows, "edges": edges}


def _box(name: str, shape: str, live: str, note: str = "", **more: str) -> Box:
    return {"name": name, "shape": shape, "live": live, "note": note} | more


def _data(step: OneStep) -> Box:
    encoding = step.text.encoding
    return _box("Training data", f"one row of {len(encoding)} tokens", visible(encoding.text, 110))


def _examples(step: OneStep) -> Box:
    told = ", ".join(f"{number} {name}" for name, number in outcomes(step.text).items())
    drawn = f"seed {step.text.seed}, {step.text.share:.0%} of {step.text.ordinary} ordinary tokens: {told}"
    return _box("Create training examples", "masked language modelling, as for BERT", drawn)


def _teacher(step: OneStep, trace: Trace) -> Box:
    return _model(step.parameters[0], trace, "Teacher", "reads the masked row, learns nothing") | {"voice": "teacher"}


def _student(step: OneStep, trace: Trace) -> Box:
    return _model(step.parameters[1], trace, "Student", "a copy, dropped after the step") | {"voice": "student"}


def _model(parameters: int, trace: Trace, name: str, note: str) -> Box:
    title, tokens = family(trace.architecture.family).title, len(trace.encoding)
    shape = f"{trace.layers} layers, {parameters / 1e6:.1f} M parameters"
    return _box(f"{name} ({title})", shape, f"(1, {tokens}) → (1, {tokens}, {trace.architecture.hidden})", note)


def _truth(step: OneStep, vocabulary: Sequence[str]) -> Box:
    text = step.text
    told = [f"“{visible(vocabulary[int(text.labels[i])])}” at {i}" for i in text.positions[:3]]
    rest = "" if len(text.positions) <= 3 else f" and {len(text.positions) - 3} more"
    return _box("True labels", f"{len(text.positions)} of {len(text.labels)} tokens have one", ", ".join(told) + rest)


def _logits(step: OneStep, pair: TracePair, vocabulary: Sequence[str], index: int) -> list[Box]:
    shape = f"({step.tokens}, {len(vocabulary):,}), and the last hidden state"
    return [
        _box("Teacher logits (soft)", shape, _best(step.teacher_logits[index], step, vocabulary, index), voice="teacher"),
        _box("Student logits", shape, _best(step.student_logits[index], step, vocabulary, index), voice="student"),
    ]


def _best(logits: np.ndarray, step: OneStep, vocabulary: Sequence[str], index: int) -> str:
    best, softened = comparison.top(logits, 3), comparison.soften(logits, step.choices.temperature)
    told = ", ".join(f"“{visible(vocabulary[i])}” {100 * softened[i]:.3g}%" for i in best)
    return f"at {step.text.positions[index]}, T = {step.choices.temperature:g}: {told}"


def _hard_label(step: OneStep, vocabulary: Sequence[str], index: int) -> Box:
    position = step.text.positions[index]
    token = visible(vocabulary[int(step.text.labels[position])])
    shape = f"({len(step.text.positions)}, {len(vocabulary):,}), one 1 a row"
    return _box("Hard labels", shape, f"at {position}: “{token}” 100%, all others 0")


def _cosine(step: OneStep, one_width: bool) -> Box:
    if not one_width:
        return _box(f"Cosine loss {NAMES['cos']}", "left out", "vectors of two widths have no cosine", ink=INK["cos"])
    shape = f"1 − cos of last hidden states, {_mean(len(step.text.labels))}"
    return _loss(step, "cos", "Cosine loss", shape, f"{step.before.cos:.4g}")


def _losses(step: OneStep, one_width: bool) -> list[Box]:
    temperature, tokens, hard = step.choices.temperature, step.tokens, len(step.text.positions)
    kl, before = step.before.ce / temperature**2, step.before
    squared = f"{temperature**2:.3g} × {kl:.4g} = {before.ce:.4g} nats"
    return [
        _loss(step, "ce", "Distillation loss", f"T² KL(teacher ‖ student), {_mean(tokens)}", squared),
        _cosine(step, one_width),
        _loss(step, "mlm", "Hard loss", f"−ln p(true token) at T = 1, {_mean(hard)}", f"{before.mlm:.4g} nats"),
    ]


def _mean(tokens: int) -> str:
    return "1 token" if tokens == 1 else f"mean over {tokens} tokens"


def _loss(step: OneStep, kind: str, name: str, shape: str, live: str) -> Box:
    note = "" if getattr(step.choices, f"alpha_{kind}") else "weight 0: measured, not followed"
    return _box(f"{name} {NAMES[kind]}", shape, live, note, ink=INK[kind])


def _combined(step: OneStep) -> Box:
    choices, before, form = step.choices, step.before, step.choices.form
    formula, live = FORMS[form], f"{_sum(choices, before)} = {before.combined(choices):.4g}"
    own = form == "published" and (choices.alpha_ce, choices.alpha_mlm, choices.alpha_cos, choices.temperature) != (5, 2, 1, 2)
    return _box("Combined loss", formula, live, SOURCES[form] + ("; numbers of your own here" if own else ""))


def _sum(choices: StepChoices, losses: Losses) -> str:
    order = ("ce", "mlm", "cos") if choices.form == "published" else ("mlm", "ce")
    return " + ".join(f"{getattr(choices, f'alpha_{name}'):.3g} × {getattr(losses, name):.4g}" for name in order)


def _backward(step: OneStep) -> Box:
    lengths = step.gradient_norms[:, 0]
    largest = int(lengths.argmax())
    shape = f"one number for each of {step.parameters[1] / 1e6:.1f} M weights"
    live = f"length of the gradient {np.linalg.norm(lengths):.4g}; most in: {step.components[largest]} ({lengths[largest]:.3g})"
    return _box("Backward pass", shape, live if lengths.any() else "no loss has a weight, so there is no gradient")


def _update(step: OneStep) -> Box:
    shape = f"one AdamW step, learning rate {power(step.choices.learning_rate)}"
    live = f"a weight moves by {power(step.mean_move)} in the mean, {power(step.largest_move)} at most"
    return _box("Update student parameters", shape, live, "on the copy; the student that is shown stays as it is", voice="student")


def power(number: float) -> str:
    """A small number as 4.9e-5."""
    digits, _, exponent = f"{number:.1e}".partition("e")
    return f"{digits.removesuffix('.0')}e{int(exponent)}" if number else "0"


def _afterwards(step: OneStep) -> list[Box]:
    both = {name: (getattr(step.before, name), getattr(step.after, name)) for name in ("ce", "cos", "mlm")}
    return [_box(f"{NAMES[name]} after the step", "", _change(*sides), ink=INK[name]) for name, sides in both.items()]


def _change(before: float, after: float) -> str:
    change = f" ({after / before - 1:+.0%})".replace("-", "−") if before else ""
    return f"{before:.4g} → {after:.4g}{change}"


def _combined_afterwards(step: OneStep) -> Box:
    before, after = (side.combined(step.choices) for side in (step.before, step.after))
    return _box("Combined loss after the step", "", _change(before, after))
