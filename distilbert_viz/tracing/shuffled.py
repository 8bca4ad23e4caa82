"""States that say nothing, of the right size: the floors that a hand-over is held against."""

from copy import deepcopy

import numpy as np
import torch

from distilbert_viz.pairs.layers import matched_depths
from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.records import Floors, TracePair
from distilbert_viz.tracing.forward import to_numpy
from distilbert_viz.tracing.mixtures import divergences, log_probabilities, read_from, refuse_no_hand_over

DRAWS = 4
SEED = 7  # of the places where a token's state is put as a floor


def elsewhere(tokens: int, seed: int) -> np.ndarray:
    """For every token another one, drawn with `seed`; a single token keeps its place."""
    order = np.random.default_rng(seed).permutation(tokens)
    places = np.empty(tokens, np.int64)
    places[order] = np.roll(order, 1)
    return places


@torch.no_grad()
def without_learning(layer: torch.nn.Module, seed: int) -> torch.nn.Module:
    """A copy of a layer with the entries of every weight matrix shuffled: as large as before, and nothing learned."""
    made, random = deepcopy(layer), torch.Generator().manual_seed(seed)
    for matrix in (parameter for parameter in made.parameters() if parameter.ndim > 1):
        order = torch.randperm(matrix.numel(), generator=random).to(matrix.device)
        matrix.copy_(matrix.flatten()[order].view_as(matrix))
    return made


@torch.inference_mode()
def floors(pair: Pair, traces: TracePair, position: int, draws: int = DRAWS) -> Floors:
    """What the teacher makes, from the matched depth on, of the student's states when they say nothing; read at `position`.

    Raises ValueError as `hand_over`.
    """
    refuse_no_hand_over(pair)
    at, states = pair.task.row(position), pair.student.tensor(traces.student.hidden_states)
    label = log_probabilities(pair.teacher, pair.teacher.tensor(traces.teacher.hidden_states[-1, at]))
    said = [states[:, elsewhere(states.shape[1], seed)] for seed in range(draws)]
    said += [_through_random_layers(pair.student, states, seed) for seed in range(draws)]
    read = read_from(pair.teacher, torch.cat(said), matched_depths(traces.initial_layers) * len(said), at)
    kls = to_numpy(divergences(label, log_probabilities(pair.teacher, read))).reshape(2, draws, -1).mean(1)
    return Floors(draws, kls[0], np.append(np.float32(np.nan), kls[1, 1:]))


def _through_random_layers(student: Model, states: torch.Tensor, seed: int) -> torch.Tensor:
    """The state at every depth if the layer before it had learned nothing; at depth 0 as it is."""
    made = [states[:1]]
    for layer, module in enumerate(student.layers):
        made.append(without_learning(module, seed * len(student.layers) + layer)(states[layer : layer + 1]))
    return torch.cat(made)
