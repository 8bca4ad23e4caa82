"""What a prediction owes to each token of the text: two of captum's methods on the word embeddings of either model.

No hook is put on a model, so that other sessions may use it at the same time.
"""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import torch
from captum.attr import FeatureAblation, IntegratedGradients
from jaxtyping import Float

from distilbert_viz import memory
from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.records import Attribution, AttributionChoices, Encoding
from distilbert_viz.tracing.forward import model_inputs, to_numpy

GRADIENTS, ABLATION = "integrated gradients", "feature ablation"
MOST_TOKENS = 1024  # of all rows of one batch together: bounds the memory of a backward pass
Prediction = Callable[[torch.Tensor], torch.Tensor]  # (batch, token, hidden) word embeddings -> (batch,)

Method = Callable[[Prediction, torch.Tensor, torch.Tensor], tuple[np.ndarray, float | None]]


def attribute(pair: Pair, encoding: Encoding, choices: AttributionChoices) -> Iterator[tuple[Attribution, ...]]:
    """The log-probability of the candidate in both models, by both methods: a record each, every yield with all so far."""
    found: tuple[Attribution, ...] = ()
    methods: dict[str, Method] = {GRADIENTS: partial(integrated_gradients, steps=choices.steps), ABLATION: feature_ablation}
    for method, share in methods.items():
        for voice, model in zip(("teacher", "student"), pair, strict=True):
            words, baseline = _words(model, encoding.input_ids), _words(model, baseline_ids(encoding, choices.baseline))
            predict = log_probability(model, encoding, choices)
            scores, delta = share(predict, words, baseline)
            with torch.no_grad():
                output, baseline_output = predict(torch.cat([words, baseline])).tolist()
            found += (Attribution(voice, method, scores, output, baseline_output, delta),)
            yield found


def baseline_ids(encoding: Encoding, number: int) -> np.ndarray:
    """The text with token id `number` at every ordinary token."""
    return np.where(encoding.special, encoding.input_ids, number)


def _words(model: Model, ids: np.ndarray) -> torch.Tensor:
    return model.table("word")[torch.from_numpy(ids).to(model.device)][None].detach()


def log_probability(model: Model, encoding: Encoding, choices: AttributionChoices) -> Prediction:
    """ln p(candidate) at the position (T = 1), of rows of word embeddings; positions and segments are the text's own."""
    segments = {name: ids for name, ids in model_inputs(model, encoding).items() if name != "input_ids"}

    def predict(words: torch.Tensor) -> torch.Tensor:
        more = {name: ids.expand(len(words), -1) for name, ids in segments.items()}
        states = model.network.base_model(inputs_embeds=words, **more).last_hidden_state
        return model.soft_labels(states, choices.position).log_softmax(-1)[:, choices.candidate]

    return predict


def integrated_gradients(
    predict: Prediction, words: torch.Tensor, baseline: torch.Tensor, steps: int
) -> tuple[Float[np.ndarray, "token"], float]:
    """Gradients along the straight path from the baseline, times its length, summed over a token's dimensions.

    Sundararajan et al. 2017 (arXiv 1703.01365), section 3, with Gauss-Legendre quadrature; and captum's convergence delta.
    """
    scores, delta = IntegratedGradients(predict).attribute(
        words, baseline, n_steps=steps, internal_batch_size=_rows(words), return_convergence_delta=True
    )
    return to_numpy(scores.sum(-1)[0]), float(delta)


def feature_ablation(predict: Prediction, words: torch.Tensor, baseline: torch.Tensor) -> tuple[Float[np.ndarray, "token"], None]:
    """What is lost when one token alone is put back to the baseline, token by token. Nothing makes the scores add up."""
    tokens = torch.arange(words.shape[1], device=words.device)[None, :, None]
    scores = FeatureAblation(predict).attribute(
        words, baseline, feature_mask=tokens.expand_as(words), perturbations_per_eval=_rows(words)
    )
    return to_numpy(scores[0, :, 0]), None


def _rows(words: torch.Tensor) -> int:
    return memory.texts_at_once(words.shape[1], MOST_TOKENS)
