"""What a head looks at, counted as a person would count it."""

import numpy as np

from distilbert_viz.records import Encoding


def counts(name: str, encoding: Encoding, query: int, key: int) -> bool:
    """Whether attention from `query` to `key` is attention to the target `name`, read off the tokens."""
    token, types = encoding.tokens[key], encoding.token_type_ids
    return {
        "itself": key == query,
        "previous": key == query - 1,
        "next": key == query + 1,
        "[CLS]": token == "[CLS]",
        "[SEP]": token == "[SEP]",
        "punctuation": token in {".", ",", "?", "!"},
        "other segment": types[key] != types[query] and token not in {"[CLS]", "[SEP]"},
    }[name]


def plain_share(attention: np.ndarray, name: str, encoding: Encoding) -> float:
    """Over the queries that have such a key, the mean of what they give to all such keys."""
    given = []
    for query in range(len(encoding)):
        keys = [key for key in range(len(encoding)) if counts(name, encoding, query, key)]
        if keys:
            given.append(sum(float(attention[query, key]) for key in keys))
    return sum(given) / len(given)
