"""Addresses that pages had before: each leads to where its page is now, with the choices that the link holds."""

from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from distilbert_viz.session.pages import Entry

# Old address -> the present one, and what the link has to choose there beside what it holds.
MOVED: dict[str, tuple[str, dict[str, str]]] = {
    "bert-to-distilbert": ("architecture", {}),
    "wordpieces": ("tokens", {}),
    "embedding-sum": ("embeddings", {}),
    "attention-heads": ("attention", {}),
    "token-to-token": ("attention", {"view": "lines"}),
    "words-and-sets": ("attention", {"view": "words"}),
    "what-attention-carries": ("attention", {"view": "what-it-carries"}),
    "bertviz-views": ("attention", {"view": "bertviz"}),
    "several-texts": ("attention", {"text_2": "The capital of Germany is [MASK]."}),
    "one-distillation-step": ("one-step", {}),
    "live-distillation": ("live-run", {}),
    "heads-that-survived": ("which-heads-survived", {}),
    "heads-in-numbers": ("head-atlas", {}),
    "what-moves": ("what-if", {}),
    "owed-to-tokens": ("attribution", {}),
    "report-and-files": ("report", {}),
    "take-it-along": ("report", {}),
    "size-and-parts": ("size-and-arithmetic", {}),
    "arithmetic": ("size-and-arithmetic", {"view": "arithmetic"}),
    "measured-speed": ("speed-and-memory", {}),
    "measured-memory": ("speed-and-memory", {"view": "memory"}),
    "what-is-lost": ("quality", {}),
    "teacher-or-student": ("when-to-use-which", {}),
    "chain-of-causes": ("when-to-use-which", {"view": "why-it-is-faster"}),
}
ROLLOUT = {"rollout_teacher", "rollout_student"}


def routes(first: Entry) -> list[Route]:
    """The old addresses, and that of the `first` page, which stands at the root, as the app's server answers them."""
    return [*(Route(f"/{old}", _lead_on) for old in MOVED), Route(f"/{first.address}", _to_root)]


def _lead_on(request: Request) -> RedirectResponse:
    old, asked = request.url.path.rpartition("/")[2], request.query_params.multi_items()
    page, chosen = MOVED[old]
    named = dict(asked)
    if old == "several-texts" and named.get("texts_view") == "soft labels":
        page = "soft-labels"
    if old == "what-attention-carries" and not named.keys().isdisjoint(ROLLOUT) and "norms_view" not in named:
        chosen = {"view": "rollout"}
    return _redirect(page, [*((name, value) for name, value in chosen.items() if name not in named), *asked])


def _to_root(request: Request) -> RedirectResponse:
    return _redirect("", request.query_params.multi_items())


def _redirect(page: str, choices: Sequence[tuple[str, str]]) -> RedirectResponse:
    """Relative, since a proxy may serve the app below a path of its own."""
    return RedirectResponse(f"./{page}{'?' if choices else ''}{urlencode(choices)}", 307)
