"""How good a masked-language model is: on held-out lines, and on everyday sentences with one blank."""

import json
from collections.abc import Mapping

import numpy as np
import torch
from datasets import Dataset  # type: ignore[import-untyped]
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from distilbert_viz.distillation.held_out import EVERYDAY
from distilbert_viz.distillation.masking import IGNORED, mask

MASKED, LONGEST = 0.15, 128


@torch.inference_mode()
def held_out(
    models: Mapping[str, PreTrainedModel], lines: Dataset, tokenizer: PreTrainedTokenizerFast, seed: int
) -> dict[str, float]:
    """Share of masked tokens that each model finds (top-1) or has among its five likeliest, and how often two agree.

    Every line is cut to 128 tokens; 15% are chosen and masked 80/10/10 as in BERT, the same ones for every model.
    """
    counts = {name: np.zeros(2) for name in models}
    agreed = total = 0
    special = set(tokenizer.all_special_ids)
    for row, line in enumerate(lines["text"]):
        ids = tokenizer(line, truncation=True, max_length=LONGEST, verbose=False)["input_ids"]
        masked, labels = mask(ids, special, tokenizer.mask_token_id, len(tokenizer), MASKED, (seed, 0, row))
        chosen = torch.from_numpy(labels != IGNORED)
        if not chosen.any():
            continue
        truth = torch.from_numpy(labels)[chosen]
        best = {name: _best(model, masked, chosen) for name, model in models.items()}
        for name, five in best.items():
            counts[name] += [(five[:, 0] == truth).sum().item(), (five == truth[:, None]).any(1).sum().item()]
        firsts = [five[:, 0] for five in best.values()]
        agreed += int((firsts[0] == firsts[-1]).sum())
        total += len(truth)
    scores = {f"{name}_top{k}": float(count[i] / total) for name, count in counts.items() for i, k in enumerate((1, 5))}
    return scores | {"agreement": agreed / total, "masked_tokens": total, "lines": len(lines)}


def _best(model: PreTrainedModel, masked: np.ndarray, chosen: torch.Tensor) -> torch.Tensor:
    inputs = torch.from_numpy(masked)[None].to(model.device)
    output = model(inputs, torch.ones_like(inputs), chosen[None].to(model.device))
    best: torch.Tensor = output.logits.topk(5).indices.cpu()
    return best


@torch.inference_mode()
def everyday(models: Mapping[str, PreTrainedModel], tokenizer: PreTrainedTokenizerFast) -> dict[str, object]:
    """The thirty sentences of builtin/everyday.json: which blanks each model fills with an accepted answer, top-1 and top-5."""
    blanks = json.loads(EVERYDAY.read_text(encoding="utf-8"))
    found: dict[str, object] = {"sentences": len(blanks)}
    for name, model in models.items():
        answers = [_answers(model, tokenizer, blank["text"]) for blank in blanks]
        for k in (1, 5):
            hits = [bool(set(five[:k]) & set(blank["answers"])) for five, blank in zip(answers, blanks, strict=True)]
            found[f"{name}_top{k}"] = sum(hits) / len(hits)
        found[f"{name}_answers"] = {blank["text"]: five for blank, five in zip(blanks, answers, strict=True)}
    return found


def _answers(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, text: str) -> list[str]:
    ids = np.array(tokenizer(text)["input_ids"])
    five = _best(model, ids, torch.from_numpy(ids == tokenizer.mask_token_id))
    return list(tokenizer.convert_ids_to_tokens(five[0].tolist()))
