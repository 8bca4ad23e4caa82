"""WordNet's glosses as sentences."""

from pathlib import Path

import pytest

from distilbert_viz.distillation import wordnet
from tests.support.learning import write

NOUNS = [
    "  1 This software and database is being provided to you.  ",
    "02083346 05 n 02 canine 0 canid 0 001 @ 02075296 n 0000 | a carnivorous mammal with nonretractile claws  ",
    '02084071 05 n 02 dog 0 domestic_dog 1 002 @ 02083346 n 0000 #m 02083346 n 0000 | a tame animal; "the dog barked all night"  ',
    "08939201 15 n 01 Paris 0 001 @i 02083346 n 0000 | a city on the Seine  ",
]


@pytest.fixture
def folder(tmp_path) -> Path:
    write(tmp_path / "data.noun", NOUNS)
    adjectives = [
        "00000001 00 a 01 good 0 001 ! 00000002 a 0101 | of high quality  ",
        "00000002 00 a 01 bad(p) 0 001 ! 00000001 a 0101 | of low quality  ",
    ]
    write(tmp_path / "data.adj", adjectives)
    for part in ("verb", "adv"):
        write(tmp_path / f"data.{part}", NOUNS[:1])
    write(tmp_path / "cntlist.rev", ["dog%1:05:00:: 1 42", "good%3:00:00:: 1 100"])
    return tmp_path


def test_a_line_of_wordnet_is_read_word_for_word(folder):
    known = wordnet.synsets(folder, "noun")
    dog = known["02084071"]
    assert list(known) == ["02083346", "02084071", "08939201"]
    assert dog.words == ("dog", "domestic dog")
    assert dog.keys == ("dog%1:05:00", "domestic_dog%1:05:01")
    assert dog.pointers == (("@", "02083346n", 0, 0), ("#m", "02083346n", 0, 0))
    assert (dog.gloss, dog.examples) == ("a tame animal", ("the dog barked all night",))


def test_an_adjective_is_read_without_its_place_mark(folder):
    assert wordnet.synsets(folder, "adj")["00000002"].words == ("bad",)
    assert wordnet.synsets(folder, "verb") == {}


def test_wordnet_speaks_in_sentences_of_what_is_in_use_or_has_a_name(folder):
    assert list(wordnet.sentences(folder)) == [
        "Dog is a tame animal. A dog is a kind of canine. The dog barked all night.",
        "Paris is a city on the Seine.",
        "Good: of high quality. The opposite of good is bad.",
    ]
