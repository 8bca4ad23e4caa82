"""The forward pass drawn as boxes: every box with its live shape and one live statistic, what is missing as a gap."""

from math import acos, degrees, exp

import numpy as np

from distilbert_viz import comparison
from distilbert_viz.drawing.canvas import VOICES
from distilbert_viz.drawing.components import Box, Flow, Head
from distilbert_viz.drawing.labels import visible
from distilbert_viz.families import family
from distilbert_viz.records import Block, Predictions, Trace, TracePair, subject

# A head that reads every token, by what its soft labels are over: its name, and how many numbers it makes of a token.
HEADS = {
    "token": ("Masked-LM head", "{:,}"),
    "tag": ("Token-classification head", "tags"),
    "place": ("Question-answering head", "2"),
}

Tokenizer = tuple[str, int]  # its kind, and how many tokens it knows


def flow(
    pair: TracePair,
    blocks: tuple[tuple[Block, ...], tuple[Block, ...]],
    predictions: tuple[Predictions, Predictions] | None,
    tokenizer: Tokenizer,
) -> Flow:
    """The whole drawing; `blocks[i]` are all layers of a model at one token, `predictions[i]` its head there; None: no heads."""
    rows: list[list[Box]] = [[_text(pair)], [_tokenization(pair, tokenizer)]]
    rows += [[part(voice, trace) for voice, trace in _voiced(pair)] for part in (_word, _position, _segment, _sum)]
    rows += [_block_row(pair, blocks, layer) for layer in range(pair.teacher.layers)]
    rows += [[_hidden_states(voice, trace) for voice, trace in _voiced(pair)]]
    rows += [[_head(v, t, p) for (v, t), p in zip(_voiced(pair), predictions or (None, None), strict=True)]]
    heads: list[Head] = [{"voice": voice, "name": _headline(voice, trace)} for voice, trace in _voiced(pair)]
    return {"heads": heads, "rows": rows, "compact": True}


def _voiced(pair: TracePair) -> list[tuple[str, Trace]]:
    return list(zip(VOICES, pair, strict=True))


def _headline(voice: str, trace: Trace) -> str:
    return f"{voice.capitalize()} · {family(trace.architecture.family).title}, {trace.layers} layers"


def _box(voice: str, name: str, shape: str, live: str, page: str) -> Box:
    return {"voice": voice, "name": name, "shape": shape, "live": live, "page": page, "opens": f"open {page}"}


def _gap(voice: str, name: str, note: str) -> Box:
    return {"voice": voice, "name": name, "note": note, "gap": True}


def _length(vectors: np.ndarray) -> float:
    return float(np.sqrt(np.vecdot(vectors, vectors)).mean())


def _text(pair: TracePair) -> Box:
    text = visible(pair.encoding.text[:91], 90)  # of 50,000 characters, these are seen
    return _box("shared", "Input text", f"{len(pair.encoding.text)} characters", text, "Tokens")


def _tokenization(pair: TracePair, tokenizer: Tokenizer) -> Box:
    (kind, known), encoding = tokenizer, pair.encoding
    ids = ", ".join(str(i) for i in encoding.input_ids[:8].tolist()) + (", …" if len(encoding) > 8 else "")
    shape = f"text → (batch 1, {len(encoding)} tokens), one of {known:,} pieces each"
    return _box("shared", f"Tokenization ({kind})", shape, f"token ids {ids}", "Tokens")


def _shape(trace: Trace) -> str:
    return f"(1, {len(trace.encoding)}, {trace.architecture.hidden})"


def _word(voice: str, trace: Trace) -> Box:
    sizes = trace.architecture
    shape = f"{sizes.vocabulary:,} × {sizes.hidden} · (1, {len(trace.encoding)}) → {_shape(trace)}"
    return _box(voice, "Token embedding", shape, f"vectors of length {_length(trace.embeddings.word):.3g} on average", "Embeddings")


def _position(voice: str, trace: Trace) -> Box:
    sizes, tokens = trace.architecture, len(trace.encoding)
    shape = f"{sizes.positions} × {sizes.hidden}, {sizes.position_kind} · ({tokens}) → ({tokens}, {sizes.hidden})"
    return _box(
        voice, "Position embedding", shape, f"adds length {_length(trace.embeddings.position):.3g} on average", "Embeddings"
    )


def _segment(voice: str, trace: Trace) -> Box:
    sizes, part = trace.architecture, trace.embeddings.token_type
    if part is None:
        return _gap(voice, "No segment embedding", f"{family(sizes.family).title} has none: the sum has two parts.")
    shape = f"{sizes.segments} × {sizes.hidden} · (1, {len(trace.encoding)}) → {_shape(trace)}"
    box = _box(voice, "Segment embedding", shape, f"adds length {_length(part):.3g} on average", "Embeddings")
    return box if sizes.segments > 1 else box | {"note": "one row, added to every token alike: this model tells no segments apart"}


def _sum(voice: str, trace: Trace) -> Box:
    parts, sizes = trace.embeddings, trace.architecture
    terms = "token + position" + ("" if parts.token_type is None else " + segment")
    live = f"sums of length {_length(parts.sum):.3g}, normalised to {_length(parts.output):.3g}"
    note = f"LayerNorm ε = {sizes.layer_norm_eps:g}; dropout {sizes.dropout:g}, off while reading"
    return _box(voice, "Sum + LayerNorm + dropout", f"{terms} → {_shape(trace)}", live, "Embeddings") | {"note": note}


def _block_row(pair: TracePair, blocks: tuple[tuple[Block, ...], tuple[Block, ...]], layer: int) -> list[Box]:
    teacher = _block("teacher", pair.teacher, blocks[0][layer])
    if layer not in pair.initial_layers:
        return [
            teacher,
            _gap("student", f"No layer beside teacher L{layer}", "Left out: the student keeps fewer layers."),
        ]
    mine = pair.initial_layers.index(layer)
    other = "" if pair.one_width else ", of another width"
    note = f"started from teacher L{layer}" if pair.began_as_copies else f"drawn beside teacher L{layer}{other}"
    return [teacher, _block("student", pair.student, blocks[1][mine]) | {"note": note}]


def _block(voice: str, trace: Trace, block: Block) -> Box:
    layer = block.layer
    entropy = float(comparison.attention_entropy(trace.attentions[layer : layer + 1]).mean())
    turn = float(comparison.cosine(trace.hidden_states[layer], trace.hidden_states[layer + 1]).mean())
    live = f"a head looks at {exp(entropy):.1f} tokens, each token turns by {degrees(acos(min(turn, 1))):.0f}°"
    shape = f"{_shape(trace)} → {_shape(trace)}"
    box = _box(voice, f"Block L{layer}", shape, live, "Inside a block")
    about = f"attention entropy {entropy:.2f} nats, of which e^ is the number of tokens; cosine of output with input {turn:.2f}"
    return box | {"steps": _steps(trace, block), "about": about, "key": f"{voice}{layer}", "layer": layer}


def _steps(trace: Trace, block: Block) -> list[tuple[str, str, str]]:
    sizes, tokens, layer = trace.architecture, len(trace.encoding), block.layer
    dim = trace.queries.shape[-1]
    forward = float(np.triu(trace.attentions[layer].mean(0), 1).sum(-1).mean())
    passed = float((block.activation > 0).mean())
    norm = f"LayerNorm after it ({family(sizes.family).norms}-norm)"
    return [
        ("Q, K, V projections", f"3 × (1, {sizes.heads}, {tokens}, {dim})", f"query length {_length(block.query):.3g}"),
        (
            "Bidirectional attention, no causal mask",
            f"(1, {sizes.heads}, {tokens}, {tokens})",
            f"{forward:.0%} to later tokens",
        ),
        ("Residual: x + attention", _shape(trace), f"length {_length(block.attention_residual):.3g}"),
        (norm, _shape(trace), f"length {_length(block.attention_norm):.3g}"),
        ("Feed-forward: Linear", f"{sizes.hidden} → {sizes.intermediate}", f"length {_length(block.intermediate):.3g}"),
        (sizes.activation, f"(1, {tokens}, {sizes.intermediate})", f"{passed:.0%} above 0"),
        ("Linear + dropout", f"{sizes.intermediate} → {sizes.hidden}", f"length {_length(block.feed_forward):.3g}"),
        ("Residual: x + feed-forward", _shape(trace), f"length {_length(block.output_residual):.3g}"),
        (norm, _shape(trace), f"length {_length(block.output):.3g}"),
    ]


def _hidden_states(voice: str, trace: Trace) -> Box:
    live = f"every token has seen the whole text; length {_length(trace.hidden_states[-1]):.3g} on average"
    return _box(voice, "Hidden states", _shape(trace), live, "Hidden states")


def _head(voice: str, trace: Trace, predictions: Predictions | None) -> Box:
    if predictions is None:
        return _gap(voice, "No head", "An encoder predicts nothing, or its pair has no head of the same task.")
    best = ", ".join(
        f"{visible(name)} {probability:.0%}"
        for name, probability in zip(predictions.names[-1][:3], predictions.probabilities[-1], strict=False)
    )
    if predictions.outcome == "class":
        return _classification_head(voice, trace, f"of the whole text: {best}")
    name, last = HEADS[predictions.outcome]
    shape = f"{_shape(trace)} → (1, {len(trace.encoding)}, {last.format(trace.architecture.vocabulary)}) logits"
    return _box(voice, f"{name} → soft labels", shape, f"{_read_at(trace, predictions)}: {best}", "Soft labels")


def _read_at(trace: Trace, predictions: Predictions) -> str:
    if predictions.outcome == "place":
        return subject(predictions.outcome, predictions.position)
    return f"at “{visible(trace.encoding.tokens[predictions.position])}”"


def _classification_head(voice: str, trace: Trace, live: str) -> Box:
    """What reads the text as a whole: a layer as wide as the model at [CLS], then a logit a class, of which a few are listed."""
    sizes = trace.architecture
    head = family(sizes.family).classification
    shape = f"at {trace.encoding.tokens[0]} (1, {sizes.hidden}) → {head.words} → (1, {sizes.hidden}) → (1, classes) logits"
    return _box(voice, "Classification head → soft labels", shape, live, "Soft labels") | {"note": head.about}
