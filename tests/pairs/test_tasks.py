"""Families, widths and tasks beyond BERT and DistilBERT as masked-LM models: numbers, and what every page says.

What is right is computed by transformers and torch alone, from the folders, as anybody's script would.
"""

import dataclasses
import html
import json
import re

import numpy as np
import pytest
import torch
from transformers import (
    AutoModel,
    AutoModelForMaskedLM,
    AutoModelForQuestionAnswering,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    AutoTokenizer,
    BertForMaskedLM,
    BertForQuestionAnswering,
    BertForTokenClassification,
    BertModel,
    DistilBertForMaskedLM,
    DistilBertForQuestionAnswering,
    DistilBertForTokenClassification,
    DistilBertModel,
    RobertaForMaskedLM,
    RobertaForQuestionAnswering,
    RobertaForSequenceClassification,
    RobertaForTokenClassification,
    XLMRobertaConfig,
    XLMRobertaForMaskedLM,
)
from typer.testing import CliRunner

from distilbert_viz import comparison, tracing
from distilbert_viz.cli import app
from distilbert_viz.pairs import CATALOGUE, load_pair
from distilbert_viz.records import Intervention
from distilbert_viz.tracing.stock import stock_model
from tests.support.tiny import bert_config, byte_level_tokenizer, distilbert_config, roberta_config, save, unigram_tokenizer

TAGS = ["O", "B-PER", "I-PER", "B-LOC"]
TAGGED = {"id2label": dict(enumerate(TAGS)), "label2id": {name: i for i, name in enumerate(TAGS)}}
NARROW = {"hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 32}
# Both classes, what makes both configurations, and the class of transformers that reads either.
KINDS = {
    "roberta": (RobertaForMaskedLM, RobertaForMaskedLM, roberta_config, roberta_config, {}, {}, AutoModelForMaskedLM),
    "roberta of many languages": (XLMRobertaForMaskedLM, XLMRobertaForMaskedLM, roberta_config, roberta_config,
                                  {"kind": XLMRobertaConfig}, {"kind": XLMRobertaConfig}, AutoModelForMaskedLM),
    "roberta classes": (RobertaForSequenceClassification, RobertaForSequenceClassification, roberta_config, roberta_config, TAGGED,
                        TAGGED, AutoModelForSequenceClassification),
    "roberta tags": (RobertaForTokenClassification, RobertaForTokenClassification, roberta_config, roberta_config, TAGGED, TAGGED,
                     AutoModelForTokenClassification),
    "roberta questions": (RobertaForQuestionAnswering, RobertaForQuestionAnswering, roberta_config, roberta_config, {}, {},
                          AutoModelForQuestionAnswering),
    "distilbert": (DistilBertForMaskedLM, DistilBertForMaskedLM, distilbert_config, distilbert_config, {}, {},
                   AutoModelForMaskedLM),
    "tags": (BertForTokenClassification, DistilBertForTokenClassification, bert_config, distilbert_config, TAGGED, TAGGED,
             AutoModelForTokenClassification),
    "questions": (BertForQuestionAnswering, DistilBertForQuestionAnswering, bert_config, distilbert_config, {}, {},
                  AutoModelForQuestionAnswering),
    "encoders": (BertModel, DistilBertModel, bert_config, distilbert_config, {}, {}, AutoModel),
    "a headless student": (BertForMaskedLM, BertModel, bert_config, bert_config, {}, NARROW, AutoModel),
    "a narrow student": (BertForMaskedLM, BertForMaskedLM, bert_config, bert_config, {}, NARROW, AutoModelForMaskedLM),
}  # fmt: skip
FIRST, SECOND = "Where is the capital of [MASK]?", "It is in France today."
TEXTS = {"one text": FIRST, "two texts": f"{FIRST} [SEP] {SECOND}"}


@pytest.fixture(scope="module")
def folders(tmp_path_factory, built_in_tokenizer):
    """Makes a pair of a kind once: the folders of teacher and student."""
    made: dict[str, tuple[str, str]] = {}

    def of(kind: str) -> tuple[str, str]:
        if kind not in made:
            teacher, student, config, other, own, others, _ = KINDS[kind]
            roberta = unigram_tokenizer() if kind == "roberta of many languages" else byte_level_tokenizer()
            tokenizer = roberta if kind.startswith("roberta") else built_in_tokenizer
            positions = {"max_position_embeddings": 66 if kind.startswith("roberta") else 64, "vocab_size": len(tokenizer)}
            place = tmp_path_factory.mktemp("pair")
            made[kind] = (
                save(place / "teacher", teacher, config(3, **positions | own), tokenizer),
                save(place / "student", student, other(2, **positions | others), tokenizer, seed=1),
            )
        return made[kind]

    return of


@pytest.fixture(scope="module")
def pairs(folders):
    """Loads a pair of a kind once."""
    made = {}

    def of(kind: str):
        if kind not in made:
            teacher, student = folders(kind)
            made[kind] = load_pair(teacher=teacher, student=student, device="cpu")
        return made[kind]

    return of


def plain(folder: str, kind: str, text: str):
    """transformers' own class with its own attention on its own tokenizer's reading of a text, without our code."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = KINDS[kind][-1].from_pretrained(folder, attn_implementation="eager").eval()
    parts = [part.replace("[MASK]", tokenizer.mask_token) for part in text.split("[SEP]")]
    inputs = tokenizer(*(part.strip() for part in parts), return_tensors="pt")
    if model.config.model_type == "distilbert":
        inputs.pop("token_type_ids", None)
    with torch.inference_mode():
        return model(**inputs, output_hidden_states=True, output_attentions=True)


def logits_of(output) -> np.ndarray | None:
    """The model's soft labels before the softmax, a row each."""
    if "start_logits" in output:
        return torch.cat([output.start_logits, output.end_logits]).numpy()
    found = output.get("logits")
    return None if found is None else (found if found.ndim == 2 else found[0]).numpy()


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
@pytest.mark.parametrize("kind", KINDS)
def test_every_number_is_that_of_plain_transformers(kind, text, pairs, folders):
    pair = pairs(kind)
    for model, trace, folder in zip(pair, tracing.trace_pair(pair, text), folders(kind), strict=True):
        said = plain(folder, kind, text)
        assert np.allclose(trace.hidden_states, torch.cat(said.hidden_states).numpy(), rtol=0, atol=1e-5)
        assert np.allclose(trace.attentions, torch.cat(said.attentions).numpy(), rtol=0, atol=1e-5)
        if (theirs := logits_of(said)) is None:
            assert not model.task.labels
            continue
        ours = tracing.logits(model, trace)
        assert ours.shape == theirs.shape
        assert np.allclose(ours, theirs, rtol=0, atol=1e-5)
        for position in (0, 1):
            row = theirs[model.task.row(position)]
            assert np.allclose(tracing.logits_at(model, trace, position), row, rtol=0, atol=1e-5)
            softened = tracing.predictions(model, trace, position, k=3).probabilities[-1]
            assert np.allclose(softened, np.sort(torch.from_numpy(row).softmax(-1).numpy())[:-4:-1], rtol=0, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_the_witness_agrees_before_and_after_a_change(kind, pairs):
    pair = pairs(kind)
    before = tracing.trace_pair(pair, TEXTS["two texts"])
    change = Intervention(((1, 0),), ((0, 1),), ((2, 7),), swapped=True)
    found = tracing.what_if(pair, before, change)
    stocks = stock_model(pair.teacher), stock_model(pair.student)
    for model, trace, one in zip(pair, found.after, tracing.stock_what_if(stocks, found), strict=True):
        assert np.allclose(trace.hidden_states, one.hidden_states, rtol=0, atol=1e-5)
        if model.task.labels in ("token", "ends"):
            assert np.allclose(tracing.logits(model, trace), one.logits, rtol=0, atol=1e-5)
    for model, stock, trace in zip(pair, stocks, before, strict=True):
        seen = tracing.stock_pass(stock, before.encoding)
        parts = trace.embeddings
        assert np.allclose(parts.position, seen.embeddings["position"], rtol=0, atol=1e-6)
        with torch.inference_mode():
            normed = model.embedding_parts["norm"](torch.from_numpy(parts.sum)).numpy()
        assert np.allclose(normed, trace.hidden_states[0], rtol=0, atol=1e-5)


def test_texts_of_two_lengths_read_at_once_are_each_read_as_alone(pairs):
    for kind in ("roberta", "questions", "tags"):
        model = pairs(kind).teacher
        encodings = [tracing.encode(model.tokenizer, text) for text in TEXTS.values()]
        for together, encoding in zip(tracing.trace_many(model, encodings), encodings, strict=True):
            alone = tracing.trace(model, encoding)
            assert np.allclose(together.hidden_states, alone.hidden_states, rtol=0, atol=1e-5)
            assert np.allclose(together.embeddings.position, alone.embeddings.position, rtol=0, atol=0)
        traces = [tracing.trace(model, encoding) for encoding in encodings]
        for rows, trace in zip(tracing.logits_many(model, traces), traces, strict=True):
            assert np.allclose(rows, tracing.logits(model, trace), rtol=0, atol=1e-5)


def test_a_typed_padding_token_takes_no_position_as_in_transformers(pairs, folders):
    text = "The cat <pad> sat."
    trace = tracing.trace_pair(pairs("roberta"), text).teacher
    assert "<pad>" in trace.encoding.tokens
    assert np.allclose(
        trace.hidden_states, torch.cat(plain(folders("roberta")[0], "roberta", text).hidden_states), rtol=0, atol=1e-5
    )


def test_roberta_counts_positions_from_behind_its_padding_and_frames_two_texts_its_own_way(pairs):
    pair = pairs("roberta")
    trace = tracing.trace_pair(pair, TEXTS["two texts"]).teacher
    table = pair.teacher.table("position")
    assert np.array_equal(trace.embeddings.position, table[2 : 2 + len(trace.encoding)].numpy())
    assert pair.teacher.longest == 64
    framed = [token for token, special in zip(trace.encoding.tokens, trace.encoding.special, strict=True) if special]
    assert framed == ["<s>", "</s>", "</s>", "</s>"]
    assert trace.architecture.segments == 1


def test_an_answer_is_the_likeliest_span_of_the_second_text(pairs):
    pair = pairs("questions")
    traces = tracing.trace_pair(pair, TEXTS["two texts"])
    allowed = comparison.answerable(traces.encoding)
    for model, trace in zip(pair, traces, strict=True):
        start, end = (torch.from_numpy(row) for row in tracing.logits(model, trace))
        found = comparison.answer(tracing.logits(model, trace), allowed)
        places = np.flatnonzero(allowed).tolist()
        spans = [(start[i] + end[j], i, j) for i in places for j in places if i <= j < i + 30]
        _, i, j = max(spans)
        assert (found.start, found.end) == (i, j)
        assert found.probability == pytest.approx(float(start.softmax(0)[i] * end.softmax(0)[j]), abs=1e-6)
        assert traces.encoding.token_type_ids[found.start] == 1
    # one text alone answers within itself
    assert comparison.answerable(tracing.encode(pair.teacher.tokenizer, FIRST)).any()


def test_an_answer_is_no_longer_than_its_limit_and_never_ends_before_it_starts():
    logits = np.zeros((2, 50), np.float32)
    logits[0, 5], logits[1, 45], logits[1, 2] = 9, 9, 8
    found = comparison.answer(logits, np.ones(50, bool))
    assert 0 <= found.end - found.start < 30


def test_two_tasks_are_no_pair_and_one_without_a_head_is_shown_as_an_encoder(folders):
    from distilbert_viz.pairs.refusals import PairError

    with pytest.raises(PairError, match="is a tagger of tokens and"):
        load_pair(teacher=folders("tags")[0], student=folders("questions")[1], device="cpu")
    mixed = load_pair(teacher=folders("tags")[0], student=folders("encoders")[1], device="cpu")
    assert (mixed.task.name, mixed.teacher.classes) == ("encoder", ())


# Pages


@pytest.fixture(scope="module")
def shown(folders):
    """Puts a pair of a kind on the server's shelf; what an address calls it."""
    from distilbert_viz.pairs.choice import PairChoice
    from distilbert_viz.session.cache import cache
    from tests.support.pages import end_jobs

    def of(kind: str) -> str:
        name = "|".join(folders(kind))
        waiting = cache().load(PairChoice.read(name))
        assert waiting.finished.wait(120)
        assert waiting.error is None
        return name

    yield of
    end_jobs()


def words(session) -> str:
    """All that the page says in words, without Markdown's escapes."""
    kinds = (session.markdown, session.caption, session.info, session.warning, session.subheader)
    return " ".join(element.value for kind in kinds for element in kind).replace("\\", "")


def assert_checks_hold(session) -> None:
    """Every check on the page is within float32's rounding, or half a step of what is drawn in bytes."""
    for check in (caption.value for caption in session.caption if caption.value.startswith("checked against the model:")):
        numbers = [float(number) for number in re.findall(r"\d\.\de[+-]\d+", check)]
        assert max(numbers[:2]) <= 1.05 * (numbers[2] if len(numbers) > 2 else 0) + 2e-5, check


SAID = {
    ("roberta", "tokens"): ["no WordPiece but BPE", "checked against the models' own tokenizer: 0 of "],
    ("roberta of many languages", "tokens"): ["no WordPiece but Unigram", "checked against the models' own tokenizer: 0 of "],
    ("roberta of many languages", "words"): ["</s>"],
    ("roberta", "soft_labels"): [],
    ("roberta", "words"): ["</s>"],
    ("a narrow student", "hidden_states"): ["The models are 24 and 16 wide", "CKA compares their geometry"],
    ("a narrow student", "heads"): ["no head began as a copy"],
    ("a narrow student", "one_step"): ["L_cos is left out"],
    ("a headless student", "soft_labels"): ["The student has no head"],
    ("encoders", "soft_labels"): ["Neither model has a head"],
    ("encoders", "one_step"): ["This teacher is an encoder without a head", "it can't teach here"],
    ("tags", "soft_labels"): ["Both models give the same tag to", "Tags, in the order of the logits: O, B-PER, I-PER, B-LOC"],
    ("tags", "attribution"): ["of the tag"],
    ("questions", "soft_labels"): ["answer"],
    ("distilbert", "live_run"): ["No student is made of a DistilBERT here: a teacher is a BERT, "],
    ("distilbert", "race"): ["No student is made of a DistilBERT here: a teacher is a BERT, "],
    ("questions", "what_if"): ["the start of the answer"],
}


@pytest.mark.parametrize(("kind", "page"), SAID, ids=lambda part: str(part))
def test_a_page_shows_it_or_says_what_is_missing(kind, page, shown):
    from tests.support.pages import visit, worked

    session = visit(page, TEXTS["two texts"], pair=shown(kind))
    if page == "what_if":
        worked(session)
    assert not session.exception
    for sentence in SAID[kind, page]:
        assert sentence in words(session), words(session)
    assert_checks_hold(session)


# What is true of a BERT and a DistilBERT alone. What a visitor typed, and sources, may say it.
NOT_OF_ROBERTA = r"\[CLS\]|became \[MASK\]|\[UNK\]|\[PAD\]|WordPieces|30,522|here a BERT|here a DistilBERT|Use (?:Distil)?BERT"


@pytest.mark.parametrize("page", ["first", "tokens", "embeddings", "maps", "one_step", "atlas", "what_if", "which_one"])
def test_no_page_says_of_a_roberta_what_only_a_bert_has(page, shown, monkeypatch):
    from distilbert_viz.runs import measurements
    from tests.support.choices import MADE
    from tests.support.pages import visit

    name = shown("roberta")
    own = dataclasses.replace(MADE.setting, pair=name.replace("|", " → "))
    monkeypatch.setattr(measurements, "newest_first", lambda: [("own", dataclasses.replace(MADE, setting=own))])
    session = visit(page, "The cat sat on the mat. [SEP] It fell.", pair=name)
    if page == "which_one":
        session.segmented_control(key="cost_pair").set_value("the present pair").run()
        assert session.table
    said = html.unescape("\n".join(str(element.proto) for element in session.main if hasattr(element, "proto")))
    assert re.findall(NOT_OF_ROBERTA, said) == []
    if page == "what_if":
        assert "<s> B </s> </s> A </s>" in session.toggle(key="swapped").help.replace("\\", "")


def test_a_page_that_ends_itself_has_its_address_and_its_tour_all_the_same(shown):
    from tests.support.pages import visit

    session = visit("soft_labels", pair=shown("encoders"), tour="5")
    session.text_input(key="typed").set_value("a cat").run()
    assert "Neither model has a head" in words(session)
    assert session.query_params["text"] == "a cat"
    assert "_answer" not in session.session_state  # a session that outlives its tab holds no traces


def test_a_question_and_its_text_have_a_box_each_and_are_one_text_in_a_link(shown):
    from tests.support.pages import visit

    session = visit("soft_labels", pair=shown("questions"), text=f"Where was it? [SEP] {SECOND}")
    assert [session.text_input(key=key).value for key in ("question", "typed")] == ["Where was it?", SECOND]
    session.text_input(key="question").set_value("When was it?").run()
    assert session.session_state.text == f"When was it? [SEP] {SECOND}"
    session.text_input(key="question").set_value("").run()
    assert session.session_state.text == SECOND
    assert not session.exception


def test_the_end_of_the_answer_has_a_soft_label_of_its_own(shown):
    from tests.support.pages import visit

    session = visit("soft_labels", TEXTS["two texts"], pair=shown("questions"))
    metrics = {metric.label: metric.value for metric in session.metric}
    assert metrics["soft label of"] == "the start of the answer"
    session.segmented_control(key="answer_end").set_value("end").run()
    assert {metric.label: metric.value for metric in session.metric}["soft label of"] == "the end of the answer"
    assert_checks_hold(session)


def test_a_narrower_student_of_a_run_starts_at_random_and_without_a_cosine(shown):
    from tests.support.pages import visit

    session = visit("live_run", pair=shown("roberta"))
    assert "Word embeddings stay the teacher's" in words(session)
    assert "segment vector" not in words(session)
    session.select_slider(key="run_hidden").set_value(16).run()
    said = words(session)
    assert "A narrower student starts at random, and L_cos is off" in said
    assert "1 layers of 16 dimensions from random weights" in said
    assert "0 L_cos" in said


# From a shell


def typed(folders: tuple[str, str], *arguments: object):
    """What the command line answers about the pair."""
    own = ("--teacher", folders[0], "--student", folders[1])
    return CliRunner().invoke(app, list(map(str, (*arguments, *own))), env={"COLUMNS": "100"})


def test_soft_labels_from_a_shell_are_of_what_the_task_has_them_for(folders):
    tags = json.loads(typed(folders("tags"), "soft-labels", FIRST, "--json").stdout)["positions"]
    assert [label["of"] for label in tags][:2] == ["position 1", "position 2"]
    assert {candidate["tag"] for label in tags for candidate in label["candidates"]} == set(TAGS)
    ends = json.loads(typed(folders("questions"), "soft-labels", TEXTS["two texts"], "--json").stdout)["positions"]
    assert [label["of"] for label in ends] == ["the start of the answer", "the end of the answer"]
    lost = typed(folders("tags"), "lost", SECOND)
    assert (lost.exit_code, lost.stderr) == (2, "Every token has a soft label of its own: name one with --position.\n")
    assert json.loads(typed(folders("tags"), "lost", SECOND, "--position", "2", "--json").stdout)["position"] == 2
    refused = typed(folders("encoders"), "soft-labels", FIRST)
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert "encoder without a head" in refused.stderr


def test_a_trace_from_a_shell_holds_what_the_task_has(folders, tmp_path):
    axes = {}
    for kind in ("tags", "questions", "encoders"):
        file = tmp_path / f"{kind}.npz"
        assert typed(folders(kind), "trace", FIRST, "--out", file).exit_code == 0
        axes[kind] = json.loads(str(np.load(file)["axes"])).get("teacher.logits")
    assert axes == {"tags": ["token", "class"], "questions": ["end", "token"], "encoders": None}


def test_the_catalogue_says_what_was_never_loaded_here():
    assert {"roberta-base", "squad", "ner"} < CATALOGUE.keys()
    for name, card in CATALOGUE.items():
        assert (name == "built-in") != ("never yet with these" in card.about)
