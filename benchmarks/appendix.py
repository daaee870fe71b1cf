"""Tamper with a package, and rebuild it: ``python -m benchmarks.appendix [--seed 0] [--rebuilds 50]``.

* Every tampering of `benchmarks.appendix_tampering` must be found; reported by class.
* Every honest rebuild, in another folder, time zone, language, with other file permissions and another order of hashes,
  must give the same bytes and be found whole.

Prints Markdown; the exit code is 1 when anything is below the bar.
"""

from __future__ import annotations

import argparse
import collections
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.appendix_case import made_payload, standin_environment
from benchmarks.appendix_tampering import tamperings
from utfall.appendix.package import Package, PackageInfo, write_package
from utfall.appendix.package.bag import sha256
from utfall.appendix.verify import verify_package

ZONES = ("UTC", "Europe/Stockholm", "Asia/Kolkata", "Pacific/Kiritimati", "America/St_Johns", "Pacific/Pago_Pago")
LANGUAGES = ("C", "C.UTF-8", "sv_SE.UTF-8", "tr_TR.UTF-8", "POSIX")
UMASKS = ("000", "022", "027", "077")

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rebuilds", type=int, default=50)
    parser.add_argument("--build-in", type=Path, help=argparse.SUPPRESS)  # what a rebuild calls itself with
    given = parser.parse_args()
    if given.build_in is not None:
        print(sha256(build(given.build_in)[2].archive.read_bytes()))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        payload, info, package = build(Path(folder))
        good = tampered(payload, info, package, given.seed)
        good &= rebuilt(package, given.rebuilds, given.seed)
    return 0 if good else 1


def build(folder: Path) -> tuple[dict[str, bytes], PackageInfo, Package]:
    """Build the made-up case's package in a folder."""
    payload, info = made_payload(folder / "case", standin_environment())
    return payload, info, write_package(payload, info, folder / "out")


def tampered(payload: dict[str, bytes], info: PackageInfo, package: Package, seed: int) -> bool:
    """Try every tampering, print a line a class, and tell whether all were found."""
    found: collections.Counter[str] = collections.Counter()
    total: collections.Counter[str] = collections.Counter()
    missed = []
    start = time.process_time()
    for tampering in tamperings(payload, info, package, seed):
        total[tampering.kind] += 1
        with tempfile.TemporaryDirectory() as folder:
            verified = verify_package(tampering.make(Path(folder)), tampering.root_hash)
        if verified.holds:
            missed.append(tampering)
        else:
            found[tampering.kind] += 1
    print("| tampering | found | of |\n| --- | ---: | ---: |")
    for kind, count in total.items():
        print(f"| {kind} | {found[kind]} | {count} |")
    print(f"| **all** | {found.total()} | {total.total()} |\n")
    print(f"{(time.process_time() - start) / total.total():.2f} processor seconds each.\n")
    for tampering in missed:
        print(f"MISSED: {tampering.kind}: {tampering.what}")
    return not missed


def rebuilt(package: Package, times: int, seed: int) -> bool:
    """Build again in other surroundings, each in a process of its own; tell whether all came out the same."""
    chance = random.Random(seed)
    wanted = sha256(package.archive.read_bytes())
    same = alarms = 0
    for number in range(times):
        with tempfile.TemporaryDirectory(prefix=f"åäö {number} ") as folder:
            surroundings = {
                "TZ": chance.choice(ZONES),
                "LC_ALL": chance.choice(LANGUAGES),
                "PYTHONHASHSEED": str(chance.randrange(1, 10_000)),
                "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "lib"))),
                "HOME": folder,
            }
            command = f"umask {chance.choice(UMASKS)}; exec {sys.executable} -m benchmarks.appendix --build-in built"
            done = subprocess.run(
                ["sh", "-c", command],
                cwd=folder,
                env=os.environ | surroundings,
                capture_output=True,
                text=True,
                check=True,
            )
            out = Path(folder) / "built" / "out"
            same += done.stdout.split()[-1] == wanted
            for path in (out / package.archive.name, out / package.folder.name):
                alarms += not verify_package(path, package.root_hash).holds
    print(f"Honest rebuilds: {times}; same bytes: {same}; false alarms: {alarms} of {2 * times} checks.")
    return same == times and alarms == 0


if __name__ == "__main__":
    sys.exit(main())
