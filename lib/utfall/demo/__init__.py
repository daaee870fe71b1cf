"""The made-up region: a whole healthcare region with known causes and known effects planted in it."""

from __future__ import annotations

from utfall.demo.region import make_region

__all__ = ["make_region"]
