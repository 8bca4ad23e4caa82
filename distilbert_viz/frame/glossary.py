"""The words of the field that stand on the pages, each in two plain sentences."""

from distilbert_viz.records.glossary import Term

VASWANI, DEVLIN = "Vaswani et al. 2017 (arXiv 1706.03762)", "Devlin et al. 2019 (arXiv 1810.04805)"
SANH, HINTON = "Sanh et al. 2019 (arXiv 1910.01108)", "Hinton, Vinyals & Dean 2015 (arXiv 1503.02531)"
CLARK = "Clark et al. 2019 (arXiv 1906.04341)"

TERMS = (
    # the models
    Term(
        "teacher",
        "The larger model, trained first, such as a BERT. Its answers are what the student learns from.",
        SANH,
    ),
    Term(
        "student",
        "The smaller model, such as a DistilBERT with half the layers of a BERT. It learns to answer like its teacher.",
        SANH,
    ),
    Term(
        "distillation",
        "Training a small model on the answers of a large one. It sees how sure the large one is of every word, not only "
        "which word is right.",
        HINTON,
    ),
    Term(
        "layer",
        "One step of reading: every token looks at the others and is changed by what it finds. Layers follow one "
        "another, counted from 0.",
        VASWANI,
        also=("block",),
    ),
    Term(
        "head",
        "A layer looks in several ways at once, and each way is a head. Heads of a layer are counted from 0.",
        VASWANI,
    ),
    Term(
        "L0 H0",
        "Layer 0, head 0. Both are counted from 0, so L2 H4 is the fifth head of the third layer.",
        VASWANI,
    ),
    Term(
        "parameter",
        "A number that training sets. A model is its parameters: how many there are decides how much memory it takes.",
        SANH,
    ),
    Term(
        "masked language model",
        "A model that guesses hidden words from the words around them. BERT and DistilBERT are trained so.",
        DEVLIN,
        also=("masked-LM", "MLM"),
    ),
    Term(
        "classifier",
        "A model that puts a whole text into one of a few classes, such as good or bad reviews. It answers at the first token.",
        DEVLIN,
    ),
    # what goes in
    Term(
        "token",
        "The unit that a model reads: a word, a piece of one, or a mark. Everything on these pages is counted in tokens.",
        DEVLIN,
    ),
    Term(
        "WordPiece",
        "A piece of a word from a fixed list, of about 30,000 in BERT. Frequent words are one piece, rare ones several, the "
        "later ones marked ##.",
        "Wu et al. 2016 (arXiv 1609.08144)",
    ),
    Term(
        "vocabulary",
        "The list of all tokens that a model knows. Teacher and student share one, so their answers can be compared word by word.",
        DEVLIN,
    ),
    Term(
        "[CLS]",
        "A token put in front of every text. What the model makes of it stands for the whole text.",
        DEVLIN,
    ),
    Term(
        "[SEP]",
        "A token put at the end of a text, and between two that are read together. Heads that find nothing else to do often look "
        "there.",
        CLARK,
    ),
    Term(
        "[MASK]",
        "A token that hides a word. The model has to guess which word stood there.",
        DEVLIN,
    ),
    Term(
        "[UNK]",
        "What stands for a word with a character that no piece covers. The model can't tell such words apart.",
        DEVLIN,
    ),
    Term(
        "embedding",
        "The list of numbers with which a token enters the model. It is looked up in a table that training has filled.",
        DEVLIN,
    ),
    Term(
        "segment",
        "Which of two sentences a token belongs to. BERT adds a vector for it, DistilBERT left it out.",
        DEVLIN,
    ),
    # inside
    Term(
        "attention",
        "How a token gathers from others: it spreads one unit of weight over all tokens and takes in that much of each. "
        "Every head does so in its own way.",
        VASWANI,
        "softmax(q · k / √dim)",
    ),
    Term(
        "query",
        "What a token asks of the others, as a vector. Its product with every key decides the weights.",
        VASWANI,
        also=("queries",),
    ),
    Term(
        "key",
        "What a token offers to be found by, as a vector. Where query and key point the same way, the weight is large.",
        VASWANI,
    ),
    Term(
        "value",
        "What a token hands on to those that look at it, as a vector. The weights mix the values of all tokens.",
        VASWANI,
    ),
    Term(
        "context",
        "The mix of values that a head brings back to a token. All heads' contexts together become the attention output.",
        VASWANI,
    ),
    Term(
        "hidden state",
        "The list of numbers that stands for a token after a layer. It begins as the embedding and gathers meaning layer by layer.",
        DEVLIN,
    ),
    Term(
        "residual connection",
        "What a layer finds is added to what the token was, instead of replacing it. So what a token was can pass a layer as "
        "it is.",
        VASWANI,
        "x + f(x)",
        also=("residual",),
    ),
    Term(
        "LayerNorm",
        "Gives a vector a set mean and spread. However long the sum before it had grown, afterwards vectors are about "
        "equally long.",
        VASWANI,
    ),
    Term(
        "feed-forward",
        "The second half of a layer: each token is thought over by itself, in a wider vector. Most parameters of a layer lie here.",
        VASWANI,
    ),
    Term(
        "GELU",
        "A smooth switch inside the feed-forward part: large numbers pass, negative ones are held back. Without it the two "
        "matrices around it would be one.",
        "Hendrycks & Gimpel 2016 (arXiv 1606.08415)",
    ),
    Term(
        "softmax",
        "Turns any numbers into shares that add up to 1. The larger a number, the more of the whole it gets.",
        VASWANI,
        "exp(z) / sum of exp(z)",
    ),
    Term(
        "dropout",
        "In training, numbers are switched off at random so that none is relied on alone. While reading it is off.",
        VASWANI,
    ),
    # the answer
    Term(
        "logit",
        "A model's score for one word or class before scores become probabilities. Only differences between logits matter.",
        HINTON,
    ),
    Term(
        "soft label",
        "A whole distribution: how likely the teacher finds every word, the wrong ones too. That is what the student is "
        "asked to match.",
        HINTON,
    ),
    Term(
        "hard label",
        "The one right answer and nothing else. It doesn't say which wrong answers would be nearly right.",
        HINTON,
    ),
    Term(
        "temperature",
        "A number T that logits are divided by before they become probabilities. Above 1 the small probabilities grow "
        "and can be learned from.",
        HINTON,
        "softmax(z / T)",
    ),
    Term(
        "L_ce",
        "How far the student's soft labels are from the teacher's, over the whole vocabulary. It is the main part of "
        "what training lowers.",
        SANH,
    ),
    Term(
        "L_mlm",
        "How badly the student guesses the words that were hidden. It ties the student to the text instead of to its teacher.",
        SANH,
    ),
    Term(
        "L_cos",
        "How differently the last hidden states of the two models point. Training turns the student's towards the teacher's.",
        SANH,
        "1 − cosine",
    ),
    Term(
        "gradient",
        "Which way, and how steeply, a loss changes with every parameter. A step of training moves the parameters against it.",
        "Rumelhart, Hinton & Williams 1986",
    ),
    Term(
        "learning rate",
        "How far one step of training moves the parameters. Too far, and what was learned is lost again.",
        "Loshchilov & Hutter 2019 (arXiv 1711.05101)",
    ),
    Term(
        "AdamW",
        "The rule by which a step moves the parameters: every one by about the same amount, whatever the size of its "
        "gradient. BERT and DistilBERT were trained with such a rule.",
        "Loshchilov & Hutter 2019 (arXiv 1711.05101)",
    ),
    Term(
        "held-out",
        "Kept away from training and only used to judge. What is better there was learned, not memorised.",
        "Hastie, Tibshirani & Friedman 2009, chapter 7",
    ),
    # comparing
    Term(
        "KL",
        "How far one distribution is from another: 0 where they are the same. Here it says how far the student's answer "
        "is from the teacher's.",
        "Kullback & Leibler 1951",
        "sum of p · ln(p / q)",
        also=("KL divergence",),
    ),
    Term(
        "entropy",
        "How undecided a distribution is: 0 where one outcome has everything, most where all are alike. It is also used "
        "for how widely a head looks.",
        "Shannon 1948",
        "− sum of p · ln p",
    ),
    Term(
        "nat",
        "The unit of entropy and KL when natural logarithms are used. 0.69 nats are one bit, one yes-or-no question.",
        "Shannon 1948",
    ),
    Term(
        "cosine",
        "Whether two vectors point the same way: 1 the same, 0 nothing in common, −1 opposite. Their lengths play no part.",
        SANH,
    ),
    Term(
        "CKA",
        "How alike two sets of vectors are in shape, whichever way they are turned. 1 is the same shape, 0 none in common.",
        "Kornblith et al. 2019 (arXiv 1905.00414)",
    ),
    Term(
        "JS distance",
        "How far two heads look at different tokens: 0 the same, 1 nothing in common. It is made from KL and treats both alike.",
        "Lin 1991",
    ),
    Term(
        "rollout",
        "Attention multiplied through the layers down to the input. It asks which input tokens a token is made of in the end.",
        "Abnar & Zuidema 2020 (arXiv 2005.00928)",
    ),
    Term(
        "integrated gradients",
        "Shares out a prediction over the tokens of a text, by following it from an empty text to this one. The shares "
        "add up to what the text changes.",
        "Sundararajan, Taly & Yan 2017 (arXiv 1703.01365)",
    ),
    Term(
        "perplexity",
        "Between how many words, all alike, a model would be as unsure as it is. Lower is better, 1 is certain.",
        "Jelinek et al. 1977",
    ),
    # what it saves
    Term(
        "MAC",
        "One multiplication and one addition, the unit in which arithmetic is counted. A pass through BERT-base's layers over "
        "128 tokens takes about eleven billion.",
        "Sze et al. 2017 (arXiv 1703.09039)",
        also=("multiply-accumulate",),
    ),
    Term(
        "latency",
        "How long one answer takes, from the text to the result. It is what a person who waits feels.",
        "Nielsen 1993, Usability Engineering, chapter 5",
    ),
    Term(
        "throughput",
        "How many texts are read in a second when many are read at once. It decides what a machine costs for a million texts.",
        "Hennessy & Patterson 2019, Computer Architecture, chapter 1",
    ),
    Term(
        "GLUE",
        "Nine tasks on which language models are compared, from grammar to whether one sentence follows from another. A "
        "mean over them is often quoted alone.",
        "Wang et al. 2019 (arXiv 1804.07461)",
    ),
)
