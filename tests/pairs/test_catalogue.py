"""What the catalogue says of a published pair, and doesn't."""

from distilbert_viz.pairs import CATALOGUE


def test_the_catalogue_says_what_was_never_loaded_here():
    assert {"roberta-base", "squad", "ner"} < CATALOGUE.keys()
    for name, card in CATALOGUE.items():
        assert (name == "built-in") != ("never yet with these" in card.about)


def test_the_published_pairs_began_as_their_paper_says_and_of_roberta_it_is_not_said():
    assert [card.name for card in CATALOGUE.values() if not card.copied] == ["built-in", "roberta-base"]


def test_the_catalogue_names_a_pair_of_classifiers_and_says_that_nobody_taught_this_student_here():
    card = CATALOGUE["sst-2"]
    assert card.student == "distilbert/distilbert-base-uncased-finetuned-sst-2-english"
    assert "not on this teacher's soft labels" in card.about
