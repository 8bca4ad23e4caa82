"""The built-in sentences: how many, how even, how English, how true; and what the held-out part shares with the rest."""

import calendar
import json
import re
import subprocess
import sys
from itertools import pairwise

import pytest

from distilbert_viz.distillation.sentences import by_pattern, held_out, training
from distilbert_viz.distillation.sentences.facts import Facts
from tests.support.paths import ROOT

TRAINING, HELD_OUT = training(), held_out()
EVERY = TRAINING + HELD_OUT
PATTERNS, HELD_OUT_PATTERNS = by_pattern(held_out=False), by_pattern(held_out=True)
COMMON = {"a", "an", "the", "of", "in", "is", "are", "and", "or", "to", "at", "on", "for", "it", "its"}
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
NUMBERS += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"]
CAPITALS = {"France": "Paris", "Kenya": "Nairobi", "Japan": "Tokyo", "Peru": "Lima", "Australia": "Canberra", "Canada": "Ottawa"}
PLANETS = ["Mercury", "Venus", "earth", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune"]


def fit(frame: str) -> list[tuple[str, ...]]:
    """What stands in the gaps, one tuple for each sentence that fits the frame in full."""
    found = [re.fullmatch(frame, sentence) for sentence in EVERY]
    matches = [match.groups() for match in found if match]
    assert matches, f"no sentence reads {frame}"
    return matches


def frame_words(pattern: str) -> set[str]:
    """The words of a pattern outside its braces, the most common ones left out."""
    return set(re.findall(r"[a-z]+", re.sub(r"\{\w+\}", " ", pattern.lower()))) - COMMON


# How many, how even


def test_there_are_sentences_enough_and_not_too_many():
    assert len(TRAINING) >= 2400
    assert len(HELD_OUT) >= 300
    assert len(EVERY) <= 4500


def test_there_are_patterns_enough():
    assert len(PATTERNS) >= 80
    assert len(HELD_OUT_PATTERNS) >= 15


@pytest.mark.parametrize("part", [PATTERNS, HELD_OUT_PATTERNS], ids=["training", "held out"])
def test_no_pattern_makes_up_more_than_three_percent_of_its_part(part):
    counts = [len(sentences) for sentences in part.values()]
    assert min(counts) > 0
    assert max(counts) <= 0.03 * sum(counts)


def test_the_patterns_together_make_exactly_the_sentences():
    for part, sentences in ((PATTERNS, TRAINING), (HELD_OUT_PATTERNS, HELD_OUT)):
        assert sorted(sentences) == sorted(sentence for some in part.values() for sentence in some)


def test_no_sentence_stands_twice_nor_in_both_parts():
    assert len(set(EVERY)) == len(EVERY)


# What is held out


def test_the_held_out_part_shares_no_pattern_with_training():
    assert not set(HELD_OUT_PATTERNS) & set(PATTERNS)


@pytest.mark.parametrize("pattern", HELD_OUT_PATTERNS)
def test_a_held_out_pattern_is_no_rewording_of_a_training_pattern(pattern):
    words = frame_words(pattern)
    assert words
    for other in PATTERNS:
        shared = words & frame_words(other)
        assert len(shared) <= 0.5 * len(words | frame_words(other)), other


def test_almost_every_word_of_the_held_out_part_has_been_seen_in_training():
    seen = set(re.findall(r"[a-z]+", " ".join(TRAINING).lower()))
    words = re.findall(r"[a-z]+", " ".join(HELD_OUT).lower())
    assert sum(word in seen for word in words) / len(words) > 0.85


def test_no_sentence_answers_one_of_the_thirty_everyday_blanks():
    blanks = json.loads((ROOT / "distilbert_viz" / "builtin" / "everyday.json").read_text(encoding="utf-8"))
    answered = {blank["text"].replace("[MASK]", answer).lower() for blank in blanks for answer in blank["answers"]}
    assert answered
    assert not answered & {sentence.lower() for sentence in EVERY}


# Always the same


def test_every_call_gives_the_same_sentences_in_the_same_order():
    assert (training(), held_out()) == (TRAINING, HELD_OUT)
    assert (by_pattern(held_out=False), by_pattern(held_out=True)) == (PATTERNS, HELD_OUT_PATTERNS)


def test_another_process_gives_the_same_sentences_without_torch_or_transformers():
    code = "import sys; from distilbert_viz.distillation.sentences import *; print('\\n'.join(training() + held_out()))"
    code += "; assert not {'torch', 'transformers', 'streamlit'} & set(sys.modules)"
    environment = {"PYTHONHASHSEED": "7", "PYTHONIOENCODING": "utf-8"}
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=False)
    assert answer.stderr.decode() == ""
    assert tuple(answer.stdout.decode("utf-8").splitlines()) == EVERY


def test_the_order_is_shuffled_so_that_neighbours_rarely_share_a_pattern():
    pattern_of = {sentence: pattern for pattern, some in PATTERNS.items() for sentence in some}
    assert sum(pattern_of[a] == pattern_of[b] for a, b in pairwise(TRAINING)) < 0.03 * len(TRAINING)


# English


def test_every_sentence_begins_with_a_capital_and_ends_with_its_only_full_stop():
    assert [s for s in EVERY if not (s[0].isupper() and s[-1] == "." and s.count(".") == 1)] == []


def test_every_sentence_has_four_to_sixteen_words():
    assert [s for s in EVERY if not 4 <= len(s.split()) <= 16] == []


def test_no_brace_no_double_space_and_no_word_said_twice_in_a_row():
    assert [s for s in EVERY if re.search(r"[{}|;]|  | [.,]|\b(\w+) \1\b", s)] == []


def test_a_and_an_agree_with_the_sound_that_follows():
    sounds_like_a_consonant, sounds_like_a_vowel = {"ewe", "useful", "useless"}, {"hour"}
    pairs = {(article, word) for s in EVERY for article, word in re.findall(r"\b(an?) (\w+)", s.lower())}
    assert len(pairs) > 300
    for article, word in pairs:
        vowel = word in sounds_like_a_vowel or (word[0] in "aeiou" and word not in sounds_like_a_consonant)
        assert article == ("an" if vowel else "a"), word


def test_most_words_are_single_pieces_of_the_vocabulary(built_in_tokenizer):
    words = re.findall(r"\w+", " ".join(EVERY))
    pieces = {word: len(built_in_tokenizer.tokenize(word)) for word in set(words)}
    assert sum(pieces[word] == 1 for word in words) / len(words) > 0.97


def test_he_and_she_are_said_about_equally_often():
    words = re.findall(r"\w+", " ".join(EVERY).lower())
    women, men = (sum(word in some for word in words) for some in ({"she", "her", "woman", "girl"}, {"he", "his", "man", "boy"}))
    assert 1 / 2 < women / men < 2


# True


def test_sums_and_products_are_right():
    number = {word: value for value, word in enumerate(NUMBERS)}
    for first, second, result in fit(r"(\w+) plus (\w+) is (\w+)\."):
        assert number[first.lower()] + number[second] == number[result]
    for first, second, result in fit(r"(\w+) minus (\w+) is (\w+)\."):
        assert number[first.lower()] - number[second] == number[result]
    tens = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "one hundred": 100}
    for first, second, result in fit(r"(\w+) times (\w+) is ([\w ]+)\."):
        assert number[first.lower()] * number[second] == (number | tens)[result]


def test_months_and_weekdays_follow_each_other_as_in_the_calendar():
    months, days = list(calendar.month_name)[1:], list(calendar.day_name)
    for first, second in fit(r"After (\w+) comes (\w+)\."):
        assert months[(months.index(first) + 1) % 12] == second
    for first, second in fit(r"The day after (\w+) is (\w+)\."):
        assert days[(days.index(first) + 1) % 7] == second


def test_months_have_the_days_of_a_common_year():
    written = {"twenty-eight": 28, "thirty": 30, "thirty-one": 31}
    months = list(calendar.month_name)
    for month, days in fit(r"In most years, (\w+) has ([\w-]+) days\."):
        assert calendar.monthrange(2023, months.index(month))[1] == written[days]


def test_letters_follow_each_other_as_in_the_alphabet():
    for second, first in fit(r"The letter (\w) comes after the letter (\w)\."):
        assert ord(second) == ord(first) + 1


def test_planets_stand_in_their_order_from_the_sun():
    for near, far in fit(r"(?:The )?(\w+) is closer to the sun than (?:the )?(\w+)\."):
        assert PLANETS.index(near) < PLANETS.index(far)


def test_capitals_are_those_of_an_atlas():
    said = {country: capital for capital, country in fit(r"([\w ]+) is the capital city of ([\w ]+)\.")}
    said |= dict(fit(r"The capital city of ([\w ]+) is ([\w ]+)\."))
    known = set(said) & set(CAPITALS)
    assert len(known) >= 3
    assert {country: said[country] for country in known} == {country: CAPITALS[country] for country in known}


# The table and its patterns


def facts(rows: str) -> Facts:
    return Facts(columns="animal food", rows=rows, training="A {animal} eats {food}.", held_out="{food} suits a {animal}.")


def test_a_pattern_is_said_once_for_each_row_and_the_article_fits_the_cell():
    table = facts("owl | mice; hen | seeds\n cat | fish; cat | fish")
    assert table.said("A {animal} eats {food}.") == ["An owl eats mice.", "A hen eats seeds.", "A cat eats fish."]
    assert table.said("{food} suits a {animal}.")[0] == "Mice suits an owl."


@pytest.mark.parametrize("rows", ["owl", "owl | mice | night"])
def test_a_row_with_too_few_or_too_many_cells_is_refused(rows):
    with pytest.raises(ValueError, match="zip"):
        facts(rows).table()


def test_a_pattern_that_names_no_column_is_refused():
    with pytest.raises(KeyError, match="colour"):
        facts("owl | mice").said("An {animal} is {colour}.")
