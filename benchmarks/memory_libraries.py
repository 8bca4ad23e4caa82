"""What each library and each step of a first page adds to a process that is fresh: python -m benchmarks.memory_libraries."""

import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXTS = {"32 tokens": "the old wolf slept near the lamp " * 4, "512 tokens": "the old wolf slept near the lamp " * 80}


def libraries() -> list[tuple[str, str, str]]:
    """What was added, what the process holds then, and how much more that is, in MB, in a fresh process."""
    words = [sys.executable, "-m", "benchmarks.memory_libraries"]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    held = [(name, int(size)) for name, size in map(json.loads, said.splitlines())]
    before = [0, *(size for _, size in held)]
    return [(name, f"{now / 1e6:,.0f}", f"{(now - then) / 1e6:,.0f}") for (name, now), then in zip(held, before, strict=False)]


def steps() -> list[tuple[str, Callable[[], object]]]:
    """What is done one after another, and what it is called."""
    named = [
        ("Python", "psutil"), ("Streamlit", "streamlit"), ("Streamlit's server", "streamlit.web.bootstrap"),
        ("NumPy", "numpy"), ("PyTorch", "torch"), ("transformers", "distilbert_viz.pairs.loading"),
    ]  # fmt: skip
    pair = Pair()
    made: list[tuple[str, Callable[[], object]]] = [(name, partial(importlib.import_module, module)) for name, module in named]
    made += [("the built-in pair", pair.load), ("its stock models", pair.add_stock)]
    made += [(f"a trace and a check, {name}", partial(pair.read, text)) for name, text in TEXTS.items()]
    made += [("given back", pair.give_back)]
    from distilbert_viz.session.warm import LATER

    return made + [(name, partial(importlib.import_module, name)) for name in LATER]


class Pair:
    """The built-in pair as a page uses it."""

    def load(self) -> None:
        """Both models."""
        from distilbert_viz.pairs.loading import load_pair

        self.pair = load_pair(device="cpu")

    def add_stock(self) -> None:
        """The witness's models."""
        from distilbert_viz.tracing.stock import stock_model

        self.stocks = [stock_model(model) for model in self.pair]

    def read(self, text: str) -> None:
        """A trace, its logits and the witness's pass; nothing of them is kept."""
        from distilbert_viz.tracing import logits, stock_pass, trace_pair

        traces = trace_pair(self.pair, text)
        for model, stock, trace in zip(self.pair, self.stocks, traces, strict=True):
            logits(model, trace)
            stock_pass(stock, trace.encoding)

    def give_back(self) -> None:
        """What nothing holds any more."""
        from distilbert_viz.session.allocator import give_back

        give_back()


def main() -> None:
    """A line a step: its name, and the bytes that the process holds after it."""
    import psutil

    for name, do in steps():
        do()
        print(json.dumps([name, psutil.Process().memory_info().rss]), flush=True)


if __name__ == "__main__":
    main()
