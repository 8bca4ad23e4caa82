"""Every value that crosses a border between rooms: frozen, complete when built, numpy on the CPU, never written into.

Axis words: token, hidden, layer, head, query, key, dim (one head's width), state (0 is the embedding output,
i + 1 comes after layer i), vocab, outcome (a token of the vocabulary, a class, a tag, or a place in the text). Layer and head
count from 0.
"""

from distilbert_viz.records.attribution import Attribution, AttributionChoices
from distilbert_viz.records.choosing import Margin, Needs, Offer, Preset, Score, Verdict
from distilbert_viz.records.cost import (
    Cause,
    Change,
    Component,
    Computation,
    Measurement,
    ModelSize,
    Operation,
    PartTimes,
    Quality,
    Setting,
    Timing,
)
from distilbert_viz.records.distillation import (
    Evaluation,
    Losses,
    MaskedText,
    OneStep,
    Picture,
    Probe,
    ProbePicture,
    Step,
    StepChoices,
)
from distilbert_viz.records.drawing import Canvas, Figure, Frame, HeadMatrix, Labels, LinesFigure, Panel
from distilbert_viz.records.heads import Carried, HeadAtlas, HeadSpace, Matching, Similarity, Words
from distilbert_viz.records.passes import (
    Architecture,
    Block,
    Difference,
    Embeddings,
    Encoding,
    Predictions,
    StockPass,
    Trace,
    TracePair,
)
from distilbert_viz.records.reading import Reading, Spelling, Word
from distilbert_viz.records.soft_labels import ENDS, Answer, PositionLabels, SoftLabels, subject
from distilbert_viz.records.what_if import Intervention, MovedLabels, Sweep, WhatIf

__all__ = [
    "ENDS",
    "Answer",
    "Architecture",
    "Attribution",
    "AttributionChoices",
    "Block",
    "Canvas",
    "Carried",
    "Cause",
    "Change",
    "Component",
    "Computation",
    "Difference",
    "Embeddings",
    "Encoding",
    "Evaluation",
    "Figure",
    "Frame",
    "HeadAtlas",
    "HeadMatrix",
    "HeadSpace",
    "Intervention",
    "Labels",
    "LinesFigure",
    "Losses",
    "Margin",
    "MaskedText",
    "Matching",
    "Measurement",
    "ModelSize",
    "MovedLabels",
    "Needs",
    "Offer",
    "OneStep",
    "Operation",
    "Panel",
    "PartTimes",
    "Picture",
    "PositionLabels",
    "Predictions",
    "Preset",
    "Probe",
    "ProbePicture",
    "Quality",
    "Reading",
    "Score",
    "Setting",
    "Similarity",
    "SoftLabels",
    "Spelling",
    "Step",
    "StepChoices",
    "StockPass",
    "Sweep",
    "Timing",
    "Trace",
    "TracePair",
    "Verdict",
    "WhatIf",
    "Word",
    "Words",
    "subject",
]
