"""The libraries by which bertviz's frames draw: one file of the app's server, kept by the browser."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from distilbert_viz.figures.forward.bertviz import LIBRARIES_ADDRESS, libraries

SECONDS_KEPT = 86_400


def routes() -> list[Route]:
    """The address that the app answers beside its pages."""
    return [Route(f"/{LIBRARIES_ADDRESS}", _libraries)]


def _libraries(_: Request) -> Response:
    return Response(libraries(), media_type="text/javascript", headers={"cache-control": f"public, max-age={SECONDS_KEPT}"})
