"""What can go wrong between a name and a loaded pair, each as one sentence. Knows neither torch nor transformers."""

import errno
from collections.abc import Callable, Sequence
from typing import TypeVar

from distilbert_viz import families

T = TypeVar("T")
GATED = "its owner opens it only to people who accepted its conditions: do so at {url}, then log in (hf auth login, or HF_TOKEN)."
MACHINE = "the machine that runs distilbert_viz"  # which is seldom the one that a visitor sits at
UNKNOWN = f"there is no model of this name at {{endpoint}}, or it is private and the token on {MACHINE}, if any, doesn't open it."
CODE = "it holds no safetensors weights, only files that could run code when opened ({names}), and those are not opened."
NOT_HERE = (
    "it isn't in the Hugging Face cache, and nothing is fetched unasked: ask for it on the page, or by `distilbert_viz fetch`."
)
NOT_FOR_VISITORS = "it isn't on this server's disk, and on a public server visitors fetch nothing."
UNLISTED = (
    "This hub lists no sizes or checksums: files are counted, not bytes, one that breaks off begins again, and none is checked."
)
ANOTHER = "it would be shown as another model than it is."


class PairError(ValueError):
    """A pair that can't be loaded, said in one sentence for a person."""


class OutOfMemory(PairError):
    """Something that doesn't fit into the memory that is free."""


class NotFetched(PairError):
    """A pair on the hub that isn't on this disk."""


class BrokenOff(Exception):
    """A file of the hub that did not come whole, or came whole but wrong; the message says which."""


def judged(judge: Callable[[str], T], sources: Sequence[str]) -> tuple[T, ...]:
    """What `judge` finds of each of the sources. Where it refuses several, one PairError says the sentence of each."""
    found, refusals = [], []
    for source in sources:
        try:
            found.append(judge(source))
        except OutOfMemory:
            raise
        except PairError as refusal:
            refusals.append(refusal)
    if refusals:
        kinds = {type(refusal) for refusal in refusals}
        raise (kinds.pop() if len(kinds) == 1 else PairError)(" ".join(dict.fromkeys(map(str, refusals))))
    return tuple(found)


def other_family(label: str, model_type: str) -> str:
    """Why a model of a family that isn't registered is none of a pair."""
    return f"{label} is a {model_type} model; a pair is made of {families.titles()} models."


def quantised(label: str, how: str, mend: str = "") -> str:
    """Why a model with quantised weights is none of a pair, and where its plain weights come from."""
    return f"{label} can't be shown: its weights are quantised ({how}); give the model that they were made of{mend}."


def hub_reason(error: Exception, repository: str, revision: str) -> str:
    """Why the hub gave nothing, as the second half of a sentence that begins with the repository's name."""
    from huggingface_hub import constants, errors

    endpoint = constants.ENDPOINT
    kinds = {
        errors.GatedRepoError: GATED.format(url=f"{endpoint}/{repository}"),
        errors.RepositoryNotFoundError: UNKNOWN.format(endpoint=endpoint),
        errors.RevisionNotFoundError: f"it has no revision {revision!r} at {endpoint}.",
        errors.EntryNotFoundError: f"a file that {endpoint} lists isn't there.",
        errors.OfflineModeIsEnabled: "HF_HUB_OFFLINE is set, so the hub isn't asked.",
        BrokenOff: str(error),
    }
    for kind, sentence in kinds.items():
        if isinstance(error, kind):
            return sentence
    if isinstance(error, errors.HfHubHTTPError):
        return _answer(error.response.status_code, endpoint)
    if isinstance(error, errors.HTTPError):
        return f"{endpoint} can't be reached from {MACHINE} ({type(error).__name__})."
    if isinstance(error, OSError):
        return "the disk is full." if error.errno == errno.ENOSPC else f"the cache can't be written ({error.strerror})."
    return f"{endpoint} gave an answer that isn't a hub's ({type(error).__name__})."


def _answer(status: int, endpoint: str) -> str:
    if status in (401, 403):
        return f"{endpoint} doesn't allow it with the token on {MACHINE}, if any ({status})."
    return f"{endpoint} answered {status}: try again later."
