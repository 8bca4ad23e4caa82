"""How sure a counted share is."""


def share_interval(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share that was seen in `count` independent trials (Wilson 1927)."""
    from scipy.stats import binomtest

    interval = binomtest(round(share * count), count).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)
