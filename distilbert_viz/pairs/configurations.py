"""What a configuration says beyond what this version of transformers reads: refused where it would be another model, else told."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from transformers import PreTrainedConfig

from distilbert_viz.pairs import mending
from distilbert_viz.pairs.refusals import ANOTHER, PairError, quantised

LONGEST, MOST = 40, 6
BITSANDBYTES = "bitsandbytes"
EMPTY: tuple[Any, ...] = (None, "", [], {})
# Keys that change what a model computes, each with the values by which nothing changes, and with the words for all others.
OTHERWISE: Mapping[str, tuple[tuple[Any, ...], str]] = {
    "position_embedding_type": (("absolute",), "its positions are relative ({value}), which transformers 5 ignores"),
    "is_decoder": ((False,), "it is a decoder, whose tokens see only those before them"),
    "is_encoder_decoder": ((False,), "it is an encoder with a decoder"),
    "add_cross_attention": ((False,), "its layers also attend to another model"),
    "pruned_heads": (({},), "heads were pruned ({value}), which transformers 5 ignores"),
    "attention_type": (("original_full", "full", "bidirectional", "self", "eager", "sdpa"), "its attention is {value}"),
    "attention_window": ((), "its attention looks through a window ({value})"),
    "rope_theta": ((), "its positions are rotations (rope)"),
    "rope_parameters": ((), "its positions are rotations (rope)"),
    "pre_norm": ((False,), "its LayerNorms come before the sums"),
    "norm_first": ((False,), "its LayerNorms come before the sums"),
    "normalize_before": ((False,), "its LayerNorms come before the sums"),
    "encoder_normalize_before": ((False,), "its LayerNorms come before the sums"),
    "embedding_size": ((), "its word embeddings have a width of their own ({value})"),
}  # fmt: skip
# What programs write about a file, its training or its use, and what names no number of a pass.
BOOKKEEPING = {
    "_name_or_path", "_commit_hash", "_num_labels", "_attn_implementation", "_attn_implementation_autoset", "_dtype",
    "directionality", "do_sample", "early_stopping", "finetuning_task", "gradient_checkpointing", "initial_layers", "language",
    "max_length",
    "model_type", "n_ctx", "name", "num_beams", "output_past", "pooler_fc_size", "pooler_num_attention_heads",
    "pooler_num_fc_layers", "pooler_size_per_head", "pooler_type", "pre_trained", "qa_dropout", "tie_weights_", "tokenizer_class",
    "torch_dtype", "torchscript", "trained_steps", "training", "transformers_version", "use_bfloat16", "use_cache",
}  # fmt: skip


def refuse_another_model(label: str, raw: Mapping[str, Any], width: int) -> None:
    """Raises PairError where config.json describes a model that computes something else than what would be shown."""
    code = raw.get("auto_map")
    if isinstance(code, dict) and any(str(name).startswith("AutoModel") for name in code):
        raise PairError(f"{label} can't be shown: its config.json names code of its own, which isn't run here; {ANOTHER}")
    for key, (neutral, words) in OTHERWISE.items():
        value = raw.get(key)
        if value not in (*EMPTY, *neutral) and not (key == "embedding_size" and value == width):
            raise PairError(f"{label} can't be shown: by its config.json {words.format(value=_short(value))}; {ANOTHER}")
    if (how := raw.get("quantization_config")) is not None:
        _refuse_quantised(label, raw, how)


def _refuse_quantised(label: str, raw: Mapping[str, Any], how: Any) -> None:
    """Of the methods in use bitsandbytes alone has a way back in transformers."""
    method = _short(how.get("quant_method") or "in a way without a name" if isinstance(how, dict) else how)
    back = f", or the folder “plain” that {mending.dequantise(label, raw)} writes where bitsandbytes is installed"
    raise PairError(quantised(label, f"{method}, by its config.json", back if method == BITSANDBYTES else ""))


def unread(raw: Mapping[str, Any], config: PreTrainedConfig) -> tuple[str, ...]:
    """Keys of config.json, with their values, that neither the model nor any program known here reads."""
    known = {field.name for field in fields(config)} | set(config.attribute_map) | set(vars(PreTrainedConfig)) | BOOKKEEPING
    legacy = {"num_labels", "id2label", "label2id", "dtype", "architectures", "problem_type", "auto_map", "quantization_config"}
    legacy |= set(OTHERWISE)
    found = [f"{key} = {_short(value)}" for key, value in raw.items() if key not in known | legacy and value not in EMPTY]
    return tuple(found[:MOST] + ([f"{len(found) - MOST} more"] if len(found) > MOST else []))


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
