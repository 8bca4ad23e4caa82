"""A tiny pair that is measured in no time, and what measuring it yields."""

import pytest
from transformers import BertForMaskedLM, DistilBertForMaskedLM

from distilbert_viz import cost
from distilbert_viz.cost import child
from distilbert_viz.cost.request import Request
from distilbert_viz.records import Measurement
from tests.support import forks, odd
from tests.support.tiny import bert_config, distilbert_config


@pytest.fixture(scope="session")
def folders(tmp_path_factory) -> dict[str, str]:
    """A tiny pair on the disk, as the fields of a request."""
    folder = tmp_path_factory.mktemp("pair")
    BertForMaskedLM(bert_config()).save_pretrained(folder / "teacher")
    DistilBertForMaskedLM(distilbert_config(1)).save_pretrained(folder / "student")
    for name in ("teacher", "student"):
        odd.wordpiece().save_pretrained(folder / name)
    return {"teacher": str(folder / "teacher"), "student": str(folder / "student")}


@pytest.fixture(scope="session")
def tiny(folders) -> Request:
    """A request that takes no time."""
    return Request(**folders, lengths=(9, 4), batches=(2, 1), repeats=6, seconds=0.0, threads=1)


@pytest.fixture(scope="session")
def stages(tiny) -> list[Measurement]:
    """Every record that measuring it yields; the processes that tell the memory begin with everything imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(child, "Lines", forks.lines)
        return list(cost.measure(tiny))
