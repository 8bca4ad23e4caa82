"""The arithmetic that a distillation step has to do, and what a GPU could do at most."""

from collections.abc import Sequence

import torch

from distilbert_viz.distillation.recipe import Recipe

PEAK_FLOPS = {"A100": 312e12, "H100": 989e12, "H200": 989e12}  # dense bfloat16, the makers' data sheets


def about(sizes: object, batches: Sequence[dict[str, torch.Tensor]], recipe: Recipe) -> dict[str, float]:
    """What a form's batches hold: tokens of one, share of padding, and the model's own arithmetic a token.

    `sizes` is the teacher's configuration. Floating-point operations of matrix products: the teacher forward, the student
    forward and twice that backward; padding, and logits that L_ce in this form does not need, are no work that had to be done.
    """
    rows = torch.cat([batch["attention_mask"].sum(1) for batch in batches]).double()
    places = sum(batch["labels"].numel() for batch in batches)
    kept = rows.sum() if recipe.ce_on == "all" else sum((batch["labels"] > -1).sum() for batch in batches)
    tokens, flops = rows.sum(), 0
    for layers, passes in ((sizes.num_hidden_layers, 1), (recipe.layers, 3)):
        body = tokens * (4 * sizes.hidden_size**2 + 2 * sizes.hidden_size * sizes.intermediate_size)
        attention = 2 * sizes.hidden_size * (rows**2).sum()
        head = kept * (sizes.hidden_size**2 + sizes.hidden_size * sizes.vocab_size)
        flops += 2 * passes * (layers * (body + attention) + head)
    numbers = {"tokens_a_batch": tokens / len(batches), "padding": 1 - tokens / places, "flops_a_token": flops / tokens}
    return {name: float(number) for name, number in numbers.items()}


def peak_flops() -> float | None:
    """Of the GPU, a second; None without one, and where this file doesn't know its data sheet."""
    name = torch.cuda.get_device_name() if torch.cuda.is_available() else ""
    return next((peak for known, peak in PEAK_FLOPS.items() if known in name), None)
