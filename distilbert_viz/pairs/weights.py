"""The weights of a candidate: how large they are by their headers, and reading them. Safetensors only, no remote code."""

from copy import deepcopy
from dataclasses import replace

import torch
import transformers
from transformers import PreTrainedModel

from distilbert_viz.families import ENCODER, Task
from distilbert_viz.pairs import attention, hub
from distilbert_viz.pairs.building import building
from distilbert_viz.pairs.candidates import Candidate
from distilbert_viz.pairs.catalogue import FOLDER
from distilbert_viz.pairs.checksums import refuse_changed_weights
from distilbert_viz.pairs.devices import weight_bytes
from distilbert_viz.pairs.reading import configuration, label, reading, weight_folder
from distilbert_viz.pairs.witness import held
from distilbert_viz.records.held import Held

UNREAD = "pooler."  # what an encoder of which hidden states alone are shown has behind them, and many checkpoints lack


def needed_bytes_of(source: str, dtype: str) -> int:
    """Bytes of one model's weights as `dtype`, before any is read. Raises PairError."""
    configuration(source, weights=True)  # a model of another family has weights of other names
    with reading(label(source), "weights"):
        return weight_bytes(weight_folder(source), dtype)


def read_weights(found: Candidate, task: Task, device: str, dtype: torch.dtype) -> tuple[PreTrainedModel, Held]:
    """The network of a candidate as a model of `task`, in eval mode, its weights on `device` as `dtype`, and how it agrees with its
    files.

    Raises PairError, also where the files say that it would be another model.
    """
    if found.folder.parent == FOLDER:
        refuse_changed_weights(found.folder, hub.WEIGHTS)
    with reading(found.label, "config.json or weights"), building():
        network: PreTrainedModel = getattr(transformers, task.auto).from_pretrained(
            found.folder, local_files_only=True, dtype=dtype, attn_implementation=attention.NAME, use_safetensors=True,
            ignore_mismatched_sizes=True,
        )  # fmt: skip
        ready: PreTrainedModel = network.eval().requires_grad_(False).to(device)
        return ready, replace(held(found.label, found.folder, ready, _spare(task)), framed=found.framed)


def refuse_other_tensors(found: Candidate, task: Task) -> None:
    """Raises PairError where the files hold other tensors than a model of `task`, by name, size and kind: no number is read."""
    with reading(found.label, "config.json or weights"), building():
        with torch.device("meta"):
            network = getattr(transformers, task.auto).from_config(deepcopy(found.config), dtype=torch.float32)
        held(found.label, found.folder, network, _spare(task))


def _spare(task: Task) -> str | None:
    return UNREAD if task == ENCODER else None
