"""What a public server's log says of an error, and what it doesn't."""

import io
import logging

import pytest

from distilbert_viz.session import logs

SECRET = "xyzzy"


@pytest.fixture
def written(monkeypatch):
    """What is written into a log whose texts are kept out."""
    factory, stream = logging.getLogRecordFactory(), io.StringIO()
    logger = logging.getLogger("of a test")
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)
    logs.keep_texts_out()
    yield logger, stream
    logger.removeHandler(handler)
    logging.setLogRecordFactory(factory)


def fail() -> None:
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        raise ValueError(f"{SECRET} can't be read") from error


def test_an_error_is_told_by_its_classes_and_places_and_not_by_its_words(written):
    logger, stream = written
    try:
        fail()
    except ValueError:
        logger.exception("A page failed")
    said = stream.getvalue()
    assert SECRET not in said
    assert said.splitlines()[0] == "A page failed"
    assert said.index("KeyError") < said.rindex("ValueError")
    assert 'test_logs.py", line' in said
    assert "in fail" in said


def test_what_is_no_error_is_written_as_it_is(written):
    logger, stream = written
    logger.warning("%s of %s", 1, 2)
    assert stream.getvalue() == "1 of 2\n"
