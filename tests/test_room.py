"""The visitors of benchmarks/room.py speak to the real app as a browser does, and their waits are counted right."""

import asyncio
import base64
import contextlib
import json
from math import inf

import numpy as np
import pytest
import torch
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from transformers import BertForMaskedLM
from websockets.asyncio.server import serve

from benchmarks.answers import END, ERROR, PICTURE, SENT, Answer, Event, answers, lost, percentiles, slope, summary
from benchmarks.room import all_settled, new_texts, plain
from benchmarks.room_tables import answers_table, server_table
from benchmarks.visitors import PICTURES, visit
from distilbert_viz.pairs.catalogue import FOLDER
from tests.support.loops import in_a_loop

FIRST, *TYPED = ("The capital of France is [MASK].", "He drank a cup of [MASK].", "The old wolf slept near the lamp.")
SECONDS = 90


@pytest.fixture(scope="module")
def pages(app):
    """What two visitors, one a page, have seen of each text, and what happened to them."""

    async def talk() -> dict[str, tuple[list, list[Event]]]:
        async with contextlib.AsyncExitStack() as stack:
            visitors = [await stack.enter_async_context(visit(app, page, FIRST)) for page in PICTURES]
            seen = {visitor.page: [] for visitor in visitors}
            for text in (None, *TYPED):
                for visitor in visitors if text else ():
                    await visitor.type(text)
                assert await all_settled(visitors, SECONDS) == 0
                for visitor in visitors:
                    seen[visitor.page].append(visitor.picture)
            return {visitor.page: (seen[visitor.page], list(visitor.events)) for visitor in visitors}

    return in_a_loop(talk())


@pytest.mark.parametrize("page", PICTURES)
def test_each_text_is_sent_pictured_and_ended_in_this_order_and_nothing_goes_wrong(pages, page):
    _, events = pages[page]
    found = [(event.kind, event.number) for event in events]
    assert list(dict.fromkeys(found)) == [(PICTURE, 0), (END, 0), *((kind, n) for n in (1, 2) for kind in (SENT, PICTURE, END))]
    assert [event.seconds for event in events] == sorted(event.seconds for event in events)


def test_the_attention_that_came_is_of_the_text_that_was_typed(pages, built_in_tokenizer):
    pictures, _ = pages["attention"]
    for text, picture in zip((FIRST, *TYPED), pictures, strict=True):
        data = picture.bidi_component.bytes
        header = json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])
        tokens = built_in_tokenizer.convert_ids_to_tokens(built_in_tokenizer(text)["input_ids"])
        assert [figure["tokens"]["rows"] for figure in header["figures"]] == [tokens, tokens]


def test_the_soft_labels_that_came_are_what_the_stock_teacher_says_to_the_text_that_was_typed(pages, built_in_tokenizer):
    teacher = BertForMaskedLM.from_pretrained(FOLDER / "teacher", dtype=torch.float32).eval()
    pictures, _ = pages["soft-labels"]
    for text, position, picture in zip((FIRST, *TYPED), (6, 6, 1), pictures, strict=True):
        with torch.inference_mode():
            logits = teacher(**built_in_tokenizer(text, return_tensors="pt")).logits[0, position]
        highest, likeliest = torch.softmax(logits / 2, -1).max(-1)
        figure = json.loads(picture.plotly_chart.spec)
        packed = figure["data"][0]["x"]
        shown = np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])
        assert shown[0] == pytest.approx(highest.item(), abs=1e-5)
        assert figure["layout"]["yaxis"]["ticktext"][0].startswith(built_in_tokenizer.convert_ids_to_tokens(likeliest.item()))


def test_a_refusal_on_the_page_and_a_lost_connection_are_errors():
    raised, warned, noted = ForwardMsg(), ForwardMsg(), ForwardMsg()
    raised.delta.new_element.exception.message = "it broke"
    for message, look in ((warned, Alert.WARNING), (noted, Alert.INFO)):
        message.delta.new_element.alert.body, message.delta.new_element.alert.format = "could not", look

    async def speak(socket: object) -> None:
        await socket.recv()
        for message in (raised, noted, warned):
            await socket.send(message.SerializeToString())

    async def talk() -> list[Event]:
        async with serve(speak, "127.0.0.1", 0, subprotocols=["streamlit"]) as server:
            port = server.sockets[0].getsockname()[1]
            async with visit(f"http://127.0.0.1:{port}", "soft-labels", FIRST) as visitor:
                while len(visitor.events) < 3:
                    await asyncio.sleep(0.01)
                return visitor.events

    found = in_a_loop(asyncio.wait_for(talk(), 20))
    assert [event.kind for event in found] == [ERROR] * 3
    assert [event.words for event in found] == ["it broke", "could not", "the connection was closed"]


WAITING = [
    Event(SENT, 1, 10.0),
    Event(PICTURE, 1, 10.5),
    Event(END, 1, 11.0),
    Event(SENT, 2, 13.0),
    Event(SENT, 3, 16.0),
    Event(PICTURE, 3, 17.0),
    Event(END, 3, 18.0),
    Event(SENT, 4, 19.0),
]


def test_a_text_that_the_next_one_overtakes_waits_for_that_ones_picture():
    assert answers(WAITING, 0, 18) == [Answer(10, 0.5, 1, True), Answer(13, 4, 5, False), Answer(16, 1, 2, True)]


def test_only_texts_of_the_measured_time_count():
    assert [answer.sent for answer in answers(WAITING, 13, 19)] == [13, 16]


def test_a_wait_without_an_end_and_one_over_twenty_seconds_are_lost():
    late = [Event(SENT, 1, 0.0), Event(PICTURE, 1, 20.5), Event(END, 1, 21.0)]
    assert answers(WAITING, 18, 20) == [Answer(19, inf, inf, False)]
    assert (lost(answers(WAITING, 0, 20)), lost(answers(late, 0, 20))) == (1, 1)


def test_a_percentile_is_a_wait_that_somebody_had_and_may_have_no_end():
    waits = [0.01 * n for n in range(1, 21)]
    assert percentiles(waits) == pytest.approx([0.11, 0.20, 0.20])
    assert percentiles([*waits[:9], inf]) == [waits[5], inf, inf]
    assert percentiles([]) == []


def test_a_room_counts_its_visitors_together_and_errors_whenever_they_came():
    broken = [Event(ERROR, 0, 1.0, "it broke"), Event(SENT, 1, 12.0), Event(PICTURE, 1, 12.1), Event(END, 1, 12.2)]
    found = summary([WAITING, broken], 10, 20)
    assert found["changes"] == 5
    assert found["answered a second"] == pytest.approx(3 / 10)
    assert (found["overtaken"], found["errors"], found["said"]) == (2, 2, ["it broke"])


def test_the_slope_of_memory_leaves_the_first_two_minutes_out():
    seconds = [10.0 * n for n in range(60)]
    memory = [900.0 if s < 120 else 1000 + 6 * s / 3600 for s in seconds]
    assert slope(seconds, memory) == pytest.approx((6, 0), abs=1e-6)
    assert slope(seconds[:14], memory[:14]) is None


def test_texts_are_new_each_time_and_have_eight_to_thirty_two_wordpieces(built_in_tokenizer):
    stream = new_texts(3)
    texts = [next(stream) for _ in range(500)]
    lengths = {len(ids) for ids in built_in_tokenizer(texts)["input_ids"]}
    assert len(set(texts)) == 500
    assert (min(lengths), max(lengths)) == (8, 32)


def test_a_room_is_printed_and_kept_even_when_nothing_was_answered():
    silent = summary([[Event(SENT, 1, 10.0)]], 10, 20)
    names = ("server MiB", "children MiB", "server CPU s", "children CPU s", "client CPU s", "machine CPU s", "steps")
    samples = [{"seconds": float(s), **dict.fromkeys(names, float(s))} for s in (0, 10)]
    rooms = [{"visitors": 1, "pages": {"both": silent}, "samples": samples}]
    assert (answers_table(rooms).row_count, server_table(rooms).row_count) == (1, 1)
    assert json.loads(json.dumps(plain(rooms), allow_nan=False))[0]["pages"]["both"]["picture"] == [None] * 3
