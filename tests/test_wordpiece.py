"""The walk through a word, against tokenizers' own normalizer, pre-tokenizer and model."""

import doctest
import random
import unicodedata

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from distilbert_viz import wordpiece
from distilbert_viz.wordpiece import LONGEST, normalise, tokenize, unknown_characters, walk, words

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
YOUNG_CAPITALS = "a\ua7da a\ua7dc \U00010d50 \U00016ea0"
YOUNG_MARKS = "a\u08d4\u08e3\u08da a\u08da\u08d4"
SWITCHES = [(low, strip, cjk) for low in (True, False) for strip in (None, True, False) for cjk in (True, False)]


def reference_normalizer(lowercase: bool, strip: bool | None, chinese: bool) -> BertNormalizer:
    return BertNormalizer(clean_text=True, handle_chinese_chars=chinese, strip_accents=strip, lowercase=lowercase)


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


def all_of_unicode() -> list[str]:
    """Every character of this Python's Unicode, an a between them; surrogates and the two private planes left out."""
    known = [chr(code) for code in range(0xF0000) if unicodedata.category(chr(code)) not in ("Cn", "Cs")]
    return ["a".join(known[start : start + 1000]) for start in range(0, len(known), 1000)]


@pytest.fixture(scope="module")
def vocabulary(built_in_tokenizer) -> dict[str, int]:
    return built_in_tokenizer.get_vocab()


@pytest.fixture(scope="module")
def specials(built_in_tokenizer) -> frozenset[str]:
    return frozenset(built_in_tokenizer.all_special_tokens)


@pytest.fixture(scope="module")
def some_words(vocabulary) -> list[str]:
    """Words of all kinds: from the nasty texts, whole pieces, and pieces glued together at random."""
    source = random.Random(4)
    pieces = sorted(piece.removeprefix("##") for piece in vocabulary if "[" not in piece)
    glued = ["".join(source.choices(pieces, k=source.randint(1, 4))) for _ in range(500)]
    return glued + [word for text in NASTY for word in words(normalise(text, lowercase=True))]


def test_the_worked_example_in_the_docstring_is_true():
    results = doctest.testmod(wordpiece)
    assert (results.attempted, results.failed) == (7, 0)


@pytest.mark.parametrize("switches", SWITCHES)
def test_a_nasty_text_is_normalised_as_tokenizers_does(switches):
    reference = reference_normalizer(*switches)
    for text in NASTY:
        assert normalise(text, *switches) == reference.normalize_str(text), text


def test_every_character_of_unicode_is_normalised_as_tokenizers_does():
    reference = reference_normalizer(True, None, True)
    for text in all_of_unicode():
        assert normalise(text, lowercase=True) == reference.normalize_str(text)


def test_every_character_of_unicode_is_split_as_tokenizers_does():
    reference = BertPreTokenizer()
    for text in all_of_unicode():
        assert words(text) == tuple(word for word, _ in reference.pre_tokenize_str(text))


def test_nasty_and_random_texts_are_split_as_tokenizers_does():
    reference = BertPreTokenizer()
    for text in NASTY + random_texts(300, seed=1, planes=17):
        assert words(text) == tuple(word for word, _ in reference.pre_tokenize_str(text)), ascii(text)


@pytest.mark.parametrize("text", [*NASTY, YOUNG_CAPITALS, YOUNG_MARKS], ids=ascii)
def test_a_nasty_text_has_the_tokens_of_the_built_in_tokenizer(text, built_in_tokenizer, vocabulary, specials):
    assert tokenize(text, vocabulary, True, specials) == tuple(built_in_tokenizer.tokenize(text))


def test_random_unicode_has_the_tokens_of_the_built_in_tokenizer(built_in_tokenizer, vocabulary, specials):
    for text in random_texts(300, seed=2) + random_texts(100, seed=3, planes=17):
        assert tokenize(text, vocabulary, True, specials) == tuple(built_in_tokenizer.tokenize(text)), ascii(text)


@pytest.mark.parametrize("switches", SWITCHES)
def test_a_cased_tokenizer_agrees_too(switches, vocabulary):
    reference = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    reference.normalizer, reference.pre_tokenizer = reference_normalizer(*switches), BertPreTokenizer()
    lowercase, strip, chinese = switches
    for text in NASTY:
        mine = tokenize(text, vocabulary, lowercase, frozenset(), strip, chinese)
        assert mine == tuple(reference.encode(text).tokens), text


def test_a_special_token_is_kept_whole_only_as_it_is_spelt(vocabulary, specials):
    assert tokenize("a[MASK]a", vocabulary, True, specials).count("[MASK]") == 1
    assert "[MASK]" not in tokenize("[mask] [ MASK ]", vocabulary, True, specials)
    assert "[MASK]" not in tokenize("[MASK]", vocabulary, True, frozenset())


def test_of_two_special_tokens_that_begin_together_the_longer_is_kept():
    vocabulary = {"[UNK]": 0, "<a>": 1, "<a><b>": 2}
    assert tokenize("<a><b><a>", vocabulary, True, frozenset({"<a>", "<a><b>"})) == ("<a><b>", "<a>")


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


def test_the_unknown_piece_may_have_another_name():
    assert walk("x", {"<unk>": 0}, unknown="<unk>").pieces == ("<unk>",)
    assert tokenize("x", {"<unk>": 0}, True, frozenset(), unknown="<unk>") == ("<unk>",)
