"""A text through its tokenizer's own stages, one by one: added tokens cut out, normalizer, pre-tokenizer, model."""

import json
from collections.abc import Iterator
from typing import Any

from transformers import PreTrainedTokenizerFast

from distilbert_viz.records import Reading, Spelling, Word
from distilbert_viz.tracing.encoding import sentences

# What a stage of the tokenizers library does, by its name there; what isn't listed is called by that name.
STAGES = {
    "BertPreTokenizer": "split at spaces and punctuation",
    "ByteLevel": "split in front of spaces, every byte as a sign: Ġ is a space",
    "CharDelimiterSplit": "split at one character",
    "Digits": "digits apart",
    "Lowercase": "lower case",
    "Metaspace": "split in front of spaces, which become ▁",
    "NFC": "composed (NFC)",
    "NFD": "decomposed (NFD)",
    "NFKC": "composed, compatibility forms resolved (NFKC)",
    "NFKD": "decomposed, compatibility forms resolved (NFKD)",
    "Nmt": "control characters and odd spaces cleaned",
    "Precompiled": "cleaned by SentencePiece's own table",
    "Prepend": "something put in front",
    "Punctuation": "split at punctuation",
    "Replace": "patterns replaced",
    "Split": "split by a pattern",
    "Strip": "spaces at the ends removed",
    "StripAccents": "accents removed",
    "Whitespace": "split at spaces and punctuation",
    "WhitespaceSplit": "split at spaces",
}
Stage = dict[str, Any]  # a stage's own account of itself


def reading(tokenizer: PreTrainedTokenizerFast, text: str) -> Reading:
    """The text after each stage; every part between two added tokens goes through the stages by itself."""
    backend, separator = tokenizer.backend_tokenizer, tokenizer.sep_token
    clean: list[str] = []
    words: list[Word] = []
    for number, (_, sentence) in enumerate(sentences(tokenizer, text)):
        if number:
            clean.append(f" {separator} ")
            words.append(Word(separator, (separator,), added=True))
        for part, added in _parts(tokenizer, sentence):
            clean.append(_normalised(backend, part) if added is None else part)
            words += _words(backend, clean[-1]) if added is None else [Word(part.strip() or part, (added,), added=True)]
    model = type(backend.model).__name__
    spelling = _spelling(backend.model) if model == "WordPiece" else None
    cleaning = _said(backend.normalizer, "as typed: there is no normalizer")
    splitting = _said(backend.pre_tokenizer, "not split: there is no pre-tokenizer")
    return Reading(text, "".join(clean), tuple(words), cleaning, splitting, model, spelling)


def own_pieces(tokenizer: PreTrainedTokenizerFast, text: str) -> list[str]:
    """What the tokenizer itself makes of the text's sentences in one go, the separator between them.

    By its ids: its `tokenize` spells an added token with the space that it swallowed, as RoBERTa's mask does.
    """
    ids = [tokenizer(sentence, add_special_tokens=False, verbose=False)["input_ids"] for _, sentence in sentences(tokenizer, text)]
    read = [tokenizer.convert_ids_to_tokens(part) for part in ids]
    return [piece for number, pieces in enumerate(read) for piece in ([tokenizer.sep_token, *pieces] if number else pieces)]


def _parts(tokenizer: PreTrainedTokenizerFast, text: str) -> Iterator[tuple[str, str | None]]:
    """The text cut at its added tokens, where the tokenizer itself finds them: each part, and which added token it is."""
    seen, added = tokenizer(text, add_special_tokens=False, verbose=False).encodings[0], tokenizer.added_tokens_decoder
    end = 0
    for number, (start, stop) in zip(seen.ids, seen.offsets, strict=True):
        if number in added and _is_spelt(tokenizer, text[start:stop], added[number].content):
            if end < start:
                yield text[end:start], None
            yield text[start:stop], str(tokenizer.convert_ids_to_tokens(number))  # normalised where it is found so
            end = stop
    if end < len(text):
        yield text[end:], None


def _is_spelt(tokenizer: PreTrainedTokenizerFast, typed: str, content: str) -> bool:
    """Whether this was typed, and isn't what a model calls a word that it can't spell."""
    backend = tokenizer.backend_tokenizer
    return typed.strip() == content.strip() or _normalised(backend, typed).strip() == _normalised(backend, content).strip()


def _normalised(backend: Any, text: str) -> str:
    return text if backend.normalizer is None else str(backend.normalizer.normalize_str(text))


def _words(backend: Any, text: str) -> list[Word]:
    split = backend.pre_tokenizer
    found = [text] if split is None else [word for word, _ in split.pre_tokenize_str(text)]
    return [Word(word, tuple(token.value for token in backend.model.tokenize(word))) for word in found if word]


def _spelling(model: Any) -> Spelling:
    return Spelling(model.unk_token, model.continuing_subword_prefix, model.max_input_chars_per_word)


def _said(stage: Any, nothing: str) -> str:
    """What a normalizer or a pre-tokenizer does, in words, read off its own account."""
    if stage is None:
        return nothing
    return ", ".join(dict.fromkeys(_steps(json.loads(stage.__getstate__())))) or nothing


def _steps(stage: Stage) -> Iterator[str]:
    if stage["type"] == "Sequence":
        for part in stage.get("normalizers") or stage.get("pretokenizers") or []:
            yield from _steps(part)
    elif stage["type"] == "BertNormalizer":
        yield from _berts(stage)
    else:
        yield STAGES.get(stage["type"]) or str(stage["type"])


def _berts(stage: Stage) -> Iterator[str]:
    accents = stage["lowercase"] if stage["strip_accents"] is None else stage["strip_accents"]
    switches = {
        "cleaned": stage["clean_text"],
        "lower case": stage["lowercase"],
        "accents removed": accents,
        "spaces around Chinese characters": stage["handle_chinese_chars"],
    }
    yield from (said for said, on in switches.items() if on)
