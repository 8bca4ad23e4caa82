"""A process that has too little memory for the built-in pair."""

import resource

import psutil

from distilbert_viz.pairs import load_pair


def load_with(room: int) -> None:
    """Load the pair where only so many more bytes of address space are left, and print the error that this ends in."""
    used = psutil.Process().memory_info().vms
    resource.setrlimit(resource.RLIMIT_AS, (used + room,) * 2)
    try:
        load_pair(device="cpu")
    except ValueError as error:
        print(type(error).__name__, error)
