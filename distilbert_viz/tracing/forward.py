"""The forward pass itself, recorded once: everything that the pages show of a model comes from here."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from jaxtyping import Float, Int
from torch.nn.utils.rnn import pad_sequence

from distilbert_viz.pairs.attention import recording
from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.records import Embeddings, Encoding, Predictions, Trace, TracePair
from distilbert_viz.records.finite import NotFinite, sentence
from distilbert_viz.tracing.encoding import encode


def to_numpy(tensor: torch.Tensor) -> np.ndarray:
    """float32 on the CPU."""
    return tensor.detach().float().cpu().numpy()


def model_inputs(model: Model, *encodings: Encoding) -> dict[str, torch.Tensor]:
    """input_ids, where the family has segments token_type_ids, where it counts from behind padding position_ids: (text, token).

    Texts of different lengths are filled up with padding, which an attention_mask keeps every token from attending to.
    """
    padding = model.tokenizer.pad_token_id or 0
    inputs = {"input_ids": _filled([e.input_ids for e in encodings], padding)}
    if segments := model.segments:
        inputs["token_type_ids"] = _filled([np.minimum(e.token_type_ids, segments - 1) for e in encodings], 0)
    if model.family.after_padding:
        inputs["position_ids"] = _filled([_positions(model, e.input_ids) for e in encodings], padding)
    if len({len(encoding) for encoding in encodings}) > 1:
        inputs["attention_mask"] = _filled([np.ones_like(e.input_ids) for e in encodings], 0)
    return {name: ids.to(model.device) for name, ids in inputs.items()}


def _positions(model: Model, ids: np.ndarray) -> np.ndarray:
    """Rows of the position table: counted over all tokens that aren't padding, which a text may hold too (Liu et al. 2019)."""
    padding = model.family.size(model.config, "padding")
    read = ids != padding
    return np.where(read, np.cumsum(read) + padding, padding)


def _filled(rows: list[np.ndarray], filling: int) -> torch.Tensor:
    return pad_sequence([torch.from_numpy(row) for row in rows], batch_first=True, padding_value=filling)


def trace(model: Model, encoding: Encoding) -> Trace:
    """One forward pass of the encoder, every tensor of it kept."""
    return trace_many(model, (encoding,))[0]


def trace_many(model: Model, encodings: Sequence[Encoding]) -> tuple[Trace, ...]:
    """One forward pass of the encoder over several texts at once; of one text it is that text's own pass to the last bit.

    Beside others a number may differ by the rounding of another order of summation, about 1e-6.
    """
    with torch.inference_mode(), recording() as layers:
        output = model.network.base_model(**model_inputs(model, *encodings), output_hidden_states=True)
        states = to_numpy(torch.stack(output.hidden_states))
        parts = [to_numpy(torch.stack(part)) for part in zip(*layers, strict=True)]
    return tuple(_one(model, encoding, states[:, i], *(part[:, i] for part in parts)) for i, encoding in enumerate(encodings))


def _one(model: Model, encoding: Encoding, states: np.ndarray, *parts: np.ndarray) -> Trace:
    """One text's rows of a batch, without its filling, in memory of their own."""
    n = len(encoding)
    queries, keys, values = (np.ascontiguousarray(part[:, :, :n]) for part in parts[:3])
    states, attentions = np.ascontiguousarray(states[:, :n]), np.ascontiguousarray(parts[3][:, :, :n, :n])
    embeddings = _embeddings(model, encoding, states[0])
    return Trace(model.name, model.architecture, encoding, embeddings, states, queries, keys, values, attentions)


@torch.inference_mode()
def _embeddings(model: Model, encoding: Encoding, output: np.ndarray) -> Embeddings:
    tables = {part: model.table(part) for part in model.embedding_parts if part != "norm"}
    inputs = {name: ids[0] for name, ids in model_inputs(model, encoding).items()}
    word, position = tables["word"][inputs["input_ids"]], tables["position"][inputs.get("position_ids", slice(len(encoding)))]
    token_type = to_numpy(tables["token_type"][inputs["token_type_ids"]]) if "token_type" in tables else None
    return Embeddings(to_numpy(word), to_numpy(position), token_type, output)


def trace_pair(pair: Pair, text: str, masked: tuple[int, ...] = (), run: Callable[[Model, Encoding], Trace] = trace) -> TracePair:
    """Both models on the same text, cut to what the shorter one has positions for, each pass computed by `run`.

    Raises ValueError naming both token lists if their tokenizers read it differently.
    """
    teacher, student = (run(model, encode(model.tokenizer, text, masked, pair.longest)) for model in pair)
    return TracePair(teacher, student, pair.initial_layers, pair.copied)


@torch.inference_mode()
def logits(model: Model, trace: Trace) -> np.ndarray:
    """Logits (row, outcome) of the head on the last hidden state: a row a soft label, as `Task.row` counts them.

    Raises NotFinite.
    """
    return logits_many(model, (trace,))[0]


@torch.inference_mode()
def logits_many(model: Model, traces: Sequence[Trace]) -> tuple[np.ndarray, ...]:
    """The same of several texts: the head's weights are read once for all of them.

    Raises NotFinite where one of them has a number that isn't finite.
    """
    of_text = model.task.labels == "text"
    states = [trace.hidden_states[-1, :1] if of_text else trace.hidden_states[-1] for trace in traces]
    outputs = model.predict(model.tensor(np.concatenate(states))).split([len(rows) for rows in states])
    found = tuple(to_numpy(model.rows(part)).copy() for part in outputs)  # no text may hold the others' rows in memory
    for trace, part in zip(traces, found, strict=True):
        refuse_not_finite(trace, part)
    return found


def refuse_not_finite(trace: Trace, logits: np.ndarray) -> None:
    """Raises NotFinite, which names the model and the layer, where logits that were read from a trace aren't finite."""
    if not np.isfinite(logits).all():
        raise NotFinite(sentence(trace.model_name, trace.first_not_finite))


def predictions(model: Model, trace: Trace, position: int, k: int = 5) -> Predictions:
    """The soft label at `position` as the head reads it off every state (the "logit lens": nostalgebraist 2020).

    Only the last state is what the head was trained on; the others are a reading, not a prediction of the model. Raises NotFinite.
    """
    refuse_not_finite(trace, trace.hidden_states)
    row = model.task.row(position)
    found, probabilities = read_states(model, trace.hidden_states, row, k)
    names = tuple(model.named(ids, trace.encoding) for ids in found.tolist())
    return Predictions(row, names, probabilities, model.task.outcome)


@torch.inference_mode()
def read_states(
    model: Model, states: Float[np.ndarray, "state token hidden"], row: int, k: int
) -> tuple[Int[np.ndarray, "state k"], Float[np.ndarray, "state k"]]:
    """The likeliest outcomes of hidden states wherever they come from and their probabilities, in one batch of the head.

    Raises NotFinite.
    """
    logits = model.soft_labels(model.tensor(states), row).float()
    if not logits.isfinite().all():
        raise NotFinite(sentence(model.name, None))
    probabilities = logits.softmax(-1)
    top = probabilities.topk(min(k, probabilities.shape[-1]))
    return top.indices.cpu().numpy(), to_numpy(top.values)
