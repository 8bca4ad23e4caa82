"""One loading of a pair and some passes, in a process of its own that prints what it saw as one line of JSON.

python -m benchmarks.full_size_child TEACHER STUDENT DEVICE REPEATS LENGTH ...
"""

import json
import statistics
import sys
import time
from itertools import islice

import torch

from benchmarks.texts import texts
from distilbert_viz import checking, tracing
from distilbert_viz.cost.classes import FULL_SIZE, weightless
from distilbert_viz.cost.memory import can_tell, peak, peak_from_now
from distilbert_viz.cost.passes import seconds
from distilbert_viz.pairs.devices import used_bytes
from distilbert_viz.pairs.loading import load_pair
from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.records import TracePair

ARRAYS = ("hidden_states", "attentions")


def main(teacher: str, student: str, device: str, repeats: str, *lengths: str) -> None:
    """Load, look at the memory, trace."""
    for config in FULL_SIZE:
        weightless(config, "masked LM")  # the libraries' own memory: modules of both families are read before it is looked at
    before = used_bytes(device)
    tells = can_tell(device.split(":")[0])
    if tells:
        peak_from_now(device.split(":")[0])
    began = time.perf_counter()
    pair = load_pair(teacher=teacher, student=student, device=device)
    loaded = time.perf_counter() - began
    for model in pair:
        read_weights(model)
    found = {
        "seconds": loaded,
        "seconds_read": time.perf_counter() - began,
        "weights": sum(p.numel() * p.element_size() for model in pair for p in model.network.parameters()),
        "held": used_bytes(device) - before,
        "peak": peak(device.split(":")[0]) - before if tells else None,
    }
    print(json.dumps(found | {"texts": [of_length(pair, int(length), int(repeats)) for length in lengths]}))


def read_weights(model: Model) -> None:
    """Every one: safetensors maps a file, and memory is taken where a weight is first touched."""
    for parameter in model.network.parameters():
        parameter.sum().item()


def of_length(pair: Pair, length: int, repeats: int) -> dict:
    """Median seconds of our trace and of the bare passes, in turn on one new text after another; the first two warm up."""
    stocks = [tracing.stock.stock_model(model) for model in pair]
    several = list(islice(texts(pair.teacher.tokenizer, length), 2 + repeats))
    times = [(seconds(lambda t=text: bare(stocks, t)), seconds(lambda t=text: tracing.trace_pair(pair, t))) for text in several]
    bare_times, traced_times = zip(*times[2:], strict=True)
    traces = tracing.trace_pair(pair, several[-1])
    return {
        "tokens": len(traces.encoding),
        "bare": statistics.median(bare_times),
        "traced": statistics.median(traced_times),
        "bytes": traces.nbytes,
        "difference": difference(stocks, traces),
    }


@torch.inference_mode()
def bare(stocks: list[Model], text: str) -> None:
    """Both stock eager encoders, attentions and hidden states kept, as `trace` computes no head either; text to ids included."""
    for model in stocks:
        ids = model.tokenizer(text, return_tensors="pt")["input_ids"].to(model.device)
        model.network.base_model(input_ids=ids, output_attentions=True, output_hidden_states=True)


def difference(stocks: list[Model], traces: TracePair) -> float:
    """max |difference| between our traces and the stock passes that the app checks its pictures against, of both models."""
    passes = [tracing.stock_pass(model, traces.encoding, logits=False) for model in stocks]
    return max(
        checking.largest_difference(getattr(ours, name), getattr(theirs, name))
        for ours, theirs in zip(traces, passes, strict=True)
        for name in ARRAYS
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
