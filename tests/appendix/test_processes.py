"""Work shared over processes: done elsewhere where that is sound, told when it fails, and gone with its giver."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading

import pytest

from utfall.appendix.processes import SINGLE, ThisProcess, all_cores
from utfall.publishing.pool import ONE_THREAD
from utfall.publishing.run import available_cores
from utfall.publishing.warm.session import can_fork

sharing = pytest.mark.skipif(not can_fork() or available_cores() == 1, reason="work is shared on Linux, over cores")


def start(body, **options):
    """A fresh process that shares work."""
    begins = "from utfall.appendix.processes import *\nfrom utfall.errors import UtfallError\none_thread()\n"
    command = [sys.executable, "-c", begins + textwrap.dedent(body)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


@sharing
def test_work_is_done_in_other_processes_that_have_what_this_one_has():
    body = """
    given = "before"
    def told(number):
        return number, given, os.getpid()
    with all_cores() as cores:
        found = list(cores.map(told, range(8)))
    print([number for number, _, _ in found] == list(range(8)), {word for _, word, _ in found})
    print(os.getpid() in {process for _, _, process in found})
    """
    said, wrong = start(body).communicate()
    assert said.splitlines() == ["True {'before'}", "False"]
    assert wrong == ""


def test_a_process_with_threads_does_the_work_itself():
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        with all_cores() as cores:
            assert isinstance(cores, ThisProcess)
            assert cores.submit(os.getpid).result() == os.getpid()
    finally:
        done.set()
        other.join()


def test_an_error_of_the_work_is_raised_where_its_result_is_asked_for():
    failed = ThisProcess().submit(int, "x")
    with pytest.raises(ValueError, match="invalid literal"):
        failed.result()


@sharing
def test_a_process_that_dies_is_told_in_a_sentence():
    body = """
    try:
        with all_cores() as cores:
            cores.submit(os._exit, 3).result()
    except UtfallError as error:
        print(error)
    """
    said, _ = start(body).communicate()
    assert said.startswith("A process of the build died")


@sharing
def test_an_error_stops_those_still_at_work():
    body = """
    try:
        with all_cores() as cores:
            cores.submit(signal.pause)
            raise UtfallError("enough")
    except UtfallError as error:
        print(error)
    """
    said, _ = start(body).communicate()
    assert said == "enough\n"


@sharing
def test_those_at_work_are_gone_when_their_giver_is_killed():
    body = """
    def work(number):
        os.write(1, b"at work\\n")
        signal.pause()
    with all_cores() as cores:
        list(cores.map(work, range(2)))
    """
    giver = start(body)
    assert giver.stdout.readline() == "at work\n"
    giver.kill()
    giver.stdout.read()  # comes to an end only when no process holds the other end
    giver.communicate()


def test_the_variables_are_among_those_of_all_processes_that_run_notebooks():
    assert SINGLE.items() <= ONE_THREAD.items()
