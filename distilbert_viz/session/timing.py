"""How long a pass of the present pair takes on this server: measured once a pair, behind what visitors look at."""

from functools import partial

from distilbert_viz.records import Timing
from distilbert_viz.session import jobs, once, present
from distilbert_viz.session.cache import Key, cache
from distilbert_viz.session.state import chosen_pair


def begun() -> "jobs.Job[Timing] | None":
    """The job that times the present pair, begun if nobody began it; None while another measurement has the machine."""
    found = jobs.job(_key())
    if found is not None:
        return found
    from distilbert_viz.cost.now import pass_times

    choice = chosen_pair()
    turn = cache().worker(once.device_of(choice)).turn
    make = partial(pass_times, present.models(), present.traces().encoding.input_ids, turn)
    try:
        return jobs.start(_key(), 1, make)
    except jobs.Busy:
        return None


def _key() -> Key:
    return Key(chosen_pair(), "time of a pass")
