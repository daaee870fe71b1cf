"""Verifying a package: without running it, and by running it again."""

from utfall.appendix.verify.again import Rerun, rerun_package
from utfall.appendix.verify.package import Verification, verify_package

__all__ = ["Rerun", "Verification", "rerun_package", "verify_package"]
