"""A text on its way to pieces, as one tokenizer takes it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Spelling:
    """How a WordPiece model spells a word: the token of what it can't spell, what stands in front of every piece but a word's
    first (## in BERT), and how many characters a word may have.
    """

    unknown: str
    prefix: str
    longest: int


@dataclass(frozen=True, eq=False)
class Word:
    """What the model spells at once, as the pre-tokenizer leaves it, and its pieces. An `added` token is one piece unspelt."""

    text: str
    pieces: tuple[str, ...]
    added: bool = False


@dataclass(frozen=True, eq=False)
class Reading:
    """A text after each of its tokenizer's own stages, truncation and framing left out.

    `cleaning` says what its normalizer does, `splitting` what its pre-tokenizer does, both in words for a reader; `model` is
    the class of its model, such as "WordPiece" or "BPE". `spelling` is None where the model is no WordPiece.
    """

    text: str
    normalised: str
    words: tuple[Word, ...]
    cleaning: str
    splitting: str
    model: str
    spelling: Spelling | None

    @property
    def pieces(self) -> tuple[str, ...]:
        """The pieces of all words, in order."""
        return tuple(piece for word in self.words for piece in word.pieces)
