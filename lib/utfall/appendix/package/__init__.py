"""The package: a BagIt folder and a zip, whose every byte follows from what it holds."""

from utfall.appendix.package.complete import completed_payload
from utfall.appendix.package.environment import environment_files, kit_wheel
from utfall.appendix.package.info import PackageInfo
from utfall.appendix.package.write import Package, write_package

__all__ = ["Package", "PackageInfo", "completed_payload", "environment_files", "kit_wheel", "write_package"]
