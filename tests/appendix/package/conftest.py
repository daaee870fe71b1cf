"""A payload so small that its package can be read at a glance."""

from __future__ import annotations

import datetime

import pytest

from utfall.appendix.package import PackageInfo

PAYLOAD = {
    "tal.csv": b"namn;tryckt\n",
    "svar.html": "<h1>Svar på frågan</h1>".encode(),
    "notebooks/orsak.ipynb": b"{}",
    "notebooks/orsak.korning.ipynb": b"{}",
    "parametrar/orsak.json": b"{}",
    "underlag/ledger.csv": b"period;amount\n",
    "arende.yaml": b"id: REV-31-2025\n",
    "tom.txt": b"",
}


@pytest.fixture
def payload():
    return dict(PAYLOAD)


@pytest.fixture
def info():
    return PackageInfo(
        "REV-31-2025",
        "Svar på granskning åäö",
        "RS/2025/31",
        datetime.date(2026, 11, 22),
        "Region Exempel",
        "0.1.0",
    )
