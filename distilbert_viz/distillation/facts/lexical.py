"""The relations of WordNet's files: what is a kind, a part, a member, an opposite of what, and how words are derived."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from distilbert_viz.distillation.facts.relation import Relation, Row, read
from distilbert_viz.distillation.wordnet import PARTS, Synset, synsets

PATTERNS = Path(__file__).parent / "sources" / "wordnet.txt"
MOST_ROWS, MOST_SENTENCES = 4_500, 3_000
# Lexicographer files of nouns (wndb(5WN), lexnames(5WN)), in words.
CLASSES = {"05": "an animal", "13": "something to eat or drink", "20": "a plant", "18": "a person", "08": "a part of a body",
           "12": "a feeling", "15": "a place", "28": "a time", "27": "a substance", "06": "a thing made by people",
           "04": "something that people do", "09": "a thought or something known", "10": "something said or written",
           "14": "a group", "11": "something that happens", "26": "a state", "17": "a thing in nature", "07": "a quality",
           "21": "something that people own", "23": "a number or an amount"}  # fmt: skip
LETTERS = {"noun": "n", "verb": "v", "adj": "as", "adv": "r"}  # of the parts of speech, as pointers name them
PERSON, PLACE = "18", "15"
SHORTEST, LONGEST = 2, 24  # letters of a word


@dataclass(frozen=True, eq=False)
class Sense:
    """A word in one meaning: its synset, its number in there (from 1; 0 is the synset as a whole), and how often it was met."""

    synset: Synset
    number: int
    count: int

    @property
    def word(self) -> str:
        return self.synset.words[max(self.number, 1) - 1]

    @property
    def lexical_file(self) -> str:
        return self.synset.keys[0].split(":")[1]


class WordNet:
    """WordNet in `folder`; words are as frequent as its tagged texts and its own glosses use them."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.synsets = {part: synsets(folder, part) for part in PARTS}
        lines = (folder / "cntlist.rev").read_text(encoding="utf-8").splitlines()
        self.counts = {line.split("::")[0].split(" ")[0]: int(line.split()[-1]) for line in lines}
        self.used = Counter(word for part in self.synsets.values() for synset in part.values() for word in synset.gloss.split())

    def sense(self, synset: Synset, number: int = 0) -> Sense:
        """A sense of a synset; as a whole it was met as often as all its words together."""
        keys = synset.keys if number == 0 else synset.keys[number - 1 : number]
        return Sense(synset, number, sum(self.counts.get(key, 0) for key in keys))

    def pointers(self, part: str, symbols: Iterable[str], to: str | None = None) -> Iterator[tuple[Sense, Sense]]:
        """Every pair of senses that a pointer of these kinds joins, from `part` to `to` (the same part if left out)."""
        letters, theirs = LETTERS[to or part], self.synsets[to or part]
        for synset in self.synsets[part].values():
            for symbol, where, source, target in synset.pointers:
                if symbol in symbols and where[8:] in letters and where[:8] in theirs:
                    yield self.sense(synset, source), self.sense(theirs[where[:8]], target)

    def rank(self, senses: Iterable[Sense]) -> tuple[int, int]:
        """How frequent the rarest of some senses is."""
        listed = list(senses)
        return min(s.count for s in listed), min(min(self.used[word] for word in s.word.split()) for s in listed)


def relations(folder: Path) -> Iterator[Relation]:
    """Every relation of sources/wordnet.txt, its rows the frequent before the rare."""
    net = WordNet(folder)
    for relation in read(PATTERNS):
        rows = ROWS[relation.name.removeprefix("wordnet ")](net)
        distinct = {tuple(row.values()): row for row in rows if all(_plain(cell) for cell in row.values())}
        yield Relation(relation.name, tuple(distinct.values())[:MOST_ROWS], relation.patterns, MOST_SENTENCES)


def _plain(cell: str) -> bool:
    return len(cell) >= SHORTEST and (len(cell) <= LONGEST or " " in cell) and "_" not in cell


def _ranked(net: WordNet, found: Iterable[tuple[tuple[Sense, ...], Row]]) -> list[Row]:
    return [row for _, row in sorted(found, key=lambda one: net.rank(one[0]), reverse=True)]


def _pairs(
    part: str, symbols: str, columns: str, to: str | None = None, keep: Callable[[Sense, Sense], bool] | None = None
) -> "Rows":
    """Rows of the words that pointers join; the first column is where the pointer starts."""

    def rows(net: WordNet) -> list[Row]:
        first, second = columns.split()
        found = ((a, b) for a, b in net.pointers(part, symbols.split(), to) if a.word != b.word and (keep is None or keep(a, b)))
        return _ranked(net, (((a, b), {first: a.word, second: b.word}) for a, b in found))

    return rows


def _same(part: str) -> "Rows":
    """Two words of one synset."""

    def rows(net: WordNet) -> list[Row]:
        many = (s for s in net.synsets[part].values() if len(s.words) > 1 and s.words[0] != s.words[1])
        pairs = ((net.sense(s, 1), net.sense(s, 2)) for s in many)
        return _ranked(net, ((pair, {"first": pair[0].word, "second": pair[1].word}) for pair in pairs))

    return rows


def _classes(net: WordNet) -> list[Row]:
    nouns = [net.sense(s) for s in net.synsets["noun"].values()]
    return _ranked(net, (((s,), {"word": s.word, "class": CLASSES[s.lexical_file]}) for s in nouns if s.lexical_file in CLASSES
                         and s.word.islower()))  # fmt: skip


def _siblings(net: WordNet) -> list[Row]:
    kinds: dict[str, list[Sense]] = {}
    for word, kind in net.pointers("noun", ["@"]):
        kinds.setdefault(kind.word, []).append(word)
    for members in kinds.values():
        members.sort(key=lambda s: net.rank([s]), reverse=True)
    found = [((a, b), {"first": a.word, "second": b.word, "kind": kind}) for kind, members in kinds.items()
             for n, a in enumerate(members[:6]) for b in members[n + 1 : n + 3] if a.word != b.word]  # fmt: skip
    return _ranked(net, found)


def _two_steps(net: WordNet) -> list[Row]:
    above = {id(a.synset): b for a, b in net.pointers("noun", ["@"])}
    steps = ((a, b, above[id(b.synset)]) for a, b in net.pointers("noun", ["@"]) if id(b.synset) in above)
    return _ranked(net, (((a, b, c), {"word": a.word, "kind": b.word, "above": c.word}) for a, b, c in steps))


def _forms(part: str, columns: str) -> "Rows":
    """Irregular forms, from the exception lists."""

    def rows(net: WordNet) -> list[Row]:
        form, base = columns.split()
        lines = (net.folder / f"{part}.exc").read_text(encoding="utf-8").splitlines()
        pairs = [line.split()[:2] for line in lines]
        kept = [pair for pair in pairs if pair[0] != pair[1] and net.used[pair[1]] and "_" not in pair[0] + pair[1]]
        kept.sort(key=lambda pair: min(net.used[pair[1]], 10 * net.used[pair[0]] + 1), reverse=True)
        return [{form: first, base: second} for first, second in kept]

    return rows


def _frames(net: WordNet) -> list[Row]:
    """WordNet's example sentences with a gap, filled with the verbs they are given for."""
    frames = dict(line.split(" ", 1) for line in (net.folder / "sents.vrb").read_text(encoding="utf-8").splitlines())
    found = []
    for line in (net.folder / "sentidx.vrb").read_text(encoding="utf-8").splitlines():
        key, numbers = line.split(" ", 1)
        count = net.counts.get(key.removesuffix("::"), 0)
        verb = key.split("%")[0].replace("_", " ")
        gaps = [frames[number].strip().rstrip(".") for number in numbers.replace(" ", "").split(",") if number in frames]
        found += [(count, gap.replace("%s", verb)) for gap in gaps]
    return [{"sentence": sentence} for _, sentence in sorted(found, reverse=True)]


Rows = Callable[[WordNet], list[Row]]
ROWS: dict[str, Rows] = {
    "kinds": _pairs("noun", "@", "word kind"),
    "classes": _classes,
    "siblings": _siblings,
    "two steps": _two_steps,
    "same nouns": _same("noun"),
    "same verbs": _same("verb"),
    "same adjectives": _same("adj"),
    "opposite adjectives": _pairs("adj", "!", "first second"),
    "opposite nouns": _pairs("noun", "!", "first second"),
    "opposite verbs": _pairs("verb", "!", "first second"),
    "opposite adverbs": _pairs("adv", "!", "first second"),
    "parts": _pairs("noun", "#p", "part whole", keep=lambda a, b: a.word.islower()),
    "members": _pairs("noun", "#m", "member group"),
    "substances": _pairs("noun", "#s", "substance whole"),
    "ways": _pairs("verb", "@", "word way"),
    "results": _pairs("verb", "* >", "first second"),
    "doers": _pairs("verb", "+", "verb doer", "noun", lambda a, b: b.lexical_file == PERSON),
    "deeds": _pairs("verb", "+", "verb deed", "noun", lambda a, b: b.lexical_file != PERSON),
    "qualities": _pairs("adj", "+", "adjective quality", "noun"),
    "manners": _pairs("adv", "\\", "adverb adjective", "adj"),
    "pertaining": _pairs("adj", "\\", "adjective noun", "noun"),
    "values": _pairs("noun", "=", "quality value", "adj"),
    "alike": _pairs("adj", "&", "first second"),
    "topics": _pairs("noun", ";c", "word topic"),
    "persons": _pairs("noun", "@i", "name kind", keep=lambda a, b: a.lexical_file == PERSON),
    "places": _pairs("noun", "@i", "name kind", keep=lambda a, b: a.lexical_file in (PLACE, "17")),
    "located": _pairs("noun", "#p", "part whole", keep=lambda a, b: not a.word.islower() and a.lexical_file == PLACE),
    "plural forms": _forms("noun", "many one"),
    "verb forms": _forms("verb", "form base"),
    "degrees": _forms("adj", "form base"),
    "frames": _frames,
}
