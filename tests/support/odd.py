"""Tiny checkpoints saved in the many ways in which people really save them."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from transformers import BertForMaskedLM, BertTokenizer, DistilBertForMaskedLM, PreTrainedTokenizerFast

from tests.support.tiny import bert_config, distilbert_config, random_model

NAMES = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
ANGLE = {"pad_token": "<pad>", "unk_token": "<unk>", "cls_token": "<s>", "sep_token": "</s>", "mask_token": "<mask>"}
PIECES = ["the", "capital", "of", "france", "is", "paris", "cat", "sat", "on", "mat", ".", "a", "b", "##s", "1"]
WEIGHTS = "model.safetensors"
Tensors = dict[str, torch.Tensor]


def wordpiece(names: dict[str, str] = NAMES, pieces: list[str] = PIECES, **choices: object) -> BertTokenizer:
    """BERT's tokenizer over a vocabulary of twenty."""
    return BertTokenizer(vocab={piece: i for i, piece in enumerate([*names.values(), *pieces])}, **names, **choices)


def byte_level() -> PreTrainedTokenizerFast:
    """A BERT's special tokens over byte-level BPE without a merge: a token a byte."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    model = BPE({piece: i for i, piece in enumerate([*NAMES.values(), *alphabet])}, [], unk_token="[UNK]")
    made = Tokenizer(model)
    made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=True), decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=made, **NAMES)


def teacher(folder: Path, tokenizer=None, kind: type = BertForMaskedLM, **sizes: object) -> Path:
    """A BERT of four layers in a folder of its own."""
    return _save(folder, random_model(kind, bert_config(4, **_sizes(tokenizer) | sizes), 1), tokenizer)


def student(folder: Path, tokenizer=None, kind: type = DistilBertForMaskedLM, **sizes: object) -> Path:
    """A DistilBERT of two layers in a folder of its own."""
    return _save(folder, random_model(kind, distilbert_config(2, **_sizes(tokenizer) | sizes), 2), tokenizer)


def _sizes(tokenizer) -> dict[str, object]:
    return {"vocab_size": len(tokenizer or wordpiece()), "max_position_embeddings": 64}


def _save(folder: Path, model: torch.nn.Module, tokenizer) -> Path:
    model.save_pretrained(folder)
    (tokenizer or wordpiece()).save_pretrained(folder)
    return folder


def configure(folder: Path | str, **values: object) -> Path:
    """Write values into the folder's config.json."""
    file = Path(folder, "config.json")
    file.write_text(json.dumps(json.loads(file.read_text()) | values))
    return file.parent


def change(folder: Path, by: Callable[[Tensors], Tensors]) -> Path:
    """Write the folder's tensors as `by` makes them."""
    made = {name: tensor.contiguous() for name, tensor in by(load_file(folder / WEIGHTS)).items()}
    save_file(made, folder / WEIGHTS, metadata={"format": "pt"})
    return folder


def spoil(folder: Path, name: str, value: float = float("nan")) -> Path:
    """Fill one tensor with a number that isn't finite."""
    return change(folder, lambda tensors: tensors | {name: torch.full_like(tensors[name], value)})


KEYS: list[tuple[str, list[object]]] = [
    ("position_embedding_type", ["relative_key", "absolute", "rotary", 3, None, []]),
    ("hidden_act", ["relu", "gelu_new", "no such function", None, 7]), ("activation", ["relu", "silu", "nothing", None]),
    ("is_decoder", [True, False, "yes"]), ("add_cross_attention", [True]), ("type_vocab_size", [0, 1, 2, 3, -1, "two"]),
    ("tie_word_embeddings", [False, None, "no"]), ("vocab_size", [0, 19, 20, 24, 10**9, "many"]),
    ("max_position_embeddings", [0, 1, 8, 64, 100000]), ("num_hidden_layers", [0, 3, 5, "all"]), ("n_layers", [0, 1, 3, None]),
    ("num_attention_heads", [0, 1, 5, 24, -3]), ("n_heads", [0, 5, 24]), ("hidden_size", [0, 23, 24, 48]), ("dim", [0, 48]),
    ("intermediate_size", [0, 40, 41]), ("layer_norm_eps", [0.0, -1.0, "tiny", 1e30]), ("pad_token_id", [None, -1, 10**6]),
    ("architectures", [None, [], ["BertModel"], ["BertForSequenceClassification"], "BertForMaskedLM", [3], {}]),
    ("model_type", ["gpt2", "bert", "distilbert", None, 3, "no such"]), ("quantization_config", [{"quant_method": "gptq"}, {}, 4]),
    ("auto_map", [{"AutoModel": "x.Y"}, {"AutoTokenizer": "x.Y"}, 3]), ("initial_layers", [[0, 3], [0, 9], "ab", {}]),
    ("num_labels", [1, 3, -1]), ("id2label", [{"0": "a"}, [], "x"]), ("problem_type", ["regression", "nothing"]),
    ("sinusoidal_pos_embds", [True]), ("pruned_heads", [{"0": [1]}]), ("foo", ["bar", 3, {"a": [1]}]),
    ("dtype", ["float16", "x", 3]),
]  # fmt: skip
TEXTS = ["config.json", "tokenizer.json", "tokenizer_config.json"]
SPOILT: list[bytes] = [
    b"", b"{", b"[]", b"{}", b"null", b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b'{"a": "\xe9"}', b"[" * 100_000, b'{"a": NaN}',
    b"3",
]  # fmt: skip


def damage(folder: Path, random: Random) -> str:
    """Do one odd thing to a folder, and say what."""
    kind = random.choice([_key, _key, _key, _text, _json, _tensor, _tensor, _dtype, _shards, _lost, _bytes, _task])
    try:
        return f"{folder.name}: {kind(folder, random)}"
    except (OSError, ValueError, TypeError, RuntimeError, SafetensorError):
        return f"{folder.name}: nothing more, for what was done before"


def _key(folder: Path, random: Random) -> str:
    key, values = random.choice(KEYS)
    value = random.choice(values)
    configure(folder, **{key: value})
    return f"{key} = {value!r}"


def _text(folder: Path, random: Random) -> str:
    name, content = random.choice(TEXTS), random.choice(SPOILT)
    (folder / name).write_bytes(content)
    return f"{name} = {content[:20]!r}"


def _json(folder: Path, random: Random) -> str:
    """One value somewhere in the tokenizer is another one, or gone."""
    name = random.choice(TEXTS[1:])
    found = json.loads((folder / name).read_text())
    part, said = found, [name]
    while isinstance(part, dict) and part:
        key = random.choice(sorted(part))
        said.append(key)
        if not isinstance(part[key], dict) or random.random() < 0.4:
            value = random.choice([None, 0, "", [], {}, -1, "x", True, 1e9])
            _ = part.pop(key) if random.random() < 0.3 else part.update({key: value})
            break
        part = part[key]
    (folder / name).write_text(json.dumps(found))
    return f"{' '.join(said)} changed"


def _tensor(folder: Path, random: Random) -> str:
    """A tensor under another name, gone, of another shape, added, or with numbers that aren't finite."""
    if not (folder / WEIGHTS).is_file():
        return "no weights to change"
    name = random.choice(sorted(load_file(folder / WEIGHTS)))
    what = random.choice(["renamed", "lost", "reshaped", "added", "wrapped", "nan", "inf", "huge", "empty"])

    def by(tensors: Tensors) -> Tensors:
        old = tensors[name]
        rest = {key: value for key, value in tensors.items() if key != name}
        match what:
            case "renamed":
                return rest | {random.choice([f"{name}_", f"x.{name}", name.upper(), "weight", "é"]): old}
            case "lost":
                return {key: value for key, value in tensors.items() if not key.startswith(name.rpartition(".")[0])}
            case "reshaped":
                return rest | {name: torch.zeros(random.choice([[1], [0], [2, 3], [24, 24, 1], []]))}
            case "added":
                return tensors | {
                    random.choice([f"{name}.more", "pooler.dense.weight", "fit_dense.weight", "cls.x"]): torch.ones(3)
                }
            case "wrapped":
                prefix = random.choice(["_orig_mod.", "module.", "model.", "module._orig_mod."])
                return {f"{prefix}{key}": value for key, value in tensors.items()}
            case "empty":
                return {"nothing": torch.zeros(0)}
        return rest | {name: torch.full_like(old, {"nan": float("nan"), "inf": float("inf"), "huge": 3e38}[what])}

    change(folder, by)
    return f"{name} {what}"


def _dtype(folder: Path, random: Random) -> str:
    if not (folder / WEIGHTS).is_file():
        return "no weights to cast"
    dtype = random.choice([torch.float16, torch.bfloat16, torch.float64, torch.int8, torch.int64, torch.bool])
    alone = random.random() < 0.5
    chosen = random.choice(sorted(load_file(folder / WEIGHTS)))
    change(folder, lambda tensors: {n: t.to(dtype) if not alone or n == chosen else t for n, t in tensors.items()})
    return f"{chosen if alone else 'all'} as {dtype}"


def _shards(folder: Path, random: Random) -> str:
    """Weights in two files with an index, which may name a file that isn't there, or another's."""
    if not (folder / WEIGHTS).is_file():
        return "no weights to cut"
    tensors = load_file(folder / WEIGHTS)
    names = sorted(tensors)
    cut = random.randrange(1, len(names))
    parts = {"model-00001-of-00002.safetensors": names[:cut], "model-00002-of-00002.safetensors": names[cut:]}
    for file, part in parts.items():
        save_file({name: tensors[name] for name in part}, folder / file, metadata={"format": "pt"})
    index = {name: file for file, part in parts.items() for name in part}
    (folder / WEIGHTS).unlink()
    what = random.choice(["whole", "whole", "lost", "elsewhere", "number", "bare"])
    if what == "lost":
        (folder / "model-00002-of-00002.safetensors").unlink()
    if what in ("elsewhere", "number"):
        index[names[0]] = "../x.safetensors" if what == "elsewhere" else 3
    written = {} if what == "bare" else {"metadata": {}, "weight_map": index}
    (folder / f"{WEIGHTS}.index.json").write_text(json.dumps(written))
    return f"shards {what}"


def _lost(folder: Path, random: Random) -> str:
    file = random.choice(sorted(path for path in folder.iterdir() if path.is_file()))
    file.unlink()
    return f"{file.name} lost"


def _bytes(folder: Path, random: Random) -> str:
    """Some bytes of a file are others, or its end is gone, or it is a Git LFS pointer."""
    file = random.choice(sorted(path for path in folder.iterdir() if path.is_file()))
    content = bytearray(file.read_bytes())
    what = random.choice(["spoilt", "cut", "pointer"])
    for _ in range(min(5, len(content))):
        content[random.randrange(len(content))] = random.randrange(256)
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n"
    file.write_bytes({"spoilt": bytes(content), "cut": bytes(content[: len(content) // 2]), "pointer": pointer}[what])
    return f"{file.name} {what}"


def _task(folder: Path, random: Random) -> str:
    """What other programs leave: an adapter's or sentence-transformers' files, PyTorch's own weights."""
    what = random.choice(["adapter", "modules", "bin"])
    if what == "adapter":
        (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "base_model_name_or_path": "bert-base"}))
        (folder / WEIGHTS).unlink(missing_ok=True)
    if what == "modules":
        (folder / "modules.json").write_text(json.dumps([{"path": "0_Transformer"}]))
        (folder / "config.json").unlink(missing_ok=True)
    if what == "bin":
        (folder / WEIGHTS).unlink(missing_ok=True)
        (folder / "pytorch_model.bin").write_bytes(b"x")
    return what
