"""Whether a model is what its files say: every tensor of the files is held against the network that was made of them.

Nothing of the loading is used here, only names and numbers, so that a tensor or a key that a library reads past is found.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from safetensors import safe_open
from transformers import PreTrainedModel

from distilbert_viz import families
from distilbert_viz.pairs import mending
from distilbert_viz.pairs.configurations import unread
from distilbert_viz.pairs.folders import raw_configuration, weight_files
from distilbert_viz.pairs.refusals import ANOTHER, PairError, quantised
from distilbert_viz.records.held import Held

OLD_NAMES = {"gamma": "weight", "beta": "bias"}  # of a LayerNorm, in weights that were converted from TensorFlow
BUFFERS = ("position_ids", "token_type_ids")
ADAPTED = {"base_layer", "lora_A", "lora_B"}  # parts of names that peft gives
FLOATING = ("F", "BF")  # as safetensors names kinds of numbers: F32, BF16, F8_E4M3; I8, U8 and BOOL are none
# Heads of other tasks, by a name that their tensors begin with.
TASKS = {"qa_outputs": "answers questions", "classifier": "tells classes apart", "cls.predictions": "predicts masked words",
         "vocab_projector": "predicts masked words"}  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Network:
    """The names of a network: its tensors, and where a tensor of a file belongs."""

    network: PreTrainedModel

    @cached_property
    def tensors(self) -> Mapping[str, torch.Tensor]:
        """Every tensor by each of its names: one that is tied has two."""
        return dict(self.network.state_dict(keep_vars=True))

    @property
    def prefix(self) -> str:
        """What stands before the encoder's names in a network with a head."""
        return f"{families.family(self.network.config.model_type).base}."

    @cached_property
    def base(self) -> str:
        """What stands before the encoder's names in this one: nothing where it is an encoder alone."""
        return self.prefix if any(name.startswith(self.prefix) for name in self.tensors) else ""

    @cached_property
    def heads(self) -> set[str]:
        """The modules outside the encoder that own a tensor themselves."""
        return {name.rpartition(".")[0] for name in self.tensors if not name.startswith(self.base)}

    def own_name(self, name: str) -> str | None:
        """What the network calls a tensor of a file; None where it has no such tensor."""
        module, _, leaf = name.rpartition(".")
        renamed = f"{module}.{OLD_NAMES.get(leaf, leaf)}"
        candidates = [n for one in (name, renamed) for n in (one, self.prefix + one, one.removeprefix(self.prefix))]
        return next((candidate for candidate in candidates if candidate in self.tensors), None)

    def reads_past(self, name: str) -> bool:
        """Whether a tensor that the network lacks lies inside a part of it, so that without it the part is another one."""
        if name.endswith(BUFFERS):
            return False
        module, inside = name.rpartition(".")[0], name.removeprefix(self.prefix)
        if not name.startswith(self.prefix) and not self._is_part(self.base + inside.partition(".")[0]):
            return any(module == head or module.startswith(f"{head}.") for head in self.heads)
        parts = families.family(self.network.config.model_type).components
        return not any(inside.startswith(f"{part}.") and not self._is_part(self.base + part) for part in parts)

    def _is_part(self, path: str) -> bool:
        return any(name.startswith(f"{path}.") for name in self.tensors)


def held(label: str, folder: Path, network: PreTrainedModel, spare: str | None = None) -> Held:
    """The folder's tensors and keys against the network. Raises PairError where it would be another model than they say.

    Tensors of the network whose names begin with `spare` are never shown, and may be missing. A network on torch's meta device has
    no numbers to hold against the files'.
    """
    mine = _Network(network)
    covered: set[int] = set()
    unused: list[str] = []
    used = 0
    places = list(_places(label, folder))
    names = [name for _, name in places]
    _refuse_adapted(label, names)
    _refuse_wrapped(label, mine, names)
    for file, name in places:
        if (own := mine.own_name(name)) is None:
            unused.append(name)
            continue
        with safe_open(file, framework="pt") as weights:  # anew for each, as an open file keeps what was read of it in memory
            _refuse_other_numbers(label, file, name, weights, mine.tensors[own])
        covered.add(id(mine.tensors[own]))
        used += 1
    covered |= {id(tensor) for name, tensor in mine.tensors.items() if spare is not None and name.startswith(spare)}
    _refuse_lacking(label, mine, covered, names)
    _refuse_unused(label, mine, unused)
    told = sorted(name for name in unused if not name.endswith(BUFFERS))
    return Held(used, tuple(told), unread(raw_configuration(label, folder), network.config))


def _places(label: str, folder: Path) -> Iterator[tuple[Path, str]]:
    """Every tensor of the folder, by its file and its name."""
    for file in weight_files(label, folder):
        with safe_open(file, framework="pt") as weights:
            yield from ((file, name) for name in weights.keys())  # noqa: SIM118


def _refuse_other_numbers(label: str, file: Path, name: str, weights: safe_open, ours: torch.Tensor) -> None:
    header = weights.get_slice(name)  # type: ignore[no-untyped-call]
    shape, kind = header.get_shape(), header.get_dtype()
    if not kind.startswith(FLOATING):
        raise PairError(quantised(label, f"its {name} holds whole numbers, {kind}"))
    if shape != list(ours.shape):
        both = f"{_sizes(shape)} in its weights and {_sizes(ours.shape)} by its config.json"
        raise PairError(f"{label} can't be loaded: {name} is {both}.")
    if ours.is_meta:
        return
    theirs = weights.get_tensor(name).to(ours.device, ours.dtype)  # type: ignore[no-untyped-call]
    if not torch.equal(theirs, ours) and not torch.allclose(theirs, ours, rtol=0, atol=0, equal_nan=True):
        raise PairError(f"{label} can't be shown: {name} in its {file.name} isn't what the model made of it holds; {ANOTHER}")


def _sizes(shape: Iterable[int]) -> str:
    return " × ".join(map(str, shape)) or "one number"


def _refuse_adapted(label: str, names: list[str]) -> None:
    """A model that was saved with its adapter beside it has neither's numbers where the model's own are looked for."""
    if name := next((name for name in names if ADAPTED & set(name.split("."))), None):
        raise PairError(
            f"{label} can't be loaded: its weights are a model and an adapter that wasn't merged into it ({name} is one of them); "
            "where it was made, `model.merge_and_unload().save_pretrained(...)` saves one model."
        )


def _refuse_wrapped(label: str, mine: _Network, names: list[str]) -> None:
    """A state dict that was saved with whatever the model was wrapped in has that wrapper's name before every one of its own."""
    if not names or any(map(mine.own_name, names)):
        return
    first = names[0].split(".")
    prefixes = (".".join(first[: length + 1]) + "." for length in range(len(first) - 1))
    for prefix in prefixes:
        if all(name.startswith(prefix) for name in names) and any(mine.own_name(name.removeprefix(prefix)) for name in names):
            kind = "compiled (torch.compile)" if "_orig_mod" in prefix else "wrapped"
            saved = f"its weights were saved from a {kind} model, so that all names begin with {prefix}"
            raise PairError(f"{label} can't be loaded: {saved}; in its folder, {mending.unwrap(prefix)} takes that away.")


def _refuse_lacking(label: str, mine: _Network, covered: set[int], names: list[str]) -> None:
    """What the files lack would be filled with random numbers."""
    lacking = sorted(name for name, tensor in mine.tensors.items() if id(tensor) not in covered)
    if not lacking:
        return
    head = [name for name in mine.tensors if not name.startswith(mine.base)]
    tied = {id(tensor) for name, tensor in mine.tensors.items() if name.startswith(mine.base)}
    if set(lacking) != {name for name in head if id(mine.tensors[name]) not in tied}:
        raise PairError(f"{label} can't be loaded: its weights lack {len(lacking)} of the model's tensors, such as {lacking[0]}.")
    other = next((words for start, words in TASKS.items() if any(name.startswith(f"{start}.") for name in names)), None)
    has = f"an encoder with a head that {other}" if other else "an encoder without a head"
    raise PairError(f"{label} can't be loaded: it is {has}, and lacks the head that is needed here, {lacking[0]} among others.")


def _refuse_unused(label: str, mine: _Network, unused: list[str]) -> None:
    if past := sorted(filter(mine.reads_past, unused)):
        count = f"{len(past)} tensors" if len(past) > 1 else "a tensor"
        raise PairError(
            f"{label} can't be shown: its weights hold {count} which transformers doesn't use, such as {past[0]}; {ANOTHER}"
        )
