"""The pages that other pages lead to, by the titles that app.py lists: the one place that spells them."""

from typing import Final

START: Final = "Start"
ARCHITECTURE: Final = "Architecture"
TOKENS: Final = "Tokens"
EMBEDDINGS: Final = "Embeddings"
ATTENTION: Final = "Attention"
BLOCK: Final = "Inside a block"
HIDDEN_STATES: Final = "Hidden states"
SOFT_LABELS: Final = "Soft labels"
ONE_STEP: Final = "One step"
LIVE: Final = "Distil"
SIZE: Final = "Size"
COMPUTATION: Final = "Computation"
SPEED: Final = "Speed"
QUALITY: Final = "Quality"
CHOOSE: Final = "When to use which"
