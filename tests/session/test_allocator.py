"""What the allocator keeps of what was freed, seen in processes of their own."""

import subprocess
import sys

import pytest

from tests.support.paths import ROOT

BLOCK, BLOCKS = 2_000_000, 40
# Blocks of one size come and go twice; what was allocated after them lies above them and is held.
WORK = f"""
import ctypes, psutil
from distilbert_viz.session.allocator import set_up

set_up(pool=POOL)
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
held = lambda: psutil.Process().memory_info().rss
libc.free(libc.malloc(8 * {BLOCK}))
before = held()
blocks = [libc.malloc({BLOCK}) for _ in range({BLOCKS})]
for block in blocks:
    ctypes.memset(block, 1, {BLOCK})
libc.malloc(100_000)
for block in blocks:
    libc.free(block)
print(held() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc alone has these calls")
@pytest.mark.parametrize(("pool", "stays"), [(True, True), (False, False)])
def test_a_large_block_stays_where_there_is_room_and_goes_back_where_there_is_none(pool, stays):
    run = subprocess.run(
        [sys.executable, "-c", WORK.replace("POOL", str(pool))], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (int(run.stdout) > BLOCK * BLOCKS / 2) == stays
