"""One step of distillation on one text, opened up. The student that is shown never learns: the step is made on a copy."""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from transformers import PreTrainedTokenizerFast

from distilbert_viz.distillation import losses
from distilbert_viz.distillation.masking import IGNORED, mask
from distilbert_viz.pairs.models import Model
from distilbert_viz.records import Encoding, Losses, MaskedText, OneStep, StepChoices
from distilbert_viz.tracing.forward import model_inputs, to_numpy

TEMPERATURES = (0.5, 0.6, 0.7, 0.85, 1.0, 1.2, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.5, 10.0)
MOST_SIZED = 64  # tokens of a long text at which the gradient is measured at every temperature
ROWS = 4096  # of a parameter that move at a time: AdamW's moments take twice the memory of what they belong to
LAYER_PARTS = {
    "attention": ("query", "key", "value", "attention_output"),
    "feed-forward": ("intermediate", "feed_forward"),
    "LayerNorms": ("attention_norm", "output"),
}
Reading = tuple[Tensor, Tensor]  # last hidden state (1, token, hidden), logits (kept, vocab)


def masked_text(tokenizer: PreTrainedTokenizerFast, encoding: Encoding, seed: int, share: float) -> MaskedText:
    """The text as a training row draws it: epoch 0, row 0. Tokens masked by hand keep their mask and get their label.

    Raises ValueError when no token of the text has a true label.
    """
    special = set(tokenizer.all_special_ids)
    read, original = encoding.input_ids, encoding.original_ids
    ids, labels = mask(read.tolist(), special, tokenizer.mask_token_id, len(tokenizer), share, (seed, 0, 0))
    by_hand = (read != original) & ~np.isin(original, list(special))
    labels = np.where(by_hand, original, labels)
    if (labels == IGNORED).all():
        raise ValueError("There is nothing to mask in this text, only special tokens: type a few words.")
    rows = zip(ids.tolist(), labels.tolist(), by_hand.tolist(), strict=True)
    outcomes = tuple(_outcome(number, label, hand, tokenizer.mask_token_id) for number, label, hand in rows)
    tokens = tuple(tokenizer.convert_ids_to_tokens(ids.tolist()))
    ordinary = int((~np.isin(read, list(special))).sum())
    return MaskedText(replace(encoding, tokens=tokens, input_ids=ids), labels, outcomes, seed, share, ordinary)


def _outcome(number: int, label: int, by_hand: bool, mask_id: int) -> str:
    if label == IGNORED:
        return ""
    if by_hand:
        return "by hand"
    return "masked" if number == mask_id else "kept" if number == label else "replaced"


def one_step(teacher: Model, student: Model, text: MaskedText, choices: StepChoices) -> OneStep:
    """Losses, their gradients, one AdamW step (no weight decay, no clipping) on a float32 copy, and the losses after it."""
    labels = torch.from_numpy(text.labels).to(student.device)
    kept = torch.ones_like(labels, dtype=torch.bool) if choices.ce_on == "all" else labels != IGNORED
    with torch.no_grad():
        taught = _read(teacher, text.encoding, kept)
    learner = _copy(student)
    before = _read(learner, text.encoding, kept)
    parts = _parts(before, taught, labels[kept], choices.temperature)
    names, norms = _gradients(learner, parts, (choices.alpha_ce, choices.alpha_mlm, choices.alpha_cos))
    logits_before = before[1].detach()
    mean_move, largest_move = _moves(student, learner, choices.learning_rate)
    with torch.no_grad():
        after = _read(learner, text.encoding, kept)
    labelled = labels[kept] != IGNORED
    sized = _spread(len(taught[1]))
    return OneStep(
        text=text,
        choices=choices,
        parameters=(_size(teacher), _size(student)),
        teacher_logits=to_numpy(taught[1][labelled]),
        student_logits=to_numpy(logits_before[labelled]),
        student_after=to_numpy(after[1][labelled]),
        before=_floats(parts),
        after=_floats(_parts(after, taught, labels[kept], choices.temperature)),
        components=names,
        gradient_norms=norms,
        mean_move=mean_move,
        largest_move=largest_move,
        temperatures=np.array(TEMPERATURES, dtype=np.float32),
        gradient_sizes=gradient_sizes(taught[1][sized], logits_before[sized], TEMPERATURES),
        sized=len(sized),
    )


def needed_bytes(student: Model, tokens: int) -> int:
    """Memory that a step takes beside the models, about: the copy, its gradient and parts of another while that one is summed up;
    and logits, soft labels and their gradients of so many tokens.
    """
    return 4 * (3 * _size(student) + 16 * student.architecture.vocabulary * tokens)


def _size(model: Model) -> int:
    return sum(parameter.numel() for parameter in model.network.parameters())


def _copy(student: Model) -> Model:
    network = copy.deepcopy(student.network).float().requires_grad_(True)
    learner = replace(student, network=network)
    # A text reads few rows of the vocabulary: without this, every backward pass fills and adds the whole table.
    table = learner.embeddings.get_submodule("word_embeddings")
    assert isinstance(table, nn.Embedding)
    table.sparse = True
    return learner


def _read(model: Model, encoding: Encoding, kept: Tensor) -> Reading:
    hidden = model.network.base_model(**model_inputs(model, encoding)).last_hidden_state
    return hidden.float(), model.predict(hidden[0, kept]).float()


def _parts(student: Reading, teacher: Reading, labels: Tensor, temperature: float) -> tuple[Tensor, Tensor, Tensor]:
    """L_ce, L_mlm and L_cos, the last 0 between vectors of two widths, which have no cosine."""
    every = torch.ones(student[0].shape[:2], device=labels.device)
    one_width = student[0].shape == teacher[0].shape
    return (
        losses.loss_ce(student[1], teacher[1], temperature),
        losses.loss_mlm(student[1], labels),
        losses.loss_cos(student[0], teacher[0], every) if one_width else student[0].new_zeros(()),
    )


def _floats(parts: Sequence[Tensor]) -> Losses:
    return Losses(*(part.item() for part in parts))


def _gradients(
    learner: Model, parts: Sequence[Tensor], alphas: Sequence[float]
) -> tuple[tuple[str, ...], Float[np.ndarray, "component 4"]]:
    """Leaves the combined gradient in the parameters; returns its length by component, and each weighted loss's own."""
    named = dict(components(learner))
    parameters = [p for group in named.values() for p in group]
    weighted = [alpha * part for alpha, part in zip(alphas, parts, strict=True)]
    # A pass for each loss and one for their sum: no two gradients of the whole student are ever held.
    lengths = [
        _lengths(loss, parameters) if alpha else [0.0] * len(parameters) for alpha, loss in zip(alphas, weighted, strict=True)
    ]
    whole = _lengths(torch.stack(weighted).sum(), parameters)
    owner = np.repeat(np.arange(len(named)), [len(group) for group in named.values()])
    squares = [np.bincount(owner, np.square(part), len(named)) for part in (whole, *lengths)]
    return tuple(named), np.sqrt(np.array(squares, dtype=np.float32)).T


def _lengths(loss: Tensor, parameters: list[Tensor]) -> list[float]:
    """The length of each parameter's gradient of `loss`, which is left in the parameters in place of another."""
    for parameter in parameters:
        parameter.grad = None
    loss.backward(retain_graph=True, inputs=parameters)
    return [0.0 if parameter.grad is None else parameter.grad.norm().item() for parameter in parameters]


def components(model: Model) -> Iterator[tuple[str, list[Tensor]]]:
    """Every parameter once, by what it is for; whatever is neither embedding nor layer belongs to the masked-LM head."""
    parts = model.embeddings
    tied = "word embeddings = projection" if model.architecture.tied else "word embeddings"
    yield tied, [parts.get_parameter("word_embeddings.weight")]
    yield "position embeddings", [parts.get_parameter("position_embeddings.weight")]
    if hasattr(parts, "token_type_embeddings"):
        yield "segment embeddings", [parts.get_parameter("token_type_embeddings.weight")]
    yield "embeddings' LayerNorm", list(parts.get_submodule("LayerNorm").parameters())
    for layer in range(len(model.layers)):
        for name, members in LAYER_PARTS.items():
            yield f"L{layer} {name}", [p for member in members for p in model.part(layer, member).parameters()]
    base = {id(p) for p in model.network.base_model.parameters()}
    yield "masked-LM head", [p for p in model.network.parameters() if id(p) not in base]


def _moves(student: Model, learner: Model, rate: float) -> tuple[float, float]:
    """One AdamW step of the learner, a few rows at a time; mean and largest |after - before| over all weights."""
    total, largest = 0.0, 0.0
    for before, after in zip(student.network.parameters(), learner.network.parameters(), strict=True):
        gradient, after.grad = after.grad, None
        if gradient is None:
            continue
        for was, rows, of_rows in zip(*(t.split(ROWS) for t in (before, after.detach(), gradient.to_dense())), strict=True):
            _adamw(rows, of_rows, rate)
            move = (rows - was).abs()
            total, largest = total + move.sum().item(), max(largest, move.max().item())
    return total / _size(student), largest


def _adamw(rows: Tensor, gradient: Tensor, rate: float) -> None:
    """Move the rows where they are."""
    moved = nn.Parameter(rows)
    moved.grad = gradient
    torch.optim.AdamW([moved], rate, weight_decay=0.0, fused=True).step()


def _spread(rows: int) -> list[int]:
    return [int(row) for row in np.unique(np.linspace(0, rows - 1, min(rows, MOST_SIZED)).round())]


def gradient_sizes(
    teacher_logits: Tensor, student_logits: Tensor, temperatures: Sequence[float]
) -> Float[np.ndarray, "temperature"]:
    """Mean over rows of |d KL(teacher || student) / d student logits| = |softmax(s / T) - softmax(t / T)| / T, at each T.

    (Hinton, Vinyals & Dean 2015, section 2.1, equation 2.) Multiply by T^2 for the gradient of L_ce of one row.
    """
    differences = ((student_logits / t).softmax(-1) - (teacher_logits / t).softmax(-1) for t in temperatures)
    sizes = [(d.norm(dim=-1).mean() / t).item() for d, t in zip(differences, temperatures, strict=True)]
    return np.array(sizes, dtype=np.float32)
