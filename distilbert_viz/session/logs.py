"""What a server's log says of an error: its class and where it was raised. Its message may quote a visitor's text."""

import logging
import traceback


def keep_texts_out() -> None:
    """From now on, whoever writes into the log of this process."""
    logging.setLogRecordFactory(_Record)


class _Record(logging.LogRecord):
    def __init__(self, *words: object, **named: object):
        super().__init__(*words, **named)  # type: ignore[arg-type]
        if self.exc_info and self.exc_info[1]:
            self.exc_text = told(self.exc_info[1])  # which formatters take as they find it


def told(error: BaseException | None) -> str:
    """Every error of the chain, the first cause first: the lines that it went through, and its class."""
    said = ""
    while error is not None:
        said = "".join([*traceback.format_tb(error.__traceback__), type(error).__qualname__, "\n", said])
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return said.rstrip()
