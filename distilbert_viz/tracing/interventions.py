"""What if: the same pass with heads off, with another token, with the two sentences in each other's place."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Int
from transformers import PreTrainedTokenizerFast

from distilbert_viz import comparison
from distilbert_viz.pairs.attention import heads_off
from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.records import Embeddings, Encoding, Intervention, StockPass, Sweep, Trace, TracePair, WhatIf
from distilbert_viz.records.what_if import Heads
from distilbert_viz.tracing.forward import model_inputs, refuse_not_finite, to_numpy, trace
from distilbert_viz.tracing.stock import stock_pass


def what_if(pair: Pair, before: TracePair, change: Intervention) -> WhatIf:
    """Both models' traces after `change`. Neither model is touched: what is off is off in this pass alone.

    Raises ValueError when the sentences can't change places, and for a token that can't be replaced.
    """
    read, places = changed(pair.tokenizer, before.encoding, change)
    off = (change.teacher_off, change.student_off)
    teacher, student = (_in_order(_traced(model, read, heads), places) for model, heads in zip(pair, off, strict=True))
    return WhatIf(change, before, replace(before, teacher=teacher, student=student), read, places)


def _traced(model: Model, encoding: Encoding, off: Heads) -> Trace:
    with heads_off(_mask(model, off)):
        return trace(model, encoding)


def _mask(model: Model, off: Heads) -> torch.Tensor:
    sizes = model.architecture
    mask = torch.zeros(sizes.layers, sizes.heads, dtype=torch.bool)
    for layer, head in off:
        mask[layer, head] = True
    return mask.to(model.device)


def changed(
    tokenizer: PreTrainedTokenizerFast, encoding: Encoding, change: Intervention
) -> tuple[Encoding, Int[np.ndarray, "token"]]:
    """What is read after the change, and where each token of `encoding` then stands."""
    ids, original_ids = encoding.input_ids.copy(), encoding.original_ids.copy()
    for position, number in change.replaced:
        if encoding.special[position]:
            raise ValueError(f"{encoding.tokens[position]} at position {position} frames the text and can't be replaced.")
        ids[position] = original_ids[position] = number
    tokens = tuple(tokenizer.convert_ids_to_tokens(ids.tolist()))
    masks = tuple(np.flatnonzero(ids == tokenizer.mask_token_id).tolist())
    edited = replace(encoding, tokens=tokens, input_ids=ids, original_ids=original_ids, mask_positions=masks)
    if not change.swapped:
        return edited, np.arange(len(encoding))
    return _swapped(edited)


def _swapped(encoding: Encoding) -> tuple[Encoding, np.ndarray]:
    """[CLS] B [SEP] A [SEP]: each sentence moves with the token that closes it; a second one between the two stays between."""
    types, special = encoding.token_type_ids, np.array(encoding.special)
    second, first = np.flatnonzero(types), np.flatnonzero(types == 0)[1:]
    if not len(second):
        raise ValueError("There is one sentence only, so nothing can change places: a typed [SEP] starts a second one.")
    own = len(first) - (special[first].sum() - 1)
    order = np.concatenate([[0], second, first[own:], first[:own]])
    new_types = (np.arange(len(types)) >= len(types) - own).astype(types.dtype)
    return replace(_reordered(encoding, order), token_type_ids=new_types), np.argsort(order)


def _reordered(encoding: Encoding, order: np.ndarray) -> Encoding:
    return replace(
        encoding,
        tokens=tuple(encoding.tokens[i] for i in order),
        input_ids=encoding.input_ids[order],
        token_type_ids=encoding.token_type_ids[order],
        offsets=encoding.offsets[order],
        original_ids=encoding.original_ids[order],
        special=tuple(encoding.special[i] for i in order),
        mask_positions=tuple(np.flatnonzero(np.isin(order, encoding.mask_positions)).tolist()),
        word_starts=tuple(encoding.word_starts[i] for i in order),
    )


def _in_order(trace: Trace, order: np.ndarray) -> Trace:
    """The same pass, its tokens listed in `order`."""
    if np.array_equal(order, np.arange(len(order))):
        return trace
    parts = trace.embeddings
    token_type = None if parts.token_type is None else parts.token_type[order]
    moved = {name: getattr(trace, name)[..., order, :] for name in ("hidden_states", "queries", "keys", "values")}
    return replace(
        trace,
        encoding=_reordered(trace.encoding, order),
        embeddings=Embeddings(parts.word[order], parts.position[order], token_type, parts.output[order]),
        attentions=trace.attentions[..., order[:, None], order],
        **moved,
    )


@torch.inference_mode()
def logits_at(model: Model, trace: Trace, position: int) -> np.ndarray:
    """Logits (outcome) of the soft label at `position`, as the head reads it off the last hidden state. Raises NotFinite."""
    found = to_numpy(model.soft_labels(model.tensor(trace.hidden_states[-1]), model.task.row(position)))
    refuse_not_finite(trace, found)
    return found


def sweep(pair: Pair, encoding: Encoding, position: int, temperature: float) -> Iterator[Sweep]:
    """Each head of both models off, one at a time: a record a layer, teacher first, each with all layers so far."""
    position = pair.task.row(position)
    found = [np.empty((0, model.architecture.heads), np.float32) for model in pair]
    for i, model in enumerate(pair):
        for layer in range(model.architecture.layers):
            divergences = _one_layer(model, encoding, position, temperature, layer)
            found[i] = np.concatenate([found[i], divergences[None]])
            yield Sweep(position, float(temperature), *found)


@torch.inference_mode()
def _one_layer(model: Model, encoding: Encoding, position: int, temperature: float, layer: int) -> np.ndarray:
    """All heads of a layer in one batch, whose first row has every head on: equal rounding on both sides of KL."""
    sizes = model.architecture
    off = torch.zeros(sizes.layers, 1 + sizes.heads, sizes.heads, dtype=torch.bool)
    off[layer, 1:] = torch.eye(sizes.heads, dtype=torch.bool)
    inputs = {name: ids.expand(1 + sizes.heads, -1) for name, ids in model_inputs(model, encoding).items()}
    with heads_off(off.to(model.device)):
        states = model.network.base_model(**inputs).last_hidden_state
    logits = to_numpy(model.soft_labels(states, position))
    before, after = np.broadcast_to(logits[:1], (sizes.heads, logits.shape[1])), logits[1:]
    return np.asarray(comparison.kl(before, after, float(temperature)), np.float32)


def stock_what_if(stocks: tuple[Model, Model], found: WhatIf) -> tuple[StockPass, StockPass]:
    """The independent witness of a change, its tokens in the order before: nothing is shared but the weights."""
    off = (found.change.teacher_off, found.change.student_off)
    passes = (stock_pass(stock, found.read, heads) for stock, heads in zip(stocks, off, strict=True))
    teacher, student = (_ordered(one, found.places, stocks[0].task.labels) for one in passes)
    return teacher, student


def _ordered(seen: StockPass, order: np.ndarray, labels: str) -> StockPass:
    attentions = seen.attentions[..., order[:, None], order]
    return replace(seen, hidden_states=seen.hidden_states[:, order], attentions=attentions, logits=_logits(seen, order, labels))


def _logits(seen: StockPass, order: np.ndarray, labels: str) -> np.ndarray | None:
    """Rows or outcomes that are the text's tokens follow them."""
    if seen.logits is None or labels == "text":
        return seen.logits
    return seen.logits[:, order] if labels == "ends" else seen.logits[order]
