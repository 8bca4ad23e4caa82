r"""From text to WordPieces, step by step, as BERT's uncased and cased tokenizers do it: normalise, split, walk.

Every word is spelt from left to right with the longest pieces that the vocabulary has, and a word with one place
that no piece fits becomes [UNK] as a whole (Wu et al. 2016, arXiv 1609.08144, section 4.1; BERT's tokenization.py):

    >>> vocabulary = {"[UNK]": 0, "[MASK]": 1, "un": 2, "##aff": 3, "##able": 4, "cafe": 5, "!": 6}
    >>> normalise("Un\u00adaffable CAF\u00c9!", lowercase=True)
    'unaffable cafe!'
    >>> words("unaffable cafe!")
    ('unaffable', 'cafe', '!')
    >>> walk("unaffable", vocabulary).pieces
    ('un', '##aff', '##able')
    >>> [(step.start, step.candidate, step.found) for step in walk("unit", vocabulary).steps]
    [(0, 'unit', False), (0, 'uni', False), (0, 'un', True), (2, '##it', False), (2, '##i', False)]
    >>> walk("unit", vocabulary).pieces, unknown_characters("unit", vocabulary)
    (('[UNK]',), ('i', 't'))
    >>> tokenize("Unaffable [MASK]!", vocabulary, lowercase=True, specials=frozenset({"[MASK]"}))
    ('un', '##aff', '##able', '[MASK]', '!')

Knows nothing of models and ids: a vocabulary is only asked whether it has a piece.
"""

import re
import string
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

UNKNOWN = "[UNK]"
CONTINUES = "##"  # in front of a piece that doesn't begin its word
LONGEST = 100
WHITE_SPACE = re.compile(r"[^\S\x1c-\x1f]+")
CHINESE = re.compile(
    "["
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002b81f\U0002b920-\U0002ceaf"
    r"\U0002f800-\U0002fa1f"
    "]"
)

# The tokenizers library reads categories from Unicode 8 and decompositions from Unicode 9, Python from newer tables.
# They part at characters younger than that (listed with harmless neighbours, to be short) and at four that moved.
YOUNGER = (
    r"\u05c8-\u05c9\u061d\u07fd\u0890-\u08e2\u09fd-\u09fe\u0a76\u0afa-\u0aff\u0b53-\u0b55\u0c04-\u0c3c\u0c77\u0c84"
    r"\u0d00\u0d3b-\u0d3c\u0d81\u0eba\u0ece\u1715\u180f-\u1886\u1abf-\u1af0\u1b4e-\u1b4f\u1b7d-\u1b7f\u1df6-\u1dfb"
    r"\u2e43-\u2e63\ua82c\ua8c5\ua8ff\ua9bd\U000105c9-\U000105e4\U00010d24-\U00010f89\U00011070-\U00011074"
    r"\U000110c2-\U000110cd\U000111cf\U0001123e-\U00011241\U0001133b\U00011383-\U0001145e\U00011660-\U0001166c"
    r"\U000116b9\U0001182f-\U00011fff\U00012ff1-\U0001612f\U00016d68-\U00016f4f\U00016fe2-\U00016ff1"
    r"\U0001cf00-\U0001d128\U0001d250-\U0001d281\U0001e000-\U0001e6f5\U0001e944-\U0001e95f"
)
OLDER_RUN = re.compile(f"[^{YOUNGER}]+")
MOVED = {"\u166d": "Po", "\u1734": "Mn", "\U000111c9": "Po", "\U0001171e": "Mn"}


@dataclass(frozen=True, eq=False)
class Step:
    """One trial of a walk: is `candidate`, which begins at character `start` of `word`, in the vocabulary?

    A candidate that begins inside the word is written with ## in front, as the vocabulary writes it.
    """

    word: str
    start: int
    candidate: str
    found: bool


@dataclass(frozen=True, eq=False)
class Walk:
    """Every trial on one word in the order made, and the pieces it ends in: (unknown,) if some place has no piece.

    A word that is longer than BERT's limit is unknown without a trial: no steps.
    """

    word: str
    steps: tuple[Step, ...]
    pieces: tuple[str, ...]


def normalise(text: str, lowercase: bool, strip_accents: bool | None = None, chinese_characters: bool = True) -> str:
    """The text as BERT reads it, equal to tokenizers' BertNormalizer; accents go with lowercasing unless told.

    Two things may differ, both in words that are [UNK] to BERT either way: the order of rare combining marks of
    Unicode 9, and capital letters that are younger than Python's Unicode.
    """
    text = _clean(text)
    if chinese_characters:
        text = CHINESE.sub(r" \g<0> ", text)
    if lowercase if strip_accents is None else strip_accents:
        text = _without_accents(text)
    return "".join(map(str.lower, text)) if lowercase else text


def words(normalised: str) -> tuple[str, ...]:
    """The text split at white space, each punctuation mark a word of its own, as tokenizers' BertPreTokenizer does."""
    spaced = "".join(f" {character} " if is_punctuation(character) else character for character in normalised)
    return tuple(filter(None, WHITE_SPACE.split(spaced)))


def walk(word: str, vocabulary: Mapping[str, int], unknown: str = UNKNOWN, longest: int = LONGEST) -> Walk:
    """Greedy longest match first (Wu et al. 2016, section 4.1), every trial kept; `longest` in characters."""
    if len(word) > longest:
        return Walk(word, (), (unknown,))
    steps = tuple(_trials(word, vocabulary))
    if steps and not steps[-1].found:
        return Walk(word, steps, (unknown,))
    return Walk(word, steps, tuple(step.candidate for step in steps if step.found))


def spelt(pieces: Sequence[str]) -> str:
    """A word from its pieces: all but the first without the ## that continues it."""
    return "".join([*pieces[:1], *(piece.removeprefix(CONTINUES) for piece in pieces[1:])])


def unknown_characters(word: str, vocabulary: Mapping[str, int]) -> tuple[str, ...]:
    """Why a word is [UNK]: the characters at which its walk, resumed behind each, is stuck; () if known or too long.

    Such a character has no piece of its own in its place: no c at the start of the word, no ##c inside.
    """
    stuck, start = [], 0
    while start < len(word) <= LONGEST:
        *_, last = _trials(word, vocabulary, start)
        if last.found:
            break
        stuck.append(word[last.start])
        start = last.start + 1
    return tuple(dict.fromkeys(stuck))


def tokenize(
    text: str,
    vocabulary: Mapping[str, int],
    lowercase: bool,
    specials: frozenset[str],
    strip_accents: bool | None = None,
    chinese_characters: bool = True,
    unknown: str = UNKNOWN,
) -> tuple[str, ...]:
    """The WordPieces of a text, with no [CLS] or [SEP] added, equal to the Hugging Face fast tokenizer.

    A typed special token such as [MASK] is kept whole, with or without space around it, but only as it is spelt:
    [mask] and [ MASK ] are plain text. Specials are cut out before the rest is normalised.
    """
    tokens = []
    for part in split_at(specials, text):
        if part in specials:
            tokens.append(part)
        else:
            for word in words(normalise(part, lowercase, strip_accents, chinese_characters)):
                tokens.extend(walk(word, vocabulary, unknown).pieces)
    return tuple(tokens)


def _clean(text: str) -> str:
    """Without control, format and private characters and U+FFFD; white space of any kind is a plain space."""
    return "".join(" " if c.isspace() else c for c in text if c in "\t\n\r" or not _is_dropped(c))


def _is_dropped(character: str) -> bool:
    return character == "\ufffd" or _category(character) in ("Cc", "Cf", "Co")


def _without_accents(text: str) -> str:
    """The text decomposed (NFD), then without its nonspacing marks: é becomes e, and ø stays."""
    decomposed = OLDER_RUN.sub(lambda run: unicodedata.normalize("NFD", run[0]), text)
    return "".join(c for c in decomposed if _category(c) != "Mn")


def is_punctuation(character: str) -> bool:
    """Unicode punctuation, and the ASCII signs that Unicode calls symbols, such as $ and +."""
    return character in string.punctuation or _category(character).startswith("P")


def _category(character: str) -> str:
    """The Unicode category that tokenizers sees; Cn, unassigned, for all that is younger."""
    if character in MOVED:
        return MOVED[character]
    return unicodedata.category(character) if OLDER_RUN.match(character) else "Cn"


def _trials(word: str, vocabulary: Mapping[str, int], start: int = 0) -> Iterator[Step]:
    """From each start the longest candidate first; a found one moves the start behind it, none found ends the walk."""
    while start < len(word):
        for end in range(len(word), start, -1):
            candidate = f"{CONTINUES}{word[start:end]}" if start else word[:end]
            step = Step(word, start, candidate, candidate in vocabulary)
            yield step
            if step.found:
                break
        if not step.found:
            return
        start = end


def split_at(specials: frozenset[str], text: str) -> list[str]:
    """The text cut before and after every special token, of two that begin together at the longer one."""
    if not specials:
        return [text]
    longest_first = sorted(specials, key=len, reverse=True)
    return re.split(f"({'|'.join(map(re.escape, longest_first))})", text)
