"""Every value that crosses a border between rooms: frozen, complete when built, numpy on the CPU, never written into.

Axis words: token, hidden, layer, head, query, key, dim (one head's width), state (0 is the embedding output,
i + 1 comes after layer i), vocab. Layer and head count from 0.
"""

from distilbert_viz.records.cost import (
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
from distilbert_viz.records.drawing import Canvas
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
from distilbert_viz.records.soft_labels import PositionLabels, SoftLabels

__all__ = [
    "Architecture",
    "Block",
    "Canvas",
    "Change",
    "Component",
    "Computation",
    "Difference",
    "Embeddings",
    "Encoding",
    "Evaluation",
    "Losses",
    "MaskedText",
    "Measurement",
    "ModelSize",
    "OneStep",
    "Operation",
    "PartTimes",
    "Picture",
    "PositionLabels",
    "Predictions",
    "Probe",
    "ProbePicture",
    "Quality",
    "Setting",
    "SoftLabels",
    "Step",
    "StepChoices",
    "StockPass",
    "Timing",
    "Trace",
    "TracePair",
]
