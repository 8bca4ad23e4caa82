"""What does the student lose?"""

from distilbert_viz import frame
from distilbert_viz.views.savings import quality

frame.title(
    "Quality", "What a student loses: the paper's scores task by task, and both models on the same masked words, measured here."
)
quality.published()
frame.notice(
    "The student keeps 96.9 % of its teacher's GLUE score: 77.0 of 79.5, the “97 %” that is quoted. A mean hides much. Sentiment "
    "and paraphrase keep 98 to 99 %, whether a sentence is grammatical (CoLA) 91 %, and RTE 86 %. On WNLI the student seems better "
    "than its teacher: its development set has 71 examples, and 56.3 is also what the far weaker ELMo scores there. The teacher's "
    "MNLI is printed as 86.7; the README of the released code says 84.7 (the diamond), and only that fits the printed mean."
)

frame.section("Why RTE")
quality.retention()
frame.notice(
    "RTE asks whether one sentence follows from another, and it has 2,490 examples to learn it from. Few examples alone don't "
    "explain the loss (MRPC has 3,668 and keeps 99 %), nor does inference alone (MNLI has 392,702 and keeps 95 or 97 %, QNLI "
    "97 %): where both meet, fine-tuning can give back least of what pre-training left out. The paper doesn't explain it, and its "
    "test is small: of 277 examples 69.3 % are 192 and 59.9 % are 166, so that one answer is 0.36 points."
)

frame.section("Measured here")
quality.measured_here()
frame.notice(
    "Accuracy: how often the true word is a model's first choice. Perplexity: between how many words, all alike, a model would be "
    "as unsure. Agreement: how often both have one first choice, right or wrong. KL: how far the student's whole distribution is "
    "from its teacher's, in nats at T = 1. Masked words are what both were trained on; a task of yours may lose more or less."
)
frame.sources(
    "scores: Sanh et al. 2019 (arXiv 1910.01108), tables 1 (GLUE's development sets, medians of 5 runs) and 2 (IMDb: test "
    "accuracy; SQuAD 1.1: exact match and F1 on the development set); 84.7: README of the released distillation code; tasks and "
    "measures: Wang et al. 2019 (arXiv 1804.07461), table 1; numbers of examples: the data set's card, nyu-mll/glue on "
    "huggingface.co; masking: Devlin et al. 2019 (arXiv 1810.04805), section 3.1; interval: Wilson 1927."
)
