"""What a folder is that can't be opened as it stands, in the words of who saved it, and the one line that mends it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
SAVE = "where you trust it, `AutoModelForMaskedLM.from_pretrained({folder!r}).save_pretrained({folder!r})` writes safetensors"
MERGE = "AutoPeftModelForMaskedLM.from_pretrained({folder!r}).merge_and_unload().save_pretrained('merged')"
NEWLINE = b"\n"
ENCODINGS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"\xef\xbb\xbf", "UTF-8 with a mark in front"))


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
    """Raises PairError where a file of the tokenizer isn't UTF-8; vocab.txt is read only where there is no tokenizer.json."""
    names = (name for name in TOKENIZER if name != WORDS[1] or not (folder / WORDS[0]).is_file())
    for name in names:
        if (folder / name).is_file():
            _refuse_other_text(label, folder, name)


def refuse_no_weights(label: str, folder: Path) -> None:
    """Raises PairError where safetensors weights are missing, in part or at all, or only stand for others."""
    index = folder / INDEX
    if not (folder / WEIGHTS).is_file():
        if not index.is_file():
            raise PairError(f"{label} can't be loaded: it holds no {WEIGHTS} file{_other_weights(folder)}.")
        if lost := sorted(name for name in shards(label, index) if not (folder / name).is_file()):
            raise PairError(f"{label} can't be loaded: its {INDEX} names {lost[0]}, and there is no such file.")
    for file in weight_files(label, folder):
        with file.open("rb") as opened:
            if opened.read(len(POINTER)) == POINTER:
                raise PairError(
                    f"{label} can't be loaded: its {file.name} is a Git LFS pointer; `git lfs pull` brings the weights."
                )


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
    mark = next((encoding for start, encoding in ENCODINGS if content.startswith(start)), None)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = f"line {content.count(NEWLINE, 0, error.start) + 1}, byte 0x{content[error.start]:02X}"
        iconv = f"`iconv -f {mark or 'ISO-8859-1'} -t UTF-8 {name} > new && mv new {name}`"
        guess = f"as {mark}, which it looks like" if mark else "as Latin-1, if it is"
        said = f"its {name} isn't UTF-8 ({place}); {iconv} in its folder reads it {guess}, and mends it."
        raise PairError(f"{label} can't be loaded: {said}") from error
    if mark and name.endswith(".json"):
        mend = f"`sed -i '1s/^\\xEF\\xBB\\xBF//' {name}` in its folder takes it away"
        raise PairError(f"{label} can't be loaded: its {name} begins with a byte order mark, which JSON has none of; {mend}.")


def _refuse_adapter(label: str, folder: Path) -> None:
    if not (folder / ADAPTER).is_file() or (folder / WEIGHTS).is_file():
        return
    found = read_json(label, folder / ADAPTER)
    base = found.get("base_model_name_or_path") if isinstance(found, dict) else None
    kind = found.get("peft_type") if isinstance(found, dict) else None
    of = f" of {str(base)[:100]}" if base else ""
    raise PairError(
        f"{label} can't be loaded: it is a {str(kind or 'PEFT')[:20]} adapter{of} and no model of its own; merge it first, "
        f"`{MERGE.format(folder=str(folder))}`, and give that folder."
    )


def _refuse_outer_folder(label: str, folder: Path) -> None:
    """sentence-transformers keeps a list of modules, and in older folders the encoder one folder below."""
    if not (folder / MODULES).is_file() or (folder / CONFIGURATION).is_file():
        return
    found = read_json(label, folder / MODULES)
    paths = [str(part.get("path", "")) for part in found if isinstance(part, dict)] if isinstance(found, list) else []
    inner = [path for path in paths if path and Path(path).name == path and (folder / path / CONFIGURATION).is_file()]
    give = f"; its encoder is the folder {folder / inner[0]}, give that one" if inner else " without an encoder"
    raise PairError(f"{label} can't be loaded: it is a sentence-transformers folder{give}.")


def _other_weights(folder: Path) -> str:
    """What is there in their place, if it is something known."""
    name = next((name for name in OTHERS if (folder / name).exists()), None)
    if name is None:
        return " (other weight files are not opened)"
    mend = f"; {SAVE.format(folder=str(folder))}" if name.startswith("pytorch") else ""
    return f" but {name}, {OTHERS[name]}, which is not opened{mend}"


def _inner(folder: Path) -> str:
    """A folder in it that does hold a configuration."""
    inner = sorted(part.name for part in folder.iterdir() if (part / CONFIGURATION).is_file())
    return f"; its folder {inner[0]} does, perhaps that one is meant" if inner else ""
