"""Tiny pairs of every family, width and task beyond BERT and DistilBERT as masked-LM models."""

from collections.abc import Callable
from functools import cache

from transformers import (
    AutoModel,
    AutoModelForMaskedLM,
    AutoModelForQuestionAnswering,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
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

from distilbert_viz.pairs import load_pair
from distilbert_viz.pairs.models import Pair
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


def saved(tmp_path_factory, built_in_tokenizer) -> Callable[[str], tuple[str, str]]:
    """Makes a pair of a kind once: the folders of teacher and student."""

    @cache
    def of(kind: str) -> tuple[str, str]:
        teacher, student, config, other, own, others, _ = KINDS[kind]
        roberta = unigram_tokenizer() if kind == "roberta of many languages" else byte_level_tokenizer()
        tokenizer = roberta if kind.startswith("roberta") else built_in_tokenizer
        positions = {"max_position_embeddings": 66 if kind.startswith("roberta") else 64, "vocab_size": len(tokenizer)}
        place = tmp_path_factory.mktemp("pair")
        return (
            save(place / "teacher", teacher, config(3, **positions | own), tokenizer),
            save(place / "student", student, other(2, **positions | others), tokenizer, seed=1),
        )

    return of


def loaded(folders: Callable[[str], tuple[str, str]]) -> Callable[[str], Pair]:
    """Loads a pair of a kind once."""

    @cache
    def of(kind: str) -> Pair:
        teacher, student = folders(kind)
        return load_pair(teacher=teacher, student=student, device="cpu")

    return of
