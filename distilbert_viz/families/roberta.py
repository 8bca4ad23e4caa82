"""RoBERTa (Liu et al. 2019, arXiv 1907.11692) and DistilRoBERTa, of one class, as transformers keeps them: byte-level BPE.

There is a segment embedding of one row, which every token gets alike. XLM-RoBERTa (Conneau et al. 2020, arXiv 1911.02116)
differs in its name and its tokenizer alone.
"""

from dataclasses import replace

from distilbert_viz.families.bert import BERT
from distilbert_viz.families.family import ENDS, MASKED_LM, TAGGER, Classification, Family, Product, StockClass

POOLER = Product("pooler, at <s>", "b · h²", ("b", "h", "h"))
DENSE = Product("dense layer, at <s>", "b · h²", ("b", "h", "h"))
CLASSIFIER = Product("classifier of 2 labels, at <s>", "b · 2 h", ("b", "c", "h"))


def _classes(prefix: str) -> dict[str, StockClass]:
    return {
        "as pre-trained": StockClass(f"{prefix}ForMaskedLM", MASKED_LM),
        "encoder": StockClass(f"{prefix}Model", (POOLER,)),
        "masked LM": StockClass(f"{prefix}ForMaskedLM", MASKED_LM),
        "classification": StockClass(f"{prefix}ForSequenceClassification", (DENSE, CLASSIFIER)),
        "token classification": StockClass(f"{prefix}ForTokenClassification", TAGGER),
        "question answering": StockClass(f"{prefix}ForQuestionAnswering", ENDS),
    }


ROBERTA = Family(
    model_type="roberta",
    title="RoBERTa",
    configuration="RobertaConfig",
    base="roberta",
    sizes={**BERT.sizes, "epsilon": "layer_norm_eps", "beginning": "bos_token_id", "end": "eos_token_id"},
    embeddings_module=BERT.embeddings_module,
    embeddings=BERT.embeddings,
    layers=BERT.layers,
    block=BERT.block,
    activation=BERT.activation,
    masked_lm={"transform": "lm_head.dense", "norm": "lm_head.layer_norm", "projection": "lm_head.decoder", "bias": "lm_head"},
    heads={"masked LM": ("lm_head",), "token classification": ("classifier",), "question answering": ("qa_outputs",)},
    classification=Classification(
        dense="classifier.dense",
        nonlinearity="tanh",
        logits="classifier.out_proj",
        words="dense, tanh",
        about="Pre-training has no pooler: fine-tuning puts a layer of its size in front of the classifier.",
    ),
    components={
        "pooler": ("pooler", "pooler"),
        "lm_head.dense": ("masked-LM head", "transform"),
        "lm_head.layer_norm": ("masked-LM head", "transform"),
        "lm_head": ("masked-LM head", "projection"),
        "classifier.dense": ("classification head", "pre-classifier"),
        "classifier": ("classification head", "classifier"),
        "qa_outputs": ("question-answering head", "start and end"),
    },
    classes=_classes("Roberta"),
    after_padding=True,
    segments=1,
    norms="post",
    one_text=("cls", "A", "sep"),
    two_texts=("cls", "A", "sep", "sep", "B", "sep"),
    student="roberta",
)
XLM_ROBERTA = replace(
    ROBERTA, model_type="xlm-roberta", title="XLM-RoBERTa", configuration="XLMRobertaConfig", classes=_classes("XLMRoberta"),
    student="xlm-roberta",
)  # fmt: skip
