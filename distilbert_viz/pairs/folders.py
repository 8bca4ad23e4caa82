"""What a folder is that can't be opened as it stands, in the words of who saved it, and the one line that mends it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from distilbert_viz.pairs import mending
from distilbert_viz.pairs.hub import CONFIGURATION, INDEX, TOKENIZER, WEIGHTS, WORDS
from distilbert_viz.pairs.refusals import PairError

ADAPTER, MODULES = "adapter_config.json", "modules.json"
POINTER = b"version https://git-lfs"
OTHERS = {
    "pytorch_model.bin": "PyTorch weights that could run code when opened",
    "pytorch_model.bin.index.json": "PyTorch weights that could run code when opened",
    "tf_model.h5": "TensorFlow weights",
    "flax_model.msgpack": "Flax weights",
    "model.onnx": "an ONNX graph",
    "bert_model.ckpt.index": "Google's TensorFlow checkpoint",
}
LISTS = ("vocab.txt", "vocab.json", "merges.txt")  # of words or pieces, from before there was one file of everything
NEWLINE = b"\n"
MARK = b"\xef\xbb\xbf"  # a byte order mark, as UTF-8
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def raw_configuration(label: str, folder: Path) -> Mapping[str, Any]:
    """What config.json holds. Raises PairError where there is none, in the words of what the folder is instead."""
    _refuse_adapter(label, folder)
    _refuse_outer_folder(label, folder)
    if not (folder / CONFIGURATION).is_file():
        raise PairError(f"{label} can't be loaded: it holds no config.json{_inner(folder)}.")
    found = read_json(label, folder / CONFIGURATION)
    if not isinstance(found, dict):
        raise PairError(f"{label} can't be loaded: its config.json can't be read (it is a list or a value, and no object).")
    return found


def refuse_other_text(label: str, folder: Path) -> None:
    """Raises PairError where a file of the tokenizer isn't UTF-8; lists of words are read only where there is no tokenizer.json."""
    lists = () if (folder / WORDS[0]).is_file() else LISTS
    for name in (*lists, *(name for name in TOKENIZER if name not in LISTS)):
        if (folder / name).is_file():
            _refuse_other_text(label, folder, name)


def refuse_no_weights(label: str, folder: Path) -> None:
    """Raises PairError where safetensors weights are missing, in part or at all, or only stand for others."""
    index = folder / INDEX
    if not (folder / WEIGHTS).is_file():
        if not index.is_file():
            raise PairError(f"{label} can't be loaded: it holds no {WEIGHTS} file{_other_weights(label, folder)}.")
        if lost := sorted(name for name in shards(label, index) if not (folder / name).is_file()):
            raise PairError(f"{label} can't be loaded: its {INDEX} names {lost[0]}, and there is no such file.")
    for file in weight_files(label, folder):
        with file.open("rb") as opened:
            if opened.read(len(POINTER)) == POINTER:
                raise PairError(
                    f"{label} can't be loaded: its {file.name} is a Git LFS pointer; `git lfs pull` brings the weights."
                )


def holds_weights(folder: Path) -> bool:
    """Whether there is anything that stands for a model's weights, be it whole or of a kind that is never opened."""
    return any((folder / name).exists() for name in (WEIGHTS, INDEX, *OTHERS))


def weight_files(label: str, folder: Path) -> list[Path]:
    """The safetensors files that hold a model's weights. Raises PairError where an index can't be read."""
    if (folder / WEIGHTS).is_file():
        return [folder / WEIGHTS]
    return [folder / name for name in sorted(shards(label, folder / INDEX))]


def shards(label: str, index: Path) -> set[str]:
    """The files that an index names, all of them in its own folder. Raises PairError."""
    found = read_json(label, index)
    named = found.get("weight_map") if isinstance(found, dict) else None
    names = list(named.values()) if isinstance(named, dict) else []
    if not names or not all(isinstance(name, str) and Path(name).name == name for name in names):
        raise PairError(f"{label} can't be loaded: its {index.name} doesn't name the files with its weights.")
    return set(names)


def read_json(label: str, file: Path) -> Any:
    """What a JSON file holds. Raises PairError with the line where it isn't JSON."""
    _refuse_other_text(label, file.parent, file.name)
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise PairError(f"{label} can't be loaded: its {file.name} can't be read (line {error.lineno}: {error.msg}).") from error
    except (ValueError, RecursionError) as error:
        raise PairError(f"{label} can't be loaded: its {file.name} can't be read ({type(error).__name__}).") from error


def _refuse_other_text(label: str, folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    encoding, guess = (
        ("UTF-16", "UTF-16, which it looks like") if content.startswith(UTF_16) else ("ISO-8859-1", "Latin-1, if it is")
    )
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = f"line {content.count(NEWLINE, 0, error.start) + 1}, byte 0x{content[error.start]:02X}"
        mend = f"{mending.to_utf8(name, encoding)} in its folder reads it as {guess}, and mends it"
        raise PairError(f"{label} can't be loaded: its {name} isn't UTF-8 ({place}); {mend}.") from error
    if content.startswith(MARK):
        why = "which JSON has none of" if name.endswith(".json") else "which would be read as part of its first word"
        mend = f"{mending.without_mark(name)} in its folder takes it away"
        raise PairError(f"{label} can't be loaded: its {name} begins with a byte order mark, {why}; {mend}.")


def _refuse_adapter(label: str, folder: Path) -> None:
    if not (folder / ADAPTER).is_file() or (folder / WEIGHTS).is_file():
        return
    read = read_json(label, folder / ADAPTER)
    found: Mapping[str, Any] = read if isinstance(read, dict) else {}
    base = str(found.get("base_model_name_or_path") or "")[:100]
    kind = f"{str(found.get('peft_type') or 'PEFT')[:20]} adapter{f' of {base}' if base else ''}"
    merge = f", {mending.merge(str(folder), base, found.get('task_type'))}, and give the folder “merged”" if base else ""
    raise PairError(f"{label} can't be loaded: it is a {kind} and no model of its own; merge it into its model first{merge}.")


def _refuse_outer_folder(label: str, folder: Path) -> None:
    """sentence-transformers keeps a list of modules, and in older folders the encoder one folder below."""
    if not (folder / MODULES).is_file() or (folder / CONFIGURATION).is_file():
        return
    found = read_json(label, folder / MODULES)
    paths = [str(part.get("path", "")) for part in found if isinstance(part, dict)] if isinstance(found, list) else []
    inner = [path for path in paths if path and Path(path).name == path and (folder / path / CONFIGURATION).is_file()]
    give = f"; its encoder is the folder {folder / inner[0]}, give that one" if inner else " without an encoder"
    raise PairError(f"{label} can't be loaded: it is a sentence-transformers folder{give}.")


def _other_weights(label: str, folder: Path) -> str:
    """What is there in their place, if it is something known."""
    name = next((name for name in OTHERS if (folder / name).exists()), None)
    if name is None:
        return " (other weight files are not opened)"
    if not name.startswith("pytorch"):
        return f" but {name}, {OTHERS[name]}, which is not opened"
    raw = read_json(label, folder / CONFIGURATION) if (folder / CONFIGURATION).is_file() else {}
    mend = mending.safetensors(str(folder), raw if isinstance(raw, dict) else {})
    return f" but {name}, {OTHERS[name]}, which is not opened; where you trust it, {mend} writes safetensors"


def _inner(folder: Path) -> str:
    """A folder in it that does hold a configuration."""
    inner = sorted(part.name for part in folder.iterdir() if (part / CONFIGURATION).is_file())
    return f"; its folder {inner[0]} does, perhaps that one is meant" if inner else ""
