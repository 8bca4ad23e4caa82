"""See how BERT becomes DistilBERT: teacher and student, side by side, on any text."""

__all__ = ["Watch", "load_pair", "pair_of", "trace_pair"]


def __getattr__(name: str) -> object:
    """What the package lends, brought when first asked for: a bare import of the package brings no torch."""
    if name == "Watch":
        from distilbert_viz.watch import Watch

        return Watch
    if name == "load_pair":
        from distilbert_viz.pairs import load_pair

        return load_pair
    if name == "pair_of":
        from distilbert_viz.tracing.memory import pair_of

        return pair_of
    if name == "trace_pair":
        from distilbert_viz.tracing import trace_pair

        return trace_pair
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
