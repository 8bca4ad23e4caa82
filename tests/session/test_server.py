"""What the server does before its first visitor."""

import pytest

from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.session import server, visitors


@pytest.mark.parametrize(("came", "loads"), [(False, [PairChoice()]), (True, [])])
def test_a_server_loads_its_first_pair_only_while_nobody_is_there(monkeypatch, came, loads):
    begun = []
    monkeypatch.setattr(visitors, "somebody_came", lambda: came)
    monkeypatch.setattr(server, "cache", lambda: type("Cache", (), {"load": lambda _, choice: begun.append(choice)})())
    server.load_unless_visited()
    assert begun == loads
