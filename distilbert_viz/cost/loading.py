"""Seconds from a file on the disk to weights on the device."""

import tempfile
from pathlib import Path

import torch
from transformers import PreTrainedConfig

from distilbert_viz.cost import models
from distilbert_viz.cost.classes import plain, stock_class
from distilbert_viz.cost.passes import seconds
from distilbert_viz.cost.request import Request, RequestError
from distilbert_viz.pairs.building import building
from distilbert_viz.pairs.loading import weight_folders
from distilbert_viz.pairs.models import Network

TIMES = 3
Times = tuple[tuple[float, ...], tuple[float, ...]]


def loading(request: Request, both: tuple[Network, Network]) -> Times:
    """TIMES loadings of both in turn by from_pretrained, after one that isn't counted: the system holds the files in its cache.

    Read are the pair's own files, or, for the full sizes, files of the same random weights. Raises PairError, RequestError.
    """
    if not request.full_size:
        return _timed(request, weight_folders(request.pair, request.teacher, request.student))
    with tempfile.TemporaryDirectory(prefix="distilbert_viz_") as folder:
        folders = Path(folder, "teacher"), Path(folder, "student")
        try:
            for model, place in zip(both, folders, strict=True):
                model.network.save_pretrained(place)
        except OSError as error:
            raise RequestError(f"{folder} has no room for the weights that are to be loaded: {error.strerror}.") from error
        return _timed(request, folders)


def _timed(request: Request, folders: tuple[Path, Path]) -> Times:
    configs = models.configurations(request)
    counted = [[_seconds(request, *one) for one in zip(configs, folders, strict=True)] for _ in range(1 + TIMES)]
    teacher, student = zip(*counted[1:], strict=True)
    return teacher, student


def _seconds(request: Request, config: PreTrainedConfig, folder: Path) -> float:
    with building():
        return seconds(lambda: load(request, config, folder))


def load(request: Request, config: PreTrainedConfig, folder: Path) -> None:
    """Read the weights, every one: safetensors maps a file, and the disk is asked for it where it is first touched."""
    network = stock_class(config, request.form).from_pretrained(
        folder, config=plain(config), dtype=getattr(torch, request.dtype), attn_implementation=request.attention,
        use_safetensors=True, ignore_mismatched_sizes=True, local_files_only=True,
    )  # fmt: skip
    for parameter in network.to(request.device).parameters():  # type: ignore[arg-type]  # transformers wraps `to` without its self
        parameter.sum()
