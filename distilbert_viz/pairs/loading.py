"""Loading a pair: built in, by a hub name, or from a folder. Safetensors only, no remote code."""

from pathlib import Path

import torch
from huggingface_hub.errors import HfHubHTTPError
from transformers import AutoConfig, AutoModelForMaskedLM, AutoTokenizer, logging

from distilbert_viz.pairs import attention
from distilbert_viz.pairs.catalogue import CATALOGUE, FOLDER, PairCard
from distilbert_viz.pairs.layers import initial_layers
from distilbert_viz.pairs.models import Model, Pair

logging.set_verbosity_error()
logging.disable_progress_bar()


class PairError(ValueError):
    """A pair that can't be loaded, said in one sentence for a person."""


def load_pair(name: str = "built-in", teacher: str | None = None, student: str | None = None, device: str | None = None) -> Pair:
    """The pair of the catalogue called `name`, or the pair of two hub names or folders `teacher` and `student`.

    Weights are read as float32 in eval mode, onto `device`, by default the fastest there is. Raises PairError with one
    sentence when that can't be done.
    """
    card = _card(name, teacher, student)
    models = [_model(source, device or fastest_device()) for source in (card.teacher, card.student)]
    _refuse_strangers(card, *models)
    return Pair(card.name, *models, initial_layers(*(len(model.layers) for model in models)))


def _refuse_strangers(card: PairCard, teacher: Model, student: Model) -> None:
    deep, shallow = teacher.architecture, student.architecture
    if shallow.layers > deep.layers:
        raise PairError(
            f"{card.student} has {shallow.layers} layers and {card.teacher} {deep.layers}: is the pair the wrong way round?"
        )
    if teacher.tokenizer.get_vocab() != student.tokenizer.get_vocab():
        raise PairError(f"{card.teacher} and {card.student} don't share a vocabulary, so their tokens can't be compared.")
    if shallow.hidden != deep.hidden:
        raise PairError(
            f"{card.teacher} is {deep.hidden} wide and {card.student} {shallow.hidden}: vectors of two widths can't be compared."
        )


def fastest_device() -> str:
    """ "cuda" where there is one, else Apple's "mps", else "cpu"."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _card(name: str, teacher: str | None, student: str | None) -> PairCard:
    if teacher and student:
        return PairCard(f"{teacher} → {student}", f"{teacher} → {student}", teacher, student, "Your own pair.")
    if teacher or student:
        raise PairError("A pair of your own needs both a teacher and a student.")
    if name not in CATALOGUE:
        raise PairError(f"There is no pair called {name!r}; there are {', '.join(CATALOGUE)}.")
    return CATALOGUE[name]


def _model(source: str, device: str) -> Model:
    label = f"built-in {Path(source).name}" if Path(source).parent == FOLDER else source
    try:
        config = AutoConfig.from_pretrained(source)
        _refuse_other_families(label, config.model_type)
        network = AutoModelForMaskedLM.from_pretrained(
            source, dtype=torch.float32, attn_implementation=attention.NAME, use_safetensors=True
        )
        tokenizer = AutoTokenizer.from_pretrained(source)
        _refuse_other_tokenizers(label, tokenizer, config.vocab_size)
    except (OSError, ValueError, HfHubHTTPError) as error:
        if isinstance(error, PairError):
            raise
        raise PairError(f"{label} can't be loaded: {_reason(error)}") from error
    return Model(label, network.eval().requires_grad_(False).to(device), tokenizer)


def _refuse_other_families(label: str, family: str) -> None:
    if family not in ("bert", "distilbert"):
        raise PairError(f"{label} is a {family} model; a pair is made of BERT and DistilBERT models.")


def _refuse_other_tokenizers(label: str, tokenizer, most: int) -> None:
    """Without tokenizer files transformers makes up a tokenizer that knows no word at all."""
    if len(tokenizer) <= len(tokenizer.all_special_tokens):
        raise PairError(f"{label} holds no tokenizer, so no word could be read.")
    if len(tokenizer) > most:
        raise PairError(f"{label} knows {most} tokens and its tokenizer {len(tokenizer)}: they don't belong together.")


def _reason(error: Exception) -> str:
    text = str(error)
    if "couldn't connect" in text.lower() or "offline" in text.lower() or "connection" in text.lower():
        return "it isn't in the local cache and the Hugging Face hub can't be reached from here."
    if "not a local folder" in text or "404" in text or text.startswith("Repo id must"):
        return "there is no such folder here and no such model on the hub."
    if "safetensors" in text:
        return "it holds no model.safetensors file (other weight files are not opened)."
    return text.strip().splitlines()[0][:200]
