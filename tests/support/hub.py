"""A hub on loopback, in the hub's own address layout: metadata, resolve, ranges, ETags, and what goes wrong with them."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import huggingface_hub.constants
import pytest
from transformers import BertForMaskedLM, BertTokenizer, DistilBertForMaskedLM

from distilbert_viz.pairs import hub
from distilbert_viz.pairs.fetching import fetch
from distilbert_viz.records.fetching import Fetched
from tests.support.tiny import bert_config, distilbert_config, random_model

TEACHER, STUDENT = "somebody/tiny-bert", "somebody/tiny-distilbert"
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "capital", "of", "france", "is", ".", "a", "b"]
WEIGHTS = "model.safetensors"
CHUNK = 4096


@dataclass(eq=False)
class Repository:
    """Files at one commit; `status` refuses all of it, `code` says how the hub names that."""

    files: dict[str, bytes]
    commit: str
    licence: str = "apache-2.0"
    status: int = 200
    code: str = ""


@dataclass(eq=False)
class Hub:
    """What is served, what went over the wire, and which file breaks off, waits or comes wrong.

    With `names_only` it lists files without sizes and checksums, as a caching proxy may.
    """

    repositories: dict[str, Repository] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    cut: dict[str, int] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)
    wrong: set[str] = field(default_factory=set)
    ranges: bool = True
    names_only: bool = False
    go_on: threading.Event = field(default_factory=threading.Event)
    address: str = ""

    def publish(self, name: str, folder: Path, **values: object) -> Repository:
        """Serve the files of a folder under this name."""
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        commit = hashlib.sha1(b"".join(files.values())).hexdigest()
        self.repositories[name] = Repository(files, commit, **values)
        return self.repositories[name]

    def sent(self, file: str) -> list[str]:
        """The Range of every request for the bytes of this file, empty where all of it was asked for."""
        return [headers.get("range", "") for method, path, headers in self.asked if method == "GET" and path.endswith(f"/{file}")]


def save_models(folder: Path, words: list[str] = WORDS) -> tuple[Path, Path]:
    """A tiny BERT of four layers and a tiny DistilBERT of two with one tokenizer, each in a folder of its own."""
    kinds = {"teacher": (BertForMaskedLM, bert_config(4)), "student": (DistilBertForMaskedLM, distilbert_config())}
    for name, (kind, config) in kinds.items():
        random_model(kind, config).save_pretrained(folder / name)
        BertTokenizer(vocab={word: i for i, word in enumerate(words)}).save_pretrained(folder / name)
    return folder / "teacher", folder / "student"


@contextmanager
def serving() -> Iterator[Hub]:
    """A hub that answers for as long as the block lasts."""
    served = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": served}))
    server.daemon_threads = True
    served.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield served
    finally:
        served.go_on.set()
        server.shutdown()
        server.server_close()


@contextmanager
def serving_pair(folders: tuple[Path, Path], cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub with the pair in these folders, asked by huggingface_hub, whose cache is the folder `cache`."""
    with serving() as served:
        served.publish(TEACHER, folders[0])
        served.publish(STUDENT, folders[1], licence="mit")
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", served.address)
        template = served.address + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(huggingface_hub.constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(cache))
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
        yield served


def fetched(*sources: str) -> list[Fetched]:
    """Every record of a fetch to its end."""
    return list(fetch(hub.parcel(source) for source in sources))


def checksums(content: bytes) -> tuple[str, str]:
    """git's SHA-1 of the blob, and SHA-256."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest(), hashlib.sha256(content).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        if path.startswith("/api/models/") or "/resolve/" in path:  # and not what huggingface_hub asks about itself
            self.hub.asked.append((self.command, path, {name.lower(): value for name, value in self.headers.items()}))
        api, separator, rest = path.removeprefix("/api/models/").partition("/revision/" if "/api/" in path else "/resolve/")
        name = api.lstrip("/")
        found = self.hub.repositories.get(name)
        if not separator or found is None:
            return self._refuse(401, "RepoNotFound")
        if found.status != 200:
            return self._refuse(found.status, found.code)
        revision, _, file = rest.partition("/")
        if revision not in ("main", found.commit):
            return self._refuse(404, "RevisionNotFound")
        if "/api/" in path:
            return self._listing(name, found)
        if file not in found.files:
            return self._refuse(404, "EntryNotFound")
        return self._file(found, file, body)

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _listing(self, name: str, found: Repository) -> None:
        siblings = [
            {"rfilename": file} if self.hub.names_only else _sibling(file, content) for file, content in found.files.items()
        ]
        config = {"model_type": json.loads(found.files.get("config.json", b"{}")).get("model_type")}
        card = {"license": found.licence}
        answer = json.dumps({"id": name, "sha": found.commit, "siblings": siblings, "config": config, "cardData": card}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def _file(self, found: Repository, file: str, body: bool) -> None:
        content = found.files[file]
        small, large = checksums(content)
        asked = self.headers.get("Range", "") if self.hub.ranges else ""
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        self.send_response(206 if asked else 200)
        self.send_header("X-Repo-Commit", found.commit)
        self.send_header("ETag", f'"{large if file.endswith(".safetensors") else small}"')
        self.send_header("Content-Length", str(len(content) - start))
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        if body:
            self._send(file, content, start)

    def _send(self, file: str, content: bytes, start: int) -> None:
        if file in self.hub.wrong:
            content = content[:-1] + bytes([content[-1] ^ 1])
        end = self.hub.cut.pop(file, len(content))
        for begin in range(start, end, CHUNK):
            self.wfile.write(content[begin : min(begin + CHUNK, end)])
            if file in self.hub.slow and begin > start:
                self.hub.go_on.wait(30)
        if end < len(content):
            self.close_connection = True


def _sibling(file: str, content: bytes) -> dict[str, object]:
    small, large = checksums(content)
    sibling = {"rfilename": file, "size": len(content), "blobId": small}
    if file.endswith(".safetensors"):
        sibling["lfs"] = {"size": len(content), "sha256": large, "pointerSize": 134}
    return sibling
