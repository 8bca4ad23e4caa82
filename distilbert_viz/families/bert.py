"""BERT (Devlin et al. 2019, arXiv 1810.04805), as transformers keeps it."""

from distilbert_viz.families.family import CLASSIFIER, ENDS, MASKED_LM, TAGGER, Classification, Family, Product, StockClass

POOLER = Product("pooler, at [CLS]", "b · h²", ("b", "h", "h"))
NEXT_SENTENCE = Product("next-sentence head, at [CLS]", "b · 2 h", ("b", 2, "h"))

BERT = Family(
    model_type="bert",
    title="BERT",
    configuration="BertConfig",
    base="bert",
    sizes={
        "vocabulary": "vocab_size",
        "positions": "max_position_embeddings",
        "segments": "type_vocab_size",
        "hidden": "hidden_size",
        "layers": "num_hidden_layers",
        "heads": "num_attention_heads",
        "intermediate": "intermediate_size",
        "dropout": "hidden_dropout_prob",
        "attention dropout": "attention_probs_dropout_prob",
        "activation": "hidden_act",
        "padding": "pad_token_id",
    },
    embeddings_module="embeddings",
    embeddings={
        "word": "embeddings.word_embeddings",
        "position": "embeddings.position_embeddings",
        "token_type": "embeddings.token_type_embeddings",
        "norm": "embeddings.LayerNorm",
    },
    layers="encoder.layer",
    block={
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "attention_output": "attention.output.dense",
        "attention_norm": "attention.output.LayerNorm",
        "intermediate": "intermediate.dense",
        "feed_forward": "output.dense",
        "output": "output.LayerNorm",
    },
    activation="intermediate.intermediate_act_fn",
    masked_lm={
        "transform": "cls.predictions.transform.dense",
        "norm": "cls.predictions.transform.LayerNorm",
        "projection": "cls.predictions.decoder",
    },
    heads={
        "masked LM": ("cls",),
        "token classification": ("classifier",),
        "question answering": ("qa_outputs",),
    },
    classification=Classification(
        dense="bert.pooler.dense",
        nonlinearity="tanh",
        logits="classifier",
        words="pooler, tanh",
        about="The pooler of pre-training, fine-tuned, and a classifier.",
    ),
    components={
        "pooler": ("pooler", "pooler"),
        "bert.pooler": ("pooler", "pooler"),
        "cls.predictions.transform": ("masked-LM head", "transform"),
        "cls.predictions": ("masked-LM head", "projection"),
        "cls.seq_relationship": ("next-sentence head", "classifier"),
        "classifier": ("classification head", "classifier"),
        "qa_outputs": ("question-answering head", "start and end"),
    },
    # It was released with two heads: masked-LM and next-sentence.
    classes={
        "as pre-trained": StockClass("BertForPreTraining", (*MASKED_LM, POOLER, NEXT_SENTENCE)),
        "encoder": StockClass("BertModel", (POOLER,)),
        "masked LM": StockClass("BertForMaskedLM", MASKED_LM),
        "classification": StockClass("BertForSequenceClassification", (POOLER, CLASSIFIER)),
        "token classification": StockClass("BertForTokenClassification", TAGGER),
        "question answering": StockClass("BertForQuestionAnswering", ENDS),
    },
    after_padding=False,
    segments=2,
    norms="post",
    one_text=("cls", "A", "sep"),
    two_texts=("cls", "A", "sep", "B", "sep"),
    student="distilbert",
)
