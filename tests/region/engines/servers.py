"""A PostgreSQL server of the tests' own: started in a folder, reached through a socket there, and stopped."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ACCOUNT = "postgres"
"""Account that Debian's package makes; the server refuses to run as root."""

STARTED_WITHIN_SECONDS = 60


def postgres_programs() -> Path | None:
    """Folder of Debian's PostgreSQL programs; None where the package is not installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Start a server with a database ``ekonomi``, and give its address.

    Parameters
    ----------
    folder : Path
        Where its files go; a short path, for a socket's may hold about a hundred signs.
    """
    programs = postgres_programs()
    assert programs is not None
    data, port = folder / "data", 5433
    folder.mkdir(parents=True, exist_ok=True)
    run_as: dict[str, object] = {}
    if os.geteuid() == 0:
        account = pwd.getpwnam(ACCOUNT)
        os.chown(folder, account.pw_uid, account.pw_gid)
        run_as = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def run(*command: object) -> None:
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
        subprocess.run([*map(str, command)], check=True, capture_output=True, cwd=folder, env=environment, **run_as)  # type: ignore[call-overload]

    run(programs / "initdb", "-D", data, "-U", "utfall", "--auth=trust", "--encoding=UTF8", "--no-sync")
    options = f"-k {folder} -p {port} -c listen_addresses='' -c fsync=off"
    run(
        programs / "pg_ctl",
        "-D",
        data,
        "-o",
        options,
        "-l",
        folder / "log",
        "-w",
        "-t",
        STARTED_WITHIN_SECONDS,
        "start",
    )
    try:
        run(programs / "createdb", "-h", folder, "-p", port, "-U", "utfall", "ekonomi")
        yield f"postgres://utfall@:{port}/ekonomi?host={folder}"
    finally:
        run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(data, ignore_errors=True)
