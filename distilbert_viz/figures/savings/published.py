"""What the DistilBERT paper says that both models score, each number with its source."""

from distilbert_viz.records import Score

PAPER = "Sanh et al. 2019 (arXiv 1910.01108)"
TABLE_1, TABLE_2 = (f"{PAPER}, table {number}" for number in (1, 2))
# Of tasks with two measures the paper doesn't say which one it prints.
ACCURACY, MATTHEWS = "accuracy", "Matthews correlation × 100"
ACCURACY_OR_F1, CORRELATION = "accuracy or F1", "Pearson or Spearman correlation × 100"

# GLUE's development sets, medians of 5 runs. Training examples as in the data set's card (nyu-mll/glue, huggingface.co).
MACRO = Score("GLUE macro", "mean of nine tasks", 79.5, 77.0, TABLE_1)
MNLI_README = 84.7
MNLI_REMARK = "the released README says 84.7 for the teacher, and only 84.7 fits the printed mean of 79.5"
GLUE = (
    Score("CoLA", MATTHEWS, 56.3, 51.3, TABLE_1, 8_551),
    Score("MNLI", ACCURACY, 86.7, 82.2, TABLE_1, 392_702, MNLI_REMARK),
    Score("MRPC", ACCURACY_OR_F1, 88.6, 87.5, TABLE_1, 3_668),
    Score("QNLI", ACCURACY, 91.8, 89.2, TABLE_1, 104_743),
    Score("QQP", ACCURACY_OR_F1, 89.6, 88.5, TABLE_1, 363_846),
    Score("RTE", ACCURACY, 69.3, 59.9, TABLE_1, 2_490),
    Score("SST-2", ACCURACY, 92.7, 91.3, TABLE_1, 67_349),
    Score("STS-B", CORRELATION, 89.0, 86.9, TABLE_1, 5_749),
    Score("WNLI", ACCURACY, 53.5, 56.3, TABLE_1, 635),
)
INFERENCE = ("MNLI", "QNLI", "RTE", "WNLI")  # Wang et al. 2019, table 1
DOWNSTREAM = (
    Score("IMDb", ACCURACY, 93.46, 92.82, TABLE_2),
    Score("SQuAD EM", "exact match", 81.2, 77.7, TABLE_2),
    Score("SQuAD F1", "F1", 88.5, 85.8, TABLE_2),
    Score("SQuAD EM (D)", "exact match", 81.2, 79.1, TABLE_2, remark="D: a second step of distillation while fine-tuning"),
    Score("SQuAD F1 (D)", "F1", 88.5, 86.9, TABLE_2, remark="D: a second step of distillation while fine-tuning"),
)
SCORES = {score.task: score for score in (MACRO, *GLUE, *DOWNSTREAM)}
