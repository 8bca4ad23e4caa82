"""The chain of causes from layers and parameters to time and memory."""

import dataclasses

import pytest

from distilbert_viz import cost
from distilbert_viz.cost import causes
from distilbert_viz.figures.savings import causes as cause_figures
from tests.support.choices import MADE
from tests.support.counted import sizes
from tests.support.measured import measurement, timing


def chains(form: str = "classification") -> dict[str, object]:
    """Every link of the made measurement of BERT-base and DistilBERT, by name."""
    both = sizes(cost.FULL_SIZE, form)
    length, batch = causes.cell(MADE)
    computed = tuple(cost.computation(s.class_name, s.architecture, length, batch) for s in both)
    links = (*causes.to_time(MADE, both, computed), *causes.to_memory(MADE, both))
    return {link.what: link for link in links}


def test_the_chain_leads_from_layers_to_time():
    links = chains()
    assert (links["encoder layers"].teacher, links["encoder layers"].student) == (12, 6)
    assert links["arithmetic of a pass"].ratio == pytest.approx(2.0, abs=0.01)
    # made: 3 ms a layer; 1 ms of embeddings and 2 ms of head in both
    assert (links["time in the layers"].teacher, links["time in the layers"].student) == pytest.approx((36, 18))
    assert (links["time outside them"].teacher, links["time outside them"].ratio) == pytest.approx((3, 1))
    assert links["the whole pass"].ratio == pytest.approx(0.1 / 0.06)
    assert [link.counted for link in links.values()][:5] == [True, True, False, False, False]


def test_the_chain_leads_from_parameters_to_memory():
    links = chains()
    assert links["parameters"].ratio == pytest.approx(109_483_778 / 66_955_010)
    assert (links["weights in memory"].teacher, links["weights in memory"].student) == (438, 268)
    assert links["loading"].ratio == pytest.approx(1.5)
    assert (links["memory at the peak of a pass"].teacher, links["memory at the peak of a pass"].student) == (450, 280)


@pytest.mark.parametrize(("form", "tables"), [("classification", 512 * 768 + 2 * 768 + 30_522 * 768), ("masked LM", 514 * 768)])
def test_a_pass_reads_every_weight_but_the_tables_it_looks_up_in(form, tables):
    read, parameters = (chains(form)[what].teacher for what in ("weights that a pass reads", "parameters"))
    assert read / 438 == pytest.approx(1 - tables / (1e6 * parameters))


def test_what_was_not_measured_is_no_link():
    both = sizes(cost.FULL_SIZE, "classification")
    bare = dataclasses.replace(measurement(timing(128, 1)), parts=(), loading=((), ()))
    computed = tuple(cost.computation(s.class_name, s.architecture, 128, 1) for s in both)
    time = [link.what for link in causes.to_time(bare, both, computed)]
    assert time == ["encoder layers", "arithmetic of a pass", "the whole pass"]
    assert [link.what for link in causes.to_memory(bare, both)][-1] == "weights that a pass reads"
    assert "not taken apart" in cause_figures.overhead_sentence(causes.to_time(bare, both, computed))


def test_the_parts_explain_the_pass_and_the_quoted_times_stand_beside_it():
    links = tuple(chains().values())
    sentence = cause_figures.overhead_sentence(links)
    assert "92% of the teacher's pass" in sentence
    assert "Together that is 1.86 times" in sentence  # 39 ms over 21 ms
    table = cause_figures.quoted_table(links, MADE, (128, 1))
    quoted, here = (values for column, values in table.items() if column)
    assert (quoted[:2], quoted[3], here[:2]) == (["668 s", "410 s"], "38.6%", ["100 ms", "60 ms"])
    assert quoted[2].startswith("1.63")
    assert here[2].startswith("1.67 (95% interval 1.67 to 1.67)")


def test_the_links_are_drawn_from_zero_and_the_quoted_ratio_as_a_line():
    figure = cause_figures.ratios(tuple(chains().values()), "light")
    drawn = {name: x for trace in figure.data for name, x in zip(trace.y, trace.x, strict=True)}
    assert drawn["time in the layers"] == pytest.approx(2)
    assert (figure.layout.xaxis.range[0], figure.layout.shapes[0].x0) == (0, pytest.approx(668 / 410))
    boxes = cause_figures.flow(tuple(chains().values()))["rows"]
    assert boxes[0][0]["shape"] == "12 layers"
    assert boxes[2][1]["live"] == "teacher / student: 2.00"
