"""How long the vector of one token is at every station of a block: LayerNorm after each residual sum, made visible."""

import numpy as np

from distilbert_viz.drawing.plots import VOICE, Plot, Series, plot
from distilbert_viz.drawing.tables import Entry, Table
from distilbert_viz.records import Block

STATIONS = {
    "input": "input",
    "attention_output": "attention output",
    "attention_residual": "input + attention",
    "attention_norm": "LayerNorm",
    "feed_forward": "feed-forward output",
    "output_residual": "+ feed-forward",
    "output": "LayerNorm = output",
}


def station_lengths(block: Block) -> list[float]:
    """The Euclidean length at each station of STATIONS."""
    return [float(np.linalg.norm(getattr(block, name))) for name in STATIONS]


def lengths(blocks: tuple[Block, Block]) -> Plot:
    """Bars from zero, teacher and student side by side at each station."""
    traces: list[Series] = [
        {
            "type": "bar",
            "name": f"{voice} L{block.layer}",
            "x": list(STATIONS.values()),
            "y": station_lengths(block),
            "marker": {"color": VOICE[voice]},
            "hovertemplate": f"{voice}, %{{x}}: %{{y:.3f}}<extra></extra>",
        }
        for voice, block in zip(VOICE, blocks, strict=True)
    ]
    return plot(traces, height=320, barmode="group", yaxis={"title": {"text": "length of the vector"}})


def table(blocks: tuple[Block, Block]) -> Table:
    """A row a tensor of the block: its shape and its length in each model."""
    names = [name for name, value in vars(blocks[0]).items() if isinstance(value, np.ndarray)]
    columns: dict[str, list[Entry]] = {"tensor": [name.replace("_", " ") for name in names]}
    for voice, block in zip(VOICE, blocks, strict=True):
        tensors = [getattr(block, name) for name in names]
        columns[f"{voice} shape"] = [" × ".join(map(str, tensor.shape)) for tensor in tensors]
        columns[f"{voice} length"] = [float(np.linalg.norm(tensor)) for tensor in tensors]
    return columns
