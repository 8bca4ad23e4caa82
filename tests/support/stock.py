"""What transformers' own classes make of a text, loaded anew from a folder and run without our code, as anybody's script would."""

from pathlib import Path

import numpy as np
import torch
from transformers import AutoModelForMaskedLM, AutoModelForSequenceClassification

from distilbert_viz.records import Encoding


@torch.inference_mode()
def alone(folder: Path, input_ids: np.ndarray, **more: list[int]) -> np.ndarray:
    """Logits of a masked language model, (token, outcome)."""
    network = AutoModelForMaskedLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    inputs = {name: torch.tensor([ids]) for name, ids in more.items()}
    return network(input_ids=torch.from_numpy(input_ids)[None], **inputs).logits[0].numpy()


def stock_logits(folder: str, encoding: Encoding) -> np.ndarray:
    """Logits of a classifier, (1, class)."""
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    inputs = {"input_ids": torch.from_numpy(encoding.input_ids)[None]}
    if model.config.model_type == "bert":
        inputs["token_type_ids"] = torch.from_numpy(encoding.token_type_ids)[None]
    with torch.inference_mode():
        return model(**inputs).logits.numpy()
