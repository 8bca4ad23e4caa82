"""What does the student lose?"""

from distilbert_viz import frame
from distilbert_viz.views.savings import quality

top = frame.title(
    "Quality", "What a student loses: the paper's scores task by task, and both models on the same masked words, measured here."
)
top.of("published scores of BERT-base and DistilBERT")
top.say(quality.sentence())
quality.published()
frame.notice(
    "The quoted “97%” is a mean over nine tasks: RTE keeps 86%, CoLA 91%, most others 95 to 99%.",
    "On WNLI the student seems better than its teacher: 71 examples, and a score that far weaker models reach.",
    "The diamond: the paper prints 86.7 for the teacher's MNLI, its code's README 84.7.",
    more="The student keeps 96.9% of its teacher's GLUE score: 77.0 of 79.5. Sentiment and paraphrase keep 98 to 99%; CoLA "
    "asks whether a sentence is grammatical. On WNLI 56.3 is also what ELMo scores. Of the two numbers for MNLI only 84.7 fits "
    "the printed mean.",
)

frame.section("Why RTE")
quality.retention()
frame.notice(
    "RTE asks whether one sentence follows from another, and has 2,490 examples to learn it from.",
    "Few examples alone don't explain the loss (see MRPC), nor does inference alone (see MNLI): where both meet, most is lost.",
    "One answer is 0.36 points there: 277 examples.",
    more="MRPC has 3,668 examples and keeps 99%; MNLI has 392,702 and keeps 95 or 97%, QNLI 97%. Where both meet, fine-tuning "
    "can give back least of what pre-training left out. The paper doesn't explain it. Of RTE's 277 examples 69.3% are 192 and "
    "59.9% are 166.",
)

frame.section("Measured here")
quality.measured_here()
frame.notice(
    "Agreement: how often both models have one first choice, right or wrong.",
    "Perplexity: between how many words, all alike, a model would be as unsure.",
    "Masked words are what both were trained on; a task of yours may lose more or less.",
    more="Accuracy: how often the true word is a model's first choice. KL: how far the student's whole distribution is from its "
    "teacher's, in nats at T = 1.",
)
frame.sources(
    "scores: Sanh et al. 2019 (arXiv 1910.01108), tables 1 (GLUE's development sets, medians of 5 runs) and 2 (IMDb: test "
    "accuracy; SQuAD 1.1: exact match and F1 on the development set); 84.7: README of the released distillation code; tasks and "
    "measures: Wang et al. 2019 (arXiv 1804.07461), table 1; numbers of examples: the data set's card, nyu-mll/glue on "
    "huggingface.co; masking: Devlin et al. 2019 (arXiv 1810.04805), section 3.1; interval: Wilson 1927."
)
