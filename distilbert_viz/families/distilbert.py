"""DistilBERT (Sanh et al. 2019, arXiv 1910.01108), as transformers keeps it: BERT without segments and pooler."""

from distilbert_viz.families.family import CLASSIFIER, ENDS, MASKED_LM, TAGGER, Classification, Family, Product, StockClass

PRE_CLASSIFIER = Product("pre-classifier, at [CLS]", "b · h²", ("b", "h", "h"))

DISTILBERT = Family(
    model_type="distilbert",
    title="DistilBERT",
    configuration="DistilBertConfig",
    base="distilbert",
    sizes={
        "vocabulary": "vocab_size",
        "positions": "max_position_embeddings",
        "hidden": "dim",
        "layers": "n_layers",
        "heads": "n_heads",
        "intermediate": "hidden_dim",
        "dropout": "dropout",
        "attention dropout": "attention_dropout",
        "activation": "activation",
        "padding": "pad_token_id",
    },
    embeddings_module="embeddings",
    embeddings={
        "word": "embeddings.word_embeddings",
        "position": "embeddings.position_embeddings",
        "norm": "embeddings.LayerNorm",
    },
    layers="transformer.layer",
    block={
        "query": "attention.q_lin",
        "key": "attention.k_lin",
        "value": "attention.v_lin",
        "attention_output": "attention.out_lin",
        "attention_norm": "sa_layer_norm",
        "intermediate": "ffn.lin1",
        "feed_forward": "ffn.lin2",
        "output": "output_layer_norm",
    },
    activation="ffn.activation",
    masked_lm={"transform": "vocab_transform", "norm": "vocab_layer_norm", "projection": "vocab_projector"},
    heads={
        "masked LM": ("vocab_transform", "activation", "vocab_layer_norm", "vocab_projector"),
        "token classification": ("classifier",),
        "question answering": ("qa_outputs",),
    },
    classification=Classification(
        dense="pre_classifier",
        nonlinearity="relu",
        logits="classifier",
        words="pre-classifier, ReLU",
        about="Distillation removed the pooler; fine-tuning put a new layer of its size back.",
    ),
    components={
        "vocab_transform": ("masked-LM head", "transform"),
        "vocab_layer_norm": ("masked-LM head", "transform"),
        "vocab_projector": ("masked-LM head", "projection"),
        "pre_classifier": ("classification head", "pre-classifier"),
        "classifier": ("classification head", "classifier"),
        "qa_outputs": ("question-answering head", "start and end"),
    },
    classes={
        "as pre-trained": StockClass("DistilBertForMaskedLM", MASKED_LM),
        "encoder": StockClass("DistilBertModel", ()),
        "masked LM": StockClass("DistilBertForMaskedLM", MASKED_LM),
        "classification": StockClass("DistilBertForSequenceClassification", (PRE_CLASSIFIER, CLASSIFIER)),
        "token classification": StockClass("DistilBertForTokenClassification", TAGGER),
        "question answering": StockClass("DistilBertForQuestionAnswering", ENDS),
    },
    after_padding=False,
    segments=0,
    norms="post",
    one_text=("cls", "A", "sep"),
    two_texts=("cls", "A", "sep", "B", "sep"),
    student=None,
)
