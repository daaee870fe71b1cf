"""Before kernels are forked, libraries have done a little work, and nothing of it can be noticed but the speed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from utfall.publishing.pool import ONE_THREAD

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

PREPARED = """
import os, random, sys, threading
import matplotlib, matplotlib.figure, pandas
from utfall.publishing.warm import rehearsal
"""


def told_by(source, **environment):
    """What a process of its own prints, which has no thread but its first."""
    command = [sys.executable, "-c", PREPARED + source]
    return subprocess.run(
        command, env={"PATH": "", **ONE_THREAD, **environment}, capture_output=True, text=True, check=True
    ).stdout.split()


def test_fonts_are_found_before_a_kernel_needs_them():
    source = "from matplotlib.font_manager import fontManager\nseen = []\nfind = fontManager._findfont_cached\n"
    source += "print(find.cache_info().currsize)\nrehearsal.rehearse()\nprint(find.cache_info().currsize > 0)"
    assert told_by(source) == ["0", "True"]


def test_settings_random_numbers_and_output_are_left_alone():
    source = """
import numpy
random.seed(1); numpy.random.seed(1)
before = dict(matplotlib.rcParams), random.getstate(), repr(numpy.random.get_state()), set(sys.modules)
rehearsal.rehearse()
after = dict(matplotlib.rcParams), random.getstate(), repr(numpy.random.get_state())
print(before[:3] == after, threading.active_count(), 'statsmodels' in sys.modules)
"""
    assert told_by(source) == ["True", "1", "False"]


@pytest.mark.parametrize(
    "work",
    [
        "threading.Thread(target=threading.Event().wait, daemon=True).start()",
        "threading.Event().wait()",
        "os.kill(os.getpid(), 9)",
    ],
    ids=["starts a thread", "hangs", "dies"],
)
def test_work_that_a_fork_would_not_survive_is_left_to_the_kernels(work):
    source = f"""
def work():
    {work}
rehearsal.SECONDS = 0.5
rehearsal.PIECES = {{'pandas': work}}
rehearsal.rehearse()
print(threading.active_count())
"""
    assert told_by(source) == ["1"]


def test_a_library_that_refuses_the_work_stops_nothing():
    source = """
done = []
rehearsal.PIECES = {'pandas': lambda: 1 / 0, 'matplotlib': lambda: done.append(1)}
rehearsal.rehearse()
print(len(done))
"""
    assert told_by(source) == ["3"]
