"""A process that switches between three pairs again and again, holding one at a time, and prints its memory after each."""

import sys
from functools import partial
from pathlib import Path

import psutil
import torch
from transformers import AutoTokenizer, BertConfig, BertForMaskedLM, DistilBertConfig, DistilBertForMaskedLM

SWITCHES = 24  # three to have seen each pair once, with what is read on the way; twenty, and one more to be back at the first
WIDTHS = {"wide": 256, "narrow": 128}


def save(folder: Path, width: int) -> str:
    """A random pair with the built-in vocabulary, as the page names it: two folders."""
    from distilbert_viz.pairs.catalogue import FOLDER

    torch.manual_seed(0)
    teacher = BertConfig(num_hidden_layers=4, hidden_size=width, num_attention_heads=4, intermediate_size=4 * width)
    student = DistilBertConfig(n_layers=2, dim=width, n_heads=4, hidden_dim=4 * width)
    for name, network in (("teacher", BertForMaskedLM(teacher)), ("student", DistilBertForMaskedLM(student))):
        network.save_pretrained(folder / name)
        AutoTokenizer.from_pretrained(FOLDER / "teacher").save_pretrained(folder / name)
    return f"{folder / 'teacher'}|{folder / 'student'}"


def main(root: Path) -> None:
    """Print the resident bytes with each pair loaded and traced."""
    from distilbert_viz.pairs.choice import PairChoice
    from distilbert_viz.session.allocator import give_back, set_up
    from distilbert_viz.session.cache import Cache, Key
    from distilbert_viz.tracing import trace_pair

    pairs = ["built-in", *(save(root / name, width) for name, width in WIDTHS.items())]
    set_up(pool=True)
    cached = Cache(pairs=1)
    for i in range(1 + SWITCHES):
        choice = PairChoice.read(pairs[i % 3], "cpu")
        loading = cached.load(choice)
        assert loading.finished.wait(60)
        assert loading.error is None, loading.error
        run, pair = cached.worker("cpu").trace, loading.loaded.pair
        cached.joined(Key(choice, "trace"), partial(trace_pair, pair, "The cat sat. " * 8, (), run), "cpu")
        give_back()  # what is held is counted, not what a pass has just freed
        print(psutil.Process().memory_info().rss, flush=True)
        del loading, pair
    cached.end()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
