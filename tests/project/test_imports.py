"""The arrows of the design hold, and what is imported is declared."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.project.lockfiles import ROOT, direct_dependencies, extras

LIB = ROOT / "lib"


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--config", str(root / "pyproject.toml")],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "lib")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_arrows_of_the_design_hold():
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "statement"),
    [
        ("errors.py", "import utfall.region"),
        ("presentation/numbers.py", "import utfall.region"),
        ("publishing/plan.py", "import utfall.rootcause"),
    ],
)
def test_an_import_against_the_arrows_is_found(tmp_path, module, statement):
    shutil.copytree(LIB, tmp_path / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    source = tmp_path / "lib" / "utfall" / module
    source.write_text(source.read_text(encoding="utf-8") + f"\n{statement}\n", encoding="utf-8")
    result = lint_imports(tmp_path)
    assert result.returncode == 1
    imported = statement.removeprefix("import ")
    importing = "utfall." + module.removesuffix(".py").replace("/", ".")
    assert f"{importing} -> {imported}" in result.stdout


def imported_packages(folder: str) -> dict[str, str]:
    """Top-level package imported in a folder → one of the files that import it, the project's own aside."""
    found: dict[str, str] = {}
    # Peers run in an environment of their own, with requirements of their own.
    for path in (path for path in (ROOT / folder).rglob("*.py") if "peers" not in path.parts):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            for name in names:
                found.setdefault(name.partition(".")[0], str(path.relative_to(ROOT)))
    own = {"utfall", "tests", "benchmarks", *(path.stem for path in (ROOT / ".ci").glob("*.py"))}
    return {name: file for name, file in found.items() if name not in {*sys.stdlib_module_names, *own}}


@pytest.mark.parametrize(("folder", "dev"), [("lib", False), (".ci", False), ("benchmarks", True), ("tests", True)])
def test_every_package_imported_is_a_declared_dependency(folder, dev):
    declared = {canonicalize_name(dependency.name) for dependency in (*direct_dependencies(dev=dev), *extras())}
    providers = packages_distributions()
    undeclared = {
        name: file
        for name, file in imported_packages(folder).items()
        if not declared & {canonicalize_name(provider) for provider in providers.get(name, [])}
    }
    assert undeclared == {}
