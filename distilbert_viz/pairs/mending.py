"""The one line that mends a folder which can't be opened as it stands, for a shell, whatever names stand in it.

A line that reads a model reads it as the class that its own files name, since another class would give it another head.
"""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from distilbert_viz.families import task_of

# What peft calls the tasks of its adapters; every other adapter is taken for one of a masked-LM model.
PEFT_TASKS = {
    "SEQ_CLS": "ForSequenceClassification", "TOKEN_CLS": "ForTokenClassification", "QUESTION_ANS": "ForQuestionAnswering",
    "FEATURE_EXTRACTION": "Model",
}  # fmt: skip


def safetensors(folder: str, raw: Mapping[str, Any]) -> str:
    """Weights of PyTorch's own kind as safetensors, beside them."""
    return _python(
        f"from transformers import {_kind(raw)} as M; M.from_pretrained({_text(folder)}).save_pretrained({_text(folder)})"
    )


def dequantise(source: str, raw: Mapping[str, Any]) -> str:
    """Plain weights of quantised ones, in the folder "plain", by the names in use now: transformers knows no way back to others."""
    imports, model, tokenizer = _imports(_kind(raw)), f"M.from_pretrained({_text(source)})", f"T.from_pretrained({_text(source)})"
    saved = 'save_pretrained("plain", save_original_format=False)'
    return _python(f'{imports}; {model}.dequantize().{saved}; {tokenizer}.save_pretrained("plain")')


def merge(folder: str, base: str, task: str | None) -> str:
    """The model that an adapter makes of its base, in the folder "merged"; `task` as peft calls it."""
    imports = f"{_imports(task_of(PEFT_TASKS.get(str(task), '')).auto)}; from peft import PeftModel as P"
    model = f"P.from_pretrained(M.from_pretrained({_text(base)}), {_text(folder)}).merge_and_unload()"
    tokenizer = f"T.from_pretrained({_text(base)})"
    return _python(f'{imports}; {model}.save_pretrained("merged"); {tokenizer}.save_pretrained("merged")')


def unwrap(prefix: str) -> str:
    """Tensors without what stands before all their names; to be run in the folder."""
    names = f"{{k.removeprefix({_text(prefix)}): v for k, v in load_file(f).items()}}"
    return _python(f'from safetensors.torch import load_file, save_file; f = "model.safetensors"; save_file({names}, f, '
                   '{"format": "pt"})')  # fmt: skip


def to_utf8(name: str, encoding: str) -> str:
    """A file in another encoding as UTF-8; to be run in the folder."""
    return f"`iconv -f {encoding} -t UTF-8 {name} > new && mv new {name}`"


def without_mark(name: str) -> str:
    """A file without the byte order mark in front; to be run in the folder."""
    return f"`sed -i '1s/^\\xEF\\xBB\\xBF//' {name}`"


def _kind(raw: Mapping[str, Any]) -> str:
    """The class of transformers that opens a model with this config.json as what it is."""
    named = raw.get("architectures")
    return task_of(str(named[0]) if isinstance(named, list) and named else "").auto


def _imports(kind: str) -> str:
    return f"from transformers import {kind} as M, AutoTokenizer as T"


def _text(value: str) -> str:
    """In Python, with the quotation marks that a shell's own leave alone."""
    return json.dumps(value, ensure_ascii=False)


def _python(code: str) -> str:
    return f"`python -c {shlex.quote(code)}`"
