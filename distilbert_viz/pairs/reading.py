"""One model from a folder on this disk: built in, one's own, or a snapshot in the Hugging Face cache. Safetensors only."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoTokenizer, PreTrainedConfig, logging

from distilbert_viz.pairs import attention, hub
from distilbert_viz.pairs.catalogue import FOLDER
from distilbert_viz.pairs.checksums import refuse_changed_weights
from distilbert_viz.pairs.classes import classes, form
from distilbert_viz.pairs.devices import is_out_of_memory, weight_bytes
from distilbert_viz.pairs.models import AUTO_CLASSES, Model
from distilbert_viz.pairs.refusals import PairError

NO_WEIGHTS = "it holds no model.safetensors file (other weight files are not opened)."

logging.set_verbosity_error()
logging.disable_progress_bar()


def needed_bytes_of(source: str, dtype: str) -> int:
    """Bytes of one model's weights as `dtype`, before any is read. Raises PairError."""
    configuration(source, weights=True)  # a model of another family has weights of other names
    with _reading(label(source), "weights"):
        return weight_bytes(weight_folder(source), dtype)


def weight_folder(source: str) -> Path:
    """The folder on this disk with a model's weights. Raises PairError."""
    folder = hub.on_disk(source)
    if not (folder / hub.WEIGHTS).exists() and not (folder / hub.INDEX).exists():
        raise PairError(f"{label(source)} can't be loaded: {NO_WEIGHTS}")
    return folder


def label(source: str) -> str:
    """What a person calls it: the built-in ones by what they are, all others by their name or folder."""
    return f"built-in {Path(source).name}" if Path(source).parent == FOLDER else source


def _name(source: str) -> str:
    """The model's name for every record: of a hub's model with the commit that is read, which main alone wouldn't tell."""
    commit = hub.commit(source)
    return label(source) if commit is None else f"{hub.split(source)[0]}@{commit[:12]}"


def configuration(source: str, weights: bool = False) -> PreTrainedConfig:
    """One model's configuration; with `weights` only where they are here too. Raises PairError."""
    named, folder = label(source), hub.on_disk(source, weights)
    with _reading(named, "config.json"):
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
    _refuse_other_families(named, config)
    return config


def read_model(source: str, device: str, dtype: torch.dtype) -> Model:
    """One model in eval mode with its tokenizer, its weights on `device` as `dtype`. Raises PairError."""
    named, config, folder = label(source), configuration(source, weights=True), hub.on_disk(source)
    own_classes = classes(named, config)
    if folder.parent == FOLDER:
        refuse_changed_weights(folder, hub.WEIGHTS)
    with _reading(named, "config.json or weights"):
        network, report = AUTO_CLASSES[form(config)].from_pretrained(
            folder, local_files_only=True, dtype=dtype, attn_implementation=attention.NAME, use_safetensors=True,
            ignore_mismatched_sizes=True, output_loading_info=True,
        )  # fmt: skip
        network = network.eval().requires_grad_(False).to(device)
    _refuse_other_weights(named, report)
    with _reading(named, "tokenizer"):
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    _refuse_other_tokenizers(named, tokenizer, config.vocab_size)
    return Model(_name(source), network, tokenizer, own_classes)


@contextmanager
def _reading(label: str, part: str) -> Iterator[None]:
    """What goes wrong in here is a PairError: damaged files make three libraries fail in a dozen ways, even dividing by 0."""
    try:
        yield
    except Exception as error:
        if is_out_of_memory(error) or isinstance(error, PairError):
            raise
        raise PairError(f"{label} can't be loaded: {_reason(error, part)}") from error


def _refuse_other_families(label: str, config: PreTrainedConfig) -> None:
    if config.model_type not in ("bert", "distilbert"):
        raise PairError(f"{label} is a {config.model_type} model; a pair is made of BERT and DistilBERT models.")
    if config.num_hidden_layers < 1:
        raise PairError(f"{label} has no layer, by its config.json.")


def _refuse_other_weights(label: str, report: dict) -> None:
    """transformers itself would fill with random numbers what the weights lack."""
    if mismatched := sorted(report["mismatched_keys"]):
        name, there, expected = mismatched[0]
        sizes = f"{' × '.join(map(str, there))} in its weights and {' × '.join(map(str, expected))} by its config.json"
        raise PairError(f"{label} can't be loaded: {name} is {sizes}.")
    if missing := sorted(report["missing_keys"]):
        raise PairError(f"{label} can't be loaded: its weights lack {len(missing)} of the model's tensors, such as {missing[0]}.")


def _refuse_other_tokenizers(label: str, tokenizer, most: int) -> None:
    """Without tokenizer files transformers makes up a tokenizer that knows no word at all."""
    if len(tokenizer) <= len(tokenizer.all_special_tokens):
        raise PairError(f"{label} holds no tokenizer, so no word could be read.")
    if None in (tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.mask_token_id):
        raise PairError(f"{label} has a tokenizer without [CLS], [SEP] and [MASK].")
    if len(tokenizer) > most:
        raise PairError(f"{label} knows {most} tokens and its tokenizer {len(tokenizer)}: they don't belong together.")


def _reason(error: Exception, part: str) -> str:
    text = str(error)
    if isinstance(error, OSError) and "safetensors" in text:
        return NO_WEIGHTS
    said = " ".join(text.split())[:200].rstrip(".")
    if isinstance(error, SafetensorError):
        return f"its weights are damaged ({said})."
    return f"its {part} can't be read ({type(error).__name__}: {said})."
