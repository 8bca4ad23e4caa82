"""A picture of the app in a notebook: its JavaScript, its bytes, its clicks."""

import json
import zlib
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from uuid import uuid4

from anywidget import AnyWidget
from IPython.display import display
from traitlets import Bytes, Int, Tuple, Unicode, validate

from distilbert_viz.drawing.components import Flow
from distilbert_viz.notebook import stills
from distilbert_viz.notebook.chosen import Chosen, Head, beside, has_head, has_token
from distilbert_viz.notebook.modules import module
from distilbert_viz.records import Canvas, TracePair

Picture: TypeAlias = Canvas | Flow


class Drawing(AnyWidget):
    """A picture of one text under one pair. What is clicked in it, or chosen by arrow keys and Enter, is found in its traits:

    `head` and `student_head` are (layer, head) of either model, counted from 0: the student's follows the teacher's. `token` is
    the position of a token, `mixture` a cell of the hand-over, `page` and `layer` the box of the flow. All but the last two can
    be set, too, and linked between pictures: what is drawn follows.
    """

    _esm = Unicode().tag(sync=True)
    data = Bytes().tag(sync=True)  # packed by zlib
    still = Unicode().tag(sync=True)  # the class of its still pictures on the page
    head = Tuple(Int(), Int(allow_none=True))
    student_head = Tuple(Int(), Int(allow_none=True))
    token = Int()
    mixture = Tuple(Unicode(), Int(), Int())
    page = Unicode(None, allow_none=True)
    layer = Int(None, allow_none=True)

    def __init__(self, component: str, traces: TracePair, draw: Callable[[Chosen], Picture], chosen: Chosen) -> None:
        self.traces, self._draw = traces, draw
        head, student_head = chosen.heads
        super().__init__(
            _esm=module(component), data=packed(draw(chosen)), still=f"dv-still-{uuid4().hex[:12]}",
            head=head, student_head=student_head, token=chosen.token, mixture=chosen.mixture,
        )  # fmt: skip
        self.on_msg(self._clicked)
        self.observe(self._beside, "head")
        self.observe(self._redraw, ["head", "student_head", "token", "mixture"])

    @property
    def chosen(self) -> Chosen:
        """What is looked at now."""
        return Chosen((self.head, self.student_head), self.token, self.mixture)

    @property
    def picture(self) -> Picture:
        """What is drawn now, as a record."""
        return self._draw(self.chosen)

    def _redraw(self, _: object) -> None:
        self.data = packed(self.picture)

    def _beside(self, _: object) -> None:
        """The student's head follows, as with linked layers in the app."""
        self.student_head = beside(self.traces, self.head)

    def _clicked(self, _: AnyWidget, made: Mapping[str, Any], __: object) -> None:
        with self.hold_sync():  # two heads are one picture
            match made:
                case {"pick": "panel", "voice": voice, "value": [layer, head]}:
                    self.head = (self.traces.initial_layers[layer] if voice == "student" else layer, head)
                case {"pick": "cell", "value": [row, column]}:
                    self.head = divmod(column, self.traces.teacher.heads)
                    self.student_head = divmod(row, self.traces.student.heads)
                case {"pick": "token", "value": [token]}:
                    self.token = token
                case {"pick": "mixture", "voice": voice, "value": [depth, start]}:
                    self.mixture = (voice, depth, start)
                case {"page": page, "layer": layer}:
                    self.page, self.layer = page, layer

    @validate("head")
    def _teacher_has(self, proposal: Mapping[str, Any]) -> Head:
        return has_head("teacher", self.traces.teacher, proposal["value"])

    @validate("student_head")
    def _student_has(self, proposal: Mapping[str, Any]) -> Head:
        return has_head("student", self.traces.student, proposal["value"])

    @validate("token")
    def _text_has(self, proposal: Mapping[str, Any]) -> int:
        return has_token(self.traces, proposal["value"])

    def _ipython_display_(self) -> None:
        """The still picture, which whoever has no kernel sees, and in its place the live one where there is a kernel."""
        live, metadata = self._repr_mimebundle_() or ({}, {})
        still = {"text/html": stills.page(self.picture, self.still), "text/plain": repr(self)}
        for bundle, about in ((still, {}), (live, metadata)):
            display(bundle, metadata=about, raw=True)  # type: ignore[no-untyped-call]

    def __repr__(self) -> str:
        return f"A picture of “{self.traces.encoding.text[:60]}”, which answers once its cell was run."


def packed(picture: Picture) -> bytes:
    """What the component is given, as it travels."""
    return zlib.compress(picture.data if isinstance(picture, Canvas) else json.dumps(picture).encode(), 9)
