"""What nobody should type: seeded inputs, and whether anything of them would be read as markup or reach the disk."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from streamlit.testing.v1 import AppTest

# Every piece that would be read holds zq, which stands in no word of the app.
HTML = ["<script>zq", "</script>zq", "<b>zq", "<img src=zq>", "<a href=zq>", "<!--zq", "<svg/onload=zq>"]
MARKDOWN = [
    "&lt;zq", "&#60;zq", "[zq](http://a)", "![zq](http://a)", "$zq$", "$$zq$$", ":red[zq]", ":material/zq:", ":zq:",
    "`zq`", "~~zq~~", "<zq@a.b>",
]  # fmt: skip
SPOILT = list("\x00\x07\x1b\u202e\u2066\u200b\ufeff\u0085\u2028\r\t\ufffe\U000e0001\ud800")
STRANGE = ["👨‍👩‍👧‍👦", "🏳️‍🌈", "e\u0301\u0302\u0323", "Z\u0336\u0335\u0489" * 9, "שלום", "你好", "ﷺ", "ＡＢ", "ß", "İ", "½", "٣"]
PATHS = [
    "../../zq", "/etc/passwd", "..\\zq", "~/zq", "file:///zq", "a/../../zq", "name@../../zq", "C:\\zq", "%2e%2e%2fzq",
    "/proc/self/zq",
]  # fmt: skip
FORMATS = ["{zq}", "{0.__class__}", "%s%n%(zq)s", "${zq}", "{{zq}}", "\\N{zq}", "'; DROP TABLE zq; --", "zq|zq", "\\zq"]
SPECIAL = ["[MASK]", "[SEP]", "[CLS]", "[PAD]", "[UNK]", "##zq", "[mask]", "[MASK", "[SEP][SEP]"]
NUMBERS = [
    "", " ", "L0 H99", "9" * 400, "1e999", "-1e999", "nan", "-0", "-0.0", "inf", "1_000", "٣", "²", "0x10", "1e-320",
    "1,5", "-1", "99999", "true", "null", "[]", "L99", "1,zwei,3,,99999999999999999999",
]  # fmt: skip
KINDS = [HTML, MARKDOWN, SPOILT, STRANGE, PATHS, FORMATS, SPECIAL, NUMBERS]
# Where Streamlit shows text as it is; everywhere else it reads Markdown.
PLAIN = {
    "alt", "config", "css_content", "default", "delta_path", "form_id", "fragment_id", "hash", "id", "js_content", "json",
    "key", "placeholder", "query_param_key", "raw_defaults", "raw_value", "raw_values", "script_path", "url", "user_key",
    "value",
}  # fmt: skip
PLAIN_OPTIONS = {"Selectbox", "MultiSelect", "Slider"}
FRAMES = {"spec", "srcdoc", "html_content"}  # HTML without Markdown
ESCAPED = re.compile(r"\\.", re.DOTALL)


def text(random: Random) -> str:
    """A hostile text: some of the pieces above between words, or one of them many times, or very many words."""
    pieces = [random.choice(random.choice(KINDS)) for _ in range(random.randint(1, 5))]
    long = random.random()
    if long < 0.03:
        return " ".join([*pieces, "word"] * (5_000 // (len(pieces) + 1)))
    if long < 0.06:
        return pieces[0] + random.choice("aZ0é漢") * 5_000
    if long < 0.12:
        return random.choice(SPECIAL) * random.randint(2, 600)
    return random.choice([" ", "", " a word ", "\n"]).join(pieces)


def number(random: Random) -> str:
    """What stands in a link where a number is meant."""
    return random.choice(NUMBERS) if random.random() < 0.6 else text(random)


def path(random: Random) -> str:
    """A way that leads out of a folder, or a hub's name with one for a revision."""
    return (
        random.choice(["", "somebody/bert@", "/tmp/", "a|"])
        + random.choice(PATHS)
        + random.choice(["", "\x00", "/..", "@main", "\n"])
    )


def file(random: Random) -> tuple[str, bytes]:
    """(name, content) of a text file."""
    name = f"{wired(text(random))[:60].replace(chr(0), '')}.txt"
    lines = "\n".join(wired(text(random)) for _ in range(random.choice([1, 5, 80]))).encode()
    contents = [
        b"",
        b"\x00" * 50,
        b"\xff\xfe" + lines,
        b"\xef\xbb\xbf" + lines,
        lines,
        random.randbytes(2_000),
        b"\n" * 999,
        b"a" * 5_000_000,
    ]
    return name, random.choice(contents)


def wired(typed: str) -> str:
    """As a browser can send it: UTF-8 has no lone surrogates."""
    return typed.encode("utf-8", errors="replace").decode()


def interpreted(session: AppTest) -> list[str]:
    """Everything on the page in which a hostile piece stands as it was typed, where it would be read as markup."""
    found = []
    for where, said in _strings(session._tree):
        frame = where.rpartition(".")[2] in FRAMES or where == "Html.body"
        read = said if frame else ESCAPED.sub("", said)
        found += [f"{where}: {piece}" for piece in (HTML if frame else [*HTML, *MARKDOWN]) if piece in read]
    return found


def _strings(block: object) -> Iterator[tuple[str, str]]:
    """(message.field, text) of every string on the page that isn't shown as it is."""
    for node in block.children.values():
        if node.proto is not None:
            yield from _of_message(node.proto)
        if node.type in ("arrow_table", "table"):
            yield from (("Table.cell", str(cell)) for cell in node.value.to_numpy().ravel())
        if hasattr(node, "children"):
            yield from _strings(node)


def _of_message(message: object) -> Iterator[tuple[str, str]]:
    name = message.DESCRIPTOR.name
    for field, value in message.ListFields():
        if field.name in PLAIN or (field.name == "options" and name in PLAIN_OPTIONS):
            continue
        for one in value if field.is_repeated else [value]:
            if field.type == field.TYPE_MESSAGE and hasattr(one, "ListFields"):
                yield from _of_message(one)
            elif isinstance(one, str):
                yield from ((f"{name}.{field.name}", said) for said in _unpacked(field.name, one))


def _unpacked(field: str, said: str) -> list[str]:
    """The strings of a plotly figure, which are no JSON any more when it is drawn."""
    return list(_leaves(json.loads(said))) if field == "spec" and said else [said]


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)


def linked_keys(session: AppTest) -> set[str]:
    """Every name under which a widget of this page stands in the address."""
    return set(_keys(session._tree))


def _keys(block: object) -> Iterator[str]:
    for node in block.children.values():
        yield from _bound(node.proto) if node.proto is not None else ()
        if hasattr(node, "children"):
            yield from _keys(node)


def _bound(message: object) -> Iterator[str]:
    for field, value in message.ListFields():
        if field.name == "query_param_key" and value:
            yield value
        elif field.type == field.TYPE_MESSAGE and not field.is_repeated:
            yield from _bound(value)


_listeners: list[Callable[[str, tuple], None]] = []
sys.addaudithook(lambda event, arguments: [listen(event, arguments) for listen in _listeners] and None)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
MAKING = {"os.mkdir", "os.rename", "os.link", "os.symlink", "os.remove", "os.rmdir", "shutil.rmtree", "sqlite3.connect"}


@contextmanager
def touched() -> Iterator[list[Path]]:
    """Every path that this process makes, writes or deletes meanwhile; bytecode, a library's folder and devices don't count."""
    found: list[Path] = []

    def listen(event: str, arguments: tuple) -> None:
        if (event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING) or event in MAKING:
            found.extend(Path(os.fsdecode(path)) for path in arguments[:2] if isinstance(path, str | bytes) and len(path) > 3)

    _listeners.append(listen)
    try:
        yield found
    finally:
        _listeners.remove(listen)
        found[:] = [path for path in found if path.is_absolute() and not {"__pycache__", "matplotlib", "dev"} & set(path.parts)]
