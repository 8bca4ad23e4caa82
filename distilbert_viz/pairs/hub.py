"""The hub before anything is fetched: what a model would need, at which commit, and what of it is on this disk.

`name@revision` names a branch, tag or commit; without one it is main. HF_HOME, HF_ENDPOINT, HF_HUB_OFFLINE and tokens are
huggingface_hub's own. No torch: the page asks here before a model is loaded.
"""

import json
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from distilbert_viz import families, settings
from distilbert_viz.pairs.catalogue import FOLDER
from distilbert_viz.pairs.refusals import CODE, MACHINE, NOT_FOR_VISITORS, NOT_HERE, NotFetched, PairError, hub_reason, other_family
from distilbert_viz.records.fetching import HubFile, Parcel

if TYPE_CHECKING:
    from huggingface_hub import ModelInfo
    from huggingface_hub.hf_api import RepoSibling

CONFIGURATION, WEIGHTS, INDEX = "config.json", "model.safetensors", "model.safetensors.index.json"
WORDS = ("tokenizer.json", "vocab.txt")
TOKENIZER = (*WORDS, "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json")
CODE_ENDINGS = (".bin", ".pt", ".pth", ".ckpt", ".h5", ".msgpack")
REVISION = re.compile(r"\w[\w.-]*(/\w[\w.-]*)*", re.ASCII)  # no part of it leads upwards
SECONDS_TO_ANSWER = 10.0


def split(source: str) -> tuple[str, str]:
    """(repository, revision) of `name` or `name@revision`. Raises PairError where it can be none of the hub's.

    It says the same of a folder that isn't there and of one that may not be opened.
    """
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id

    repository, _, revision = source.partition("@")
    try:
        validate_repo_id(repository if source.isprintable() else "")
    except HFValidationError as error:
        raise PairError(f"{source} can't be loaded: {_no_folder()} and no such model on the hub.") from error
    if revision and (not REVISION.fullmatch(revision) or ".." in revision):
        raise PairError(f"{source} can't be loaded: {revision} is no branch, tag or commit.")
    return repository, revision or "main"


def _no_folder() -> str:
    limited = settings.read().roots is not None
    return "there is no such folder below those that this server opens" if limited else f"there is no such folder on {MACHINE}"


def folder_of(source: str) -> Path | None:
    """The folder that `source` is, where there is one that may be opened: by the settings, or one that is built in."""
    allowed = settings.read().opens(source) or settings.is_below(source, (FOLDER,))
    return Path(source) if allowed and os.path.isdir(source) else None


def on_disk(source: str, weights: bool = True) -> Path:
    """The folder that `source` is, or its snapshot in the Hugging Face cache; no network. Raises PairError, NotFetched.

    A snapshot counts if everything is there that a model needs, or, without `weights`, its configuration.
    """
    if (folder := folder_of(source)) is not None:
        return folder
    from huggingface_hub import try_to_load_from_cache

    repository, revision = split(source)
    found = try_to_load_from_cache(repository, CONFIGURATION, revision=revision)
    if not isinstance(found, str) or (weights and not _whole(Path(found).parent)):
        raise NotFetched(f"{source} can't be loaded: {NOT_FOR_VISITORS if settings.read().public else NOT_HERE}")
    return Path(found).parent


def _whole(folder: Path) -> bool:
    """Whether all weights and a tokenizer are there."""
    if not any((folder / name).exists() for name in WORDS):
        return False
    return (folder / WEIGHTS).exists() or all((folder / name).exists() for name in _shards(folder / INDEX))


def _shards(index: Path) -> set[str]:
    """The files that an index names; without a readable index there is a file missing: the index."""
    try:
        return set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {index.name, WEIGHTS}


def missing(sources: Iterable[str], weights: bool = True) -> list[str]:
    """Those of the sources that would have to be fetched. Raises PairError."""
    return [source for source in dict.fromkeys(sources) if not _is_here(source, weights)]


def _is_here(source: str, weights: bool) -> bool:
    try:
        on_disk(source, weights)
    except NotFetched:
        return False
    return True


def commit(source: str) -> str | None:
    """The commit of a snapshot in the cache that `source` names; None for a folder of one's own. Raises NotFetched."""
    return None if folder_of(source) else on_disk(source, weights=False).name


def parcel(source: str, weights: bool = True) -> Parcel:
    """What the model, or without `weights` its configuration, needs, asked of the hub. Raises PairError."""
    from huggingface_hub import HfApi, constants

    repository, revision = split(source)
    try:
        info = HfApi(endpoint=constants.ENDPOINT).model_info(
            repository, revision=revision, files_metadata=True, timeout=SECONDS_TO_ANSWER
        )
        files = tuple(_file(sibling) for sibling in info.siblings or () if _needed(sibling.rfilename, weights))
    except Exception as error:  # the hub's library lets those of the libraries below it through
        raise PairError(f"{source} can't be fetched: {hub_reason(error, repository, revision)}") from error
    _refuse_unfit(source, info)
    licence = info.card_data.get("license") if info.card_data else None
    return Parcel(repository, revision, info.sha or "", licence, files, sum(here(repository, file) for file in files))


def _needed(name: str, weights: bool) -> bool:
    shard = name.startswith("model-") and name.endswith(".safetensors")
    return name == CONFIGURATION or (weights and (shard or name in (WEIGHTS, INDEX, *TOKENIZER)))


def _file(sibling: "RepoSibling") -> HubFile:
    if sibling.lfs and sibling.lfs.sha256 and sibling.lfs.size:
        return HubFile(sibling.rfilename, sibling.lfs.size, sibling.lfs.sha256, large=True)
    if sibling.lfs or sibling.size is None or not sibling.blob_id:
        return HubFile(sibling.rfilename, 0, "", large=False)
    return HubFile(sibling.rfilename, sibling.size, sibling.blob_id, large=False)


def _refuse_unfit(source: str, info: "ModelInfo") -> None:
    names = {sibling.rfilename for sibling in info.siblings or ()}
    family = (info.config or {}).get("model_type")
    if family is not None and not families.is_known(family):
        raise PairError(other_family(source, family))
    if not names & {WEIGHTS, INDEX}:
        code = sorted(name for name in names if name.endswith(CODE_ENDINGS))
        why = CODE.format(names=", ".join(code[:3])) if code else "it holds no weights at all."
        raise PairError(f"{source} can't be fetched: {why}")
    if CONFIGURATION not in names:
        raise PairError(f"{source} can't be fetched: it holds no config.json.")
    if not names & set(WORDS):
        raise PairError(f"{source} can't be fetched: it holds no tokenizer.")


def storage(repository: str) -> Path:
    """The folder of a repository in the Hugging Face cache."""
    from huggingface_hub import constants
    from huggingface_hub.file_download import repo_folder_name

    return Path(constants.HF_HUB_CACHE).expanduser() / repo_folder_name(repo_id=repository, repo_type="model")


def blob(repository: str, file: HubFile) -> Path:
    """Where the cache keeps the bytes of a file."""
    return storage(repository) / "blobs" / file.checksum


def partial(repository: str, file: HubFile) -> Path:
    """Where the bytes of a file lie until it is whole and checked."""
    return blob(repository, file).with_name(f"{file.checksum}.incomplete")


def here(repository: str, file: HubFile) -> int:
    """Bytes of a file that need not come again; of one without a checksum nothing is known."""
    if not file.checksum:
        return 0
    whole, begun = blob(repository, file), partial(repository, file)
    return file.size if whole.exists() else min(file.size, begun.stat().st_size) if begun.exists() else 0


def free_bytes() -> int:
    """Free bytes on the disk of the Hugging Face cache."""
    from huggingface_hub import constants

    cache = Path(constants.HF_HUB_CACHE).expanduser().absolute()
    return shutil.disk_usage(next(folder for folder in (cache, *cache.parents) if folder.exists())).free
