"""The walk through a word, against the model of tokenizers; and any tokenizer's own stages, against its encoding."""

import doctest
import random

import pytest
from tokenizers import AddedToken, Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import NFD, BertNormalizer, Lowercase, Sequence, StripAccents
from tokenizers.pre_tokenizers import BertPreTokenizer
from transformers import PreTrainedTokenizerFast

from distilbert_viz import wordpiece
from distilbert_viz.comparison import whole_words
from distilbert_viz.figures.forward import tokens as figures
from distilbert_viz.records import Spelling
from distilbert_viz.tracing import encode, own_pieces, reading
from distilbert_viz.wordpiece import BERTS, unknown_characters, walk
from tests.support import odd
from tests.support.tiny import byte_level_tokenizer

LONGEST = BERTS.longest
NASTY = [
    "",
    " \t\r\n ",
    "The unaffable café's naïve résumé!",
    "DON'T PANIC... it's 3.14 (or $5+tax=~^`|<>)",
    "👩‍👩‍👧‍👦 family 👍🏽 ❤️ 🇩🇪 x",
    "a\u0301\u0327e\u0308 Z\u0351\u0352a\u0334l\u0335go\u0489",
    "שָׁלוֹם עולם \u200fabc\u200e",
    "\u202eright-to-left\u202c مَرْحَبًا بالعالم",
    "bell\x07 null\x00 escape\x1b[0m delete\x7f next\x85line",
    "file\x1cgroup\x1drecord\x1eunit\x1f",
    "zero\u200bwidth non\u200cjoiner joiner\u200d word\u2060joiner \ufeffmark",
    "中文字符 and 漢字かな交じり文",
    "\u3400\U00020000\U0002a6de\U0002b740\U0002b820\uf900\U0002f800",
    "한국어 조선말 \u1112\u1161\u11ab",
    "no\u00a0break thin\u2009space ideographic\u3000space ogham\u1680space line\u2028para\u2029",
    "soft\u00adhyphen re\u00adplace",
    "replacement\ufffdcharacter \ufffd",
    "ﬁne oﬀ ﬄ ĳ Ǆ ǅ ½ ² ™ Å ℃",
    "İSTANBUL ıIiİ",
    "Straße STRASSE ẞ",
    "ΟΔΥΣΣΕΥΣ Σίσυφος",
    "Ёлка Й й Україна",
    "हिन्दी क्षत्रिय বাংলা தமிழ் తెలుగు",
    "ภาษาไทย ព្រះ མཁན",
    "Tiếng Việt ǻ Ậ",
    "[MASK] [mask] [ MASK ] [Mask] [[MASK]] [MASK",
    "the[MASK]cat[SEP][CLS]x[PAD]y[UNK]z",
    "[MA\u0301SK] [MASK\u200b] \u200b[MASK]\u200b",
    "\u0301[MASK]\u0301",
    "##able un##able # ## ###",
    "a" * LONGEST,
    "a" * (LONGEST + 1),
    "é" * (LONGEST + 1) + " e\u0301" * 3,
    "e\u0301" * LONGEST,
    "http://user@host:80/a_b-c?d=e&f#g",
    "«guillemets» „quotes“ ‘single’ — – … ‽ ¿¡",
    "٣٫١٤ １２３ Ⅷ ①",
    "ＦＵＬＬ　ｗｉｄｔｈ！",
    "𝕸𝖆𝖙𝖍 𝒮𝒸𝓇𝒾𝓅𝓉 𐐀𐐨 𓀀",
    "\ue000private\U000f0000use\U0010ffff end\ufdd0",
    "tag\U000e0041\U000e007f variation\ufe0e\ufe0f\U000e0100",
    "\u00c5 A\u030a \u212b s\u0323\u0307 s\u0307\u0323 \u1e9b\u0323",
    "\u1734\u166d\u180e\u180b \u111c9 \U000111c9 \U0001171e a\u1ac1\u0301b x\u2e43y",
    "x\u0378y \U0001f9ff\U0001fae8\U0001fae9",
]


def random_texts(number: int, seed: int, planes: int = 3) -> list[str]:
    """Texts of 0 to 40 characters: half from English text, the rest from anywhere in Unicode's first planes."""
    source = random.Random(seed)
    return ["".join(random_character(source, planes) for _ in range(source.randrange(41))) for _ in range(number)]


def random_character(source: random.Random, planes: int) -> str:
    if source.random() < 0.5:
        return source.choice("aeinorstABEST   .'[]#")
    ceiling = source.choice([0x100, 0x400, 0x3100, 0xD800, planes * 0x10000])
    code = source.randrange(ceiling)
    return chr(code) if not 0xD800 <= code < 0xE000 else "\u0301"


@pytest.fixture(scope="module")
def vocabulary(built_in_tokenizer) -> dict[str, int]:
    return built_in_tokenizer.get_vocab()


@pytest.fixture(scope="module")
def some_words(built_in_tokenizer, vocabulary) -> list[str]:
    """Words of all kinds: from the nasty texts, whole pieces, and pieces glued together at random."""
    source = random.Random(4)
    pieces = sorted(piece.removeprefix("##") for piece in vocabulary if "[" not in piece)
    glued = ["".join(source.choices(pieces, k=source.randint(1, 4))) for _ in range(500)]
    return glued + [word.text for text in NASTY for word in reading(built_in_tokenizer, text).words if not word.added]


def test_the_worked_example_in_the_docstring_is_true():
    results = doctest.testmod(wordpiece)
    assert (results.attempted, results.failed) == (4, 0)


def test_the_pieces_of_a_known_word_spell_it(some_words, vocabulary):
    known = [found for word in some_words if (found := walk(word, vocabulary)).pieces != ("[UNK]",)]
    assert known
    for found in known:
        first, *rest = found.pieces
        assert all(piece.startswith("##") for piece in rest)
        assert first + "".join(piece.removeprefix("##") for piece in rest) == found.word


def test_each_place_tries_the_longest_candidate_first_and_stops_at_the_first_found(some_words, vocabulary):
    for word in some_words:
        start, end = 0, len(word)
        for step in walk(word, vocabulary).steps:
            assert (step.word, step.start) == (word, start)
            assert step.candidate == ("##" if start else "") + word[start:end]
            assert step.found == (step.candidate in vocabulary)
            start, end = (end, len(word)) if step.found else (start, end - 1)
        assert len(word) > LONGEST or start in (end, len(word))


def test_the_found_steps_are_the_pieces(some_words, vocabulary):
    for word in some_words:
        found = walk(word, vocabulary)
        pieces = tuple(step.candidate for step in found.steps if step.found)
        known = bool(found.steps) and found.steps[-1].found
        assert found.pieces == (pieces if known else ("[UNK]",))


def test_a_walk_is_the_model_of_tokenizers(some_words, vocabulary):
    model = WordPiece(vocabulary, unk_token="[UNK]")
    for word in some_words:
        assert walk(word, vocabulary).pieces == tuple(token.value for token in model.tokenize(word))


def test_a_word_of_more_than_the_longest_is_unknown_without_a_trial():
    vocabulary = {"[UNK]": 0, "a": 1, "##a": 2}
    assert len(walk("a" * LONGEST, vocabulary).pieces) == LONGEST
    too_long = walk("a" * (LONGEST + 1), vocabulary)
    assert (too_long.steps, too_long.pieces) == ((), ("[UNK]",))
    assert unknown_characters("x" * (LONGEST + 1), vocabulary) == ()


def test_a_word_is_unknown_exactly_if_some_of_its_characters_are(some_words, vocabulary):
    for word in some_words:
        if len(word) <= LONGEST:
            assert bool(unknown_characters(word, vocabulary)) == (walk(word, vocabulary).pieces == ("[UNK]",))


def test_an_unknown_character_is_named_once_and_has_no_piece_in_its_place():
    vocabulary = {"[UNK]": 0, "un": 1, "##a": 2, "b": 3}
    assert unknown_characters("unaxaxy", vocabulary) == ("x", "y")
    assert unknown_characters("unab", vocabulary) == ("b",)
    assert unknown_characters("una", vocabulary) == ()


def test_a_walk_follows_another_prefix_another_unknown_token_and_another_limit():
    vocabulary, own = {"<unk>": 0, "un": 1, "@@aff": 2, "@@able": 3}, Spelling("<unk>", "@@", 9)
    model = WordPiece(vocabulary, unk_token="<unk>", continuing_subword_prefix="@@", max_input_chars_per_word=9)
    for word in ("unaffable", "unable", "unx", "unaffableable", "x"):
        assert walk(word, vocabulary, own).pieces == tuple(token.value for token in model.tokenize(word)), word
    assert unknown_characters("unxable", vocabulary, own) == ("x",)


# Any tokenizer's stages


def wordpiece_tokenizer(prefix: str = "##", normalizer: object = None, added: tuple[AddedToken, ...] = (), **names: str):
    """A WordPiece tokenizer over single letters, capitals and ä among them."""
    names = {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "mask_token": "[MASK]"} | names
    letters = "abcdefghijklmnopqrstuvwxyzäABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.'"
    pieces = [*names.values(), *letters, *(prefix + letter for letter in letters)]
    model = WordPiece({piece: i for i, piece in enumerate(pieces)}, unk_token=names["unk_token"], continuing_subword_prefix=prefix)
    backend = Tokenizer(model)
    backend.normalizer, backend.pre_tokenizer = normalizer, BertPreTokenizer()
    made = PreTrainedTokenizerFast(tokenizer_object=backend, **names)
    made.add_tokens(list(added))
    return made


ZINC = AddedToken("Zinc-Finger", normalized=False), AddedToken("covid19", normalized=True)
TOKENIZERS = {
    "cased": lambda: wordpiece_tokenizer(normalizer=BertNormalizer(lowercase=False)),
    "accents kept": lambda: wordpiece_tokenizer(normalizer=BertNormalizer(lowercase=True, strip_accents=False)),
    "another prefix": lambda: wordpiece_tokenizer("@@", BertNormalizer()),
    "added tokens": lambda: wordpiece_tokenizer(normalizer=BertNormalizer(), added=ZINC),
    "added tokens, normalised": lambda: wordpiece_tokenizer(normalizer=BertNormalizer(), added=("Zinc-Finger", "covid19")),
    "other names": lambda: wordpiece_tokenizer(normalizer=BertNormalizer(), mask_token="<mask>", unk_token="<unk>"),
    "a sequence": lambda: wordpiece_tokenizer(normalizer=Sequence([NFD(), Lowercase(), StripAccents()])),
    "no normalizer": wordpiece_tokenizer,
    "byte-level": byte_level_tokenizer,
}
TEXTS = [
    "The covid19 Zinc-Finger zinc-finger",
    "Müller fährt schön. ÖÄÜ",
    "a <mask> b[MASK]c [UNK] 👍",
    "The cat sat today",
    " two  spaces ",
]


@pytest.mark.parametrize("name", TOKENIZERS)
@pytest.mark.parametrize("text", [*TEXTS, *NASTY[1:12]], ids=ascii)
def test_the_stages_of_any_tokenizer_end_in_its_own_tokens(name, text):
    tokenizer = TOKENIZERS[name]()
    found, walks = reading(tokenizer, text), figures.walks(reading(tokenizer, text), tokenizer.get_vocab())
    assert list(found.pieces) == list(figures.pieces(found, walks)) == own_pieces(tokenizer, text)
    assert (name == "byte-level") == (found.spelling is None)
    assert len(walks) == (0 if found.spelling is None else len(found.words))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cased", "cleaned, spaces around Chinese characters"),
        ("accents kept", "cleaned, lower case, spaces around Chinese characters"),
        ("another prefix", "cleaned, lower case, accents removed, spaces around Chinese characters"),
        ("a sequence", "decomposed (NFD), lower case, accents removed"),
        ("no normalizer", "as typed: there is no normalizer"),
    ],
)
def test_what_the_normalizer_does_is_read_off_it(name, said):
    assert reading(TOKENIZERS[name](), "Ä").cleaning == said


def test_an_added_token_is_one_piece_and_a_word_that_is_unknown_is_none():
    words = reading(TOKENIZERS["added tokens"](), "The covid19 Zinc-Finger 👍").words
    assert [word.text for word in words if word.added] == ["covid19", "Zinc-Finger"]
    assert words[-1].pieces == ("[UNK]",)


def test_a_space_that_nobody_typed_stands_for_no_part_of_the_text():
    tokenizer = odd.byte_level()
    for text in ("The cat", "The cat. [SEP] It fell."):
        read = encode(tokenizer, text)
        assert read.tokens[0] == "Ġ"
        assert "".join(text[start:stop] for start, stop in read.offsets.tolist()) == text.replace(" [SEP] ", "")
    assert [encode(tokenizer, "é").offsets.tolist()[i] for i in (1, 2)] == [[0, 1], [0, 1]]


def test_a_typed_mask_is_the_tokenizers_own_whatever_it_is_called():
    tokenizer = byte_level_tokenizer()
    read = encode(tokenizer, "The cat [MASK] today. [SEP] It sat.")
    assert [read.tokens[i] for i in read.mask_positions] == ["<mask>"]
    assert read.token_type_ids.any()
    assert read.text == "The cat <mask> today. </s> It sat."
    assert read.text[slice(*read.offsets[-3])] == "sat"
    ordinary = [token for token, framing in zip(read.tokens, read.special, strict=True) if not framing]
    assert [piece for piece in reading(tokenizer, read.text).pieces if piece != "</s>"] == ordinary


def test_the_words_of_a_byte_level_tokenizer_are_whole():
    labels = whole_words(encode(byte_level_tokenizer(), "The zebra 👍 today")).labels
    assert [label for label in labels if not label.startswith("<")] == ["The", "zebra", "👍", "today"]
