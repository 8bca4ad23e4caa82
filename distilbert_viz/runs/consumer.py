"""The consumer of a device's queue, started by the app: python -m distilbert_viz.runs.consumer DEVICE PARENT_PID.

One a device and machine works, by a lock that dies with its process; others wait for it. When its app is gone it tells
the training to save and leave, and goes too; the next consumer puts the run back.
"""

import fcntl
import os
import signal
import sys
import threading
import time
from typing import TextIO

import psutil

from distilbert_viz.runs import home, queue
from distilbert_viz.runs.record import WAITING


def main(device: str, parent: int) -> None:
    """Wait for the device, put back what was lost, and work until the parent process ends."""
    with (home.home() / f"consumer-{device}.lock").open("w") as lock:
        while not _taken(lock):
            if not psutil.pid_exists(parent):
                return
            time.sleep(0.5)
        threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
        queue.make_ready()
        huey = queue.queue(device)
        task = queue.task(huey)
        huey.flush()
        for run in [*home.lost(device), *home.waiting(device)]:
            run.set(status=WAITING)
            task(run.id)
        huey.create_consumer(workers=1, periodic=False, initial_delay=0.05, max_delay=0.5).run()


def _taken(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _leave_with(parent: int) -> None:
    while psutil.pid_exists(parent):
        time.sleep(1)
    for child in psutil.Process().children():
        child.send_signal(signal.SIGTERM)
    psutil.wait_procs(psutil.Process().children(), timeout=60)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
