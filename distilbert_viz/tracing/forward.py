"""The forward pass itself, recorded once: everything that the pages show of a model comes from here."""

import numpy as np
import torch

from distilbert_viz.pairs.attention import recording
from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.records import Embeddings, Encoding, Predictions, Trace, TracePair
from distilbert_viz.tracing.encoding import encode


def to_numpy(tensor: torch.Tensor) -> np.ndarray:
    """float32 on the CPU."""
    return tensor.detach().float().cpu().numpy()


def model_inputs(model: Model, encoding: Encoding) -> dict[str, torch.Tensor]:
    """input_ids and, for BERT alone, token_type_ids (DistilBERT would ignore them), each (1, token)."""
    inputs = {"input_ids": torch.from_numpy(encoding.input_ids)[None].to(model.device)}
    if model.family == "bert":
        inputs["token_type_ids"] = torch.from_numpy(encoding.token_type_ids)[None].to(model.device)
    return inputs


def trace(model: Model, encoding: Encoding) -> Trace:
    """One forward pass of the encoder, every tensor of it kept."""
    with torch.inference_mode(), recording() as layers:
        output = model.network.base_model(**model_inputs(model, encoding), output_hidden_states=True)
        states = to_numpy(torch.cat(output.hidden_states))
        queries, keys, values, attentions = (to_numpy(torch.cat(part)) for part in zip(*layers, strict=True))
    embeddings = _embeddings(model, encoding, states[0])
    return Trace(model.name, model.architecture, encoding, embeddings, states, queries, keys, values, attentions)


@torch.inference_mode()
def _embeddings(model: Model, encoding: Encoding, output: np.ndarray) -> Embeddings:
    module = model.embeddings
    segments = getattr(module, "token_type_embeddings", None)
    input_ids, token_type_ids = (torch.from_numpy(ids).to(model.device) for ids in (encoding.input_ids, encoding.token_type_ids))
    word, position = module.word_embeddings.weight[input_ids], module.position_embeddings.weight[: len(encoding)]
    token_type = None if segments is None else to_numpy(segments.weight[token_type_ids])
    return Embeddings(to_numpy(word), to_numpy(position), token_type, output)


def trace_pair(pair: Pair, text: str, masked: tuple[int, ...] = ()) -> TracePair:
    """Both models on the same text; ValueError naming both token lists if their tokenizers read it differently."""
    teacher, student = (trace(model, encode(model.tokenizer, text, masked, longest(model))) for model in pair)
    return TracePair(teacher, student, pair.initial_layers)


def longest(model: Model) -> int:
    """How many tokens the model has positions for."""
    return model.network.config.max_position_embeddings


@torch.inference_mode()
def logits(model: Model, trace: Trace) -> np.ndarray:
    """Logits (token, vocab) of the masked-LM head on the last hidden state."""
    return to_numpy(model.predict(torch.from_numpy(trace.hidden_states[-1]).to(model.device)))


@torch.inference_mode()
def predictions(model: Model, trace: Trace, position: int, k: int = 5) -> Predictions:
    """The masked-LM head read on every state at `position` (the "logit lens": nostalgebraist 2020).

    Only the last state is what the head was trained on; the others are a reading, not a prediction of the model.
    """
    states = torch.from_numpy(trace.hidden_states[:, position]).to(model.device)
    top = model.predict(states).float().softmax(-1).topk(k)
    tokens = tuple(model.pieces(row) for row in top.indices.tolist())
    return Predictions(position, tokens, to_numpy(top.values))
