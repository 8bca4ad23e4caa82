"""One model's folder on this disk, and its configuration; whatever is wrong with its files is a PairError.

A folder is built in, one's own, or a snapshot in the Hugging Face cache.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from transformers import AutoConfig, PreTrainedConfig, logging

from distilbert_viz import families
from distilbert_viz.pairs import hub
from distilbert_viz.pairs.catalogue import FOLDER
from distilbert_viz.pairs.configurations import refuse_another_model
from distilbert_viz.pairs.devices import is_out_of_memory
from distilbert_viz.pairs.folders import raw_configuration, refuse_no_weights
from distilbert_viz.pairs.refusals import PairError, other_family

logging.set_verbosity_error()
logging.disable_progress_bar()


def weight_folder(source: str) -> Path:
    """The folder on this disk with a model's weights. Raises PairError."""
    folder = hub.on_disk(source)
    refuse_no_weights(label(source), folder)
    return folder


def label(source: str) -> str:
    """What a person calls it: the built-in ones by what they are, all others by their name or folder."""
    return f"built-in {Path(source).name}" if Path(source).parent == FOLDER else source


def configuration(source: str, weights: bool = False) -> PreTrainedConfig:
    """One model's configuration; with `weights` only where they are here too. Raises PairError."""
    named, folder = label(source), hub.on_disk(source, weights)
    with reading(named, "config.json"):
        raw = raw_configuration(named, folder)
        config: PreTrainedConfig = AutoConfig.from_pretrained(folder, local_files_only=True)
        refuse_unfit(named, raw, config)
    return config


def refuse_unfit(label: str, raw: Mapping[str, Any], config: PreTrainedConfig) -> None:
    """Raises PairError where a configuration is of no family here or, as `raw` has it, of a model that computes otherwise."""
    if not families.is_known(config.model_type):
        raise PairError(other_family(label, config.model_type))
    for what, count in (("layer", config.num_hidden_layers), ("head", config.num_attention_heads)):
        if count < 1:
            raise PairError(f"{label} has no {what}, by its config.json.")
    refuse_another_model(label, raw, config.hidden_size)


@contextmanager
def reading(label: str, part: str) -> Iterator[None]:
    """What goes wrong in here is a PairError: damaged files make three libraries fail in a dozen ways, even dividing by 0."""
    try:
        yield
    except Exception as error:
        if is_out_of_memory(error) or isinstance(error, PairError):
            raise
        raise PairError(f"{label} can't be loaded: {_reason(error, part)}") from error


def _reason(error: Exception, part: str) -> str:
    text = str(error)
    said = " ".join(text.split())[:200].rstrip(".")
    if isinstance(error, SafetensorError):
        return f"its weights are damaged ({said})."
    return f"its {part} can't be read ({type(error).__name__}: {said})."
