"""The pages that other pages lead to, each by its title in app.py or by the name of its view: the one place that spells them."""

from typing import Final

START: Final = "Start"
ARCHITECTURE: Final = "Architecture"
TOKENS: Final = "Tokens"
EMBEDDINGS: Final = "Embeddings"
ATTENTION: Final = "maps"
BLOCK: Final = "Inside a block"
HIDDEN_STATES: Final = "Hidden states"
SOFT_LABELS: Final = "Soft labels"
ONE_STEP: Final = "One step"
LIVE: Final = "Live run"
SIZE: Final = "size"
ARITHMETIC: Final = "arithmetic"
SPEED: Final = "speed"
QUALITY: Final = "Quality"
CHOOSE: Final = "which one"
