"""The weights of a candidate: how large they are by their headers, and reading them. Safetensors only, no remote code."""

from collections.abc import Mapping
from typing import Any

import torch
import transformers
from transformers import PreTrainedModel

from distilbert_viz.families import ENCODER, Task
from distilbert_viz.pairs import attention, hub
from distilbert_viz.pairs.candidates import Candidate
from distilbert_viz.pairs.catalogue import FOLDER
from distilbert_viz.pairs.checksums import refuse_changed_weights
from distilbert_viz.pairs.devices import weight_bytes
from distilbert_viz.pairs.reading import configuration, label, reading, weight_folder
from distilbert_viz.pairs.refusals import PairError

UNREAD = "pooler."  # what an encoder of which hidden states alone are shown has behind them, and many checkpoints lack


def needed_bytes_of(source: str, dtype: str) -> int:
    """Bytes of one model's weights as `dtype`, before any is read. Raises PairError."""
    configuration(source, weights=True)  # a model of another family has weights of other names
    with reading(label(source), "weights"):
        return weight_bytes(weight_folder(source), dtype)


def read_weights(found: Candidate, task: Task, device: str, dtype: torch.dtype) -> PreTrainedModel:
    """The network of a candidate as a model of `task`, in eval mode, its weights on `device` as `dtype`. Raises PairError."""
    if found.folder.parent == FOLDER:
        refuse_changed_weights(found.folder, hub.WEIGHTS)
    with reading(found.label, "config.json or weights"):
        network, report = getattr(transformers, task.auto).from_pretrained(
            found.folder, local_files_only=True, dtype=dtype, attn_implementation=attention.NAME, use_safetensors=True,
            ignore_mismatched_sizes=True, output_loading_info=True,
        )  # fmt: skip
        ready: PreTrainedModel = network.eval().requires_grad_(False).to(device)
    _refuse_other_weights(found.label, task, report)
    return ready


def _refuse_other_weights(label: str, task: Task, report: Mapping[str, Any]) -> None:
    """transformers itself would fill with random numbers what the weights lack."""
    if mismatched := sorted(report["mismatched_keys"]):
        name, there, expected = mismatched[0]
        sizes = f"{' × '.join(map(str, there))} in its weights and {' × '.join(map(str, expected))} by its config.json"
        raise PairError(f"{label} can't be loaded: {name} is {sizes}.")
    missing = sorted(name for name in report["missing_keys"] if task != ENCODER or not name.startswith(UNREAD))
    if missing:
        raise PairError(f"{label} can't be loaded: its weights lack {len(missing)} of the model's tensors, such as {missing[0]}.")
