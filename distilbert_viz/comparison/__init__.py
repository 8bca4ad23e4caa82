"""Numbers that hold teacher and student against each other. Plain formulas on arrays and records; knows no model."""

from distilbert_viz.comparison.answers import answer, answerable
from distilbert_viz.comparison.atlas import (
    BROAD,
    HEADS_AT_ONCE,
    MOST,
    NO_KIND,
    classical_scaling,
    head_atlas,
    head_space,
    head_space_stages,
    token_groups,
)
from distilbert_viz.comparison.first_choices import agreement, whole_agreement
from distilbert_viz.comparison.heads import (
    CKA,
    COSINE,
    JS,
    SHUFFLES,
    head_similarity,
    js_distances,
    layer_similarity,
    map_cosines,
    running_mean,
)
from distilbert_viz.comparison.intervals import share_interval
from distilbert_viz.comparison.maps import attention_entropy, pooled, without_special
from distilbert_viz.comparison.matching import best_matching, from_initial_layers, initial_cells
from distilbert_viz.comparison.named import (
    CHANGED,
    KEPT,
    NEXT,
    PREVIOUS,
    clearest_head,
    head_on_ends,
    named_heads,
    shared_attention,
)
from distilbert_viz.comparison.norms import carried, norm_weighted, row_shares
from distilbert_viz.comparison.rollout import attention_rollout
from distilbert_viz.comparison.similarity import LEAST_TOKENS, cka_matrix, cosine, cosine_matrix, debiased_cka, share, shuffled_cka
from distilbert_viz.comparison.softening import Number, entropy, kl, position_labels, ranks, soft_labels, soften, top
from distilbert_viz.comparison.what_if import cosine_distance, moved_labels, relative_distance
from distilbert_viz.comparison.words import SEGMENTS, by_word, mean_row, segment_mask, segment_share, whole_words

__all__ = [
    "BROAD",
    "CHANGED",
    "CKA",
    "COSINE",
    "HEADS_AT_ONCE",
    "JS",
    "KEPT",
    "LEAST_TOKENS",
    "MOST",
    "NEXT",
    "NO_KIND",
    "PREVIOUS",
    "SEGMENTS",
    "SHUFFLES",
    "Number",
    "agreement",
    "answer",
    "answerable",
    "attention_entropy",
    "attention_rollout",
    "best_matching",
    "by_word",
    "carried",
    "cka_matrix",
    "classical_scaling",
    "clearest_head",
    "cosine",
    "cosine_distance",
    "cosine_matrix",
    "debiased_cka",
    "entropy",
    "from_initial_layers",
    "head_atlas",
    "head_on_ends",
    "head_similarity",
    "head_space",
    "head_space_stages",
    "initial_cells",
    "js_distances",
    "kl",
    "layer_similarity",
    "map_cosines",
    "mean_row",
    "moved_labels",
    "named_heads",
    "norm_weighted",
    "pooled",
    "position_labels",
    "ranks",
    "relative_distance",
    "row_shares",
    "running_mean",
    "segment_mask",
    "segment_share",
    "share",
    "share_interval",
    "shared_attention",
    "shuffled_cka",
    "soft_labels",
    "soften",
    "token_groups",
    "top",
    "whole_agreement",
    "whole_words",
    "without_special",
]
