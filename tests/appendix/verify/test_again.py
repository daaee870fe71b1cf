"""A package is run by its own kit, and what comes out otherwise is told old → new."""

from __future__ import annotations

import copy
from decimal import Decimal

import pytest

from benchmarks.appendix_case import STANDIN_RERUN, executed_notebook, standin_environment
from utfall.appendix.faults import FaultKind
from utfall.appendix.package import completed_payload, write_package
from utfall.appendix.verify import rerun_package
from utfall.appendix.verify.compare import Counted, notebook_faults, number_faults
from utfall.appendix.verify.environment import NoEnvironment, clean_variables, fresh_environment
from utfall.appendix.verify.told import ToldNumber
from utfall.presentation.shown_data import DATA_MIME


@pytest.fixture(scope="module")
def other_inputs(made, tmp_path_factory):
    """The package's inputs, but with ten million more for hired staff."""
    folder = tmp_path_factory.mktemp("inputs")
    for name in ("kostnad", "besok"):
        content = made.payload[f"underlag/{name}.csv"].replace(b"-23045529", b"-33045529")
        (folder / f"{name}.csv").write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def changed(made, other_inputs):
    """What running the package on the other inputs found."""
    return rerun_package(made.package.folder, data=other_inputs)


def package_with(made, tmp_path, **kit):
    """The made-up package, with another kit in it."""
    added = ("miljo/", "LASMIG.txt", "ro-crate-metadata.json")
    own = {name: content for name, content in made.payload.items() if not name.startswith(added)}
    return write_package(completed_payload(own, made.info, standin_environment(**kit)), made.info, tmp_path / "out")


@pytest.mark.slow
def test_the_kit_itself_runs_a_package_again(made):
    rerun = rerun_package(made.package.archive, environment="here")
    assert rerun.faults == ()
    assert (rerun.numbers, rerun.tables, rerun.cells) == (3, 2, 12)


@pytest.mark.slow
def test_the_kit_itself_finds_what_other_inputs_change(made, other_inputs):
    rerun = rerun_package(made.package.archive, environment="here", data=other_inputs)
    kinds = [fault.kind for fault in rerun.faults]
    assert kinds == [FaultKind.NUMBER, FaultKind.CLAIM, FaultKind.TABLE]
    assert "omkörning 33,0" in rerun.faults[0].text.replace("\u00a0", " ")


@pytest.mark.slow
def test_a_notebook_that_stops_is_told_by_name(made, tmp_path):
    (fault,) = rerun_package(made.package.archive, environment="here", data=tmp_path).faults
    assert fault.kind is FaultKind.RUN
    assert "besok: FileNotFoundError" in fault.text


def test_an_honest_package_comes_out_the_same_in_a_fresh_environment(made):
    rerun = rerun_package(made.package.archive, root_hash=made.package.root_hash)
    assert rerun.faults == ()
    assert (rerun.numbers, rerun.tables, rerun.cells) == (3, 2, 12)


def test_other_inputs_are_told_as_reported_and_rerun(changed):
    numbers = [fault for fault in changed.faults if fault.kind is FaultKind.NUMBER]
    assert [fault.place for fault in numbers] == ["hyrkostnad"]
    assert numbers[0].text.replace("\u00a0", " ").startswith("Redovisat 23,0 mkr, omkörning 33,0 mkr.")


def test_a_claim_that_falls_with_the_numbers_is_told(changed):
    (claim,) = [fault for fault in changed.faults if fault.kind is FaultKind.CLAIM]
    assert "'större än' håller inte" in claim.text


def test_a_cell_of_a_table_that_comes_out_otherwise_is_told(changed):
    (cell,) = [fault for fault in changed.faults if fault.kind is FaultKind.TABLE]
    assert cell.place == "kostnad"
    assert "rad 'Hyrpersonal', kolumn 'Belopp': redovisat '-23045529', omkörning '-33045529,0'" in cell.text


def test_a_package_with_an_older_kit_is_run_by_that_kit(made, tmp_path):
    says_its_version = 'import importlib.metadata, sys\nassert importlib.metadata.version("utfall") == "0.0.9"\n'
    package = package_with(made, tmp_path, version="0.0.9", rerun=says_its_version + STANDIN_RERUN)
    assert rerun_package(package.archive).faults == ()


def test_a_list_of_numbers_with_columns_of_another_version_is_still_compared(made, tmp_path):
    fewer = 'keep = ("namn tryckt värde enhet tolerans anteckningsbok tabell rad kolumn").split()\n'
    other = STANDIN_RERUN.replace(
        "writer = csv.DictWriter(file, told[0]",
        fewer.replace("\n", "\n    ")
        + (
            'told = [{name: row[name] for name in keep} | {"ny kolumn": "x"} for row in told]\n'
            "    writer = csv.DictWriter(file, told[0]"
        ),
    )
    package = package_with(made, tmp_path, rerun=other)
    rerun = rerun_package(package.archive)
    assert (rerun.faults, rerun.numbers) == ((), 3)


def test_a_run_that_stops_is_told_with_the_kits_own_sentence(made, tmp_path):
    stops = 'import sys\nprint("kostnad: The table staffing is missing.", file=sys.stderr)\nsys.exit(1)\n'
    package = package_with(made, tmp_path, rerun=stops)
    (fault,) = rerun_package(package.archive).faults
    assert fault.kind is FaultKind.RUN
    assert "The table staffing is missing." in fault.text
    assert "--data" in fault.text


@pytest.mark.parametrize("written", ["", "x;y\n1;2\n", "namn;tryckt\n"])
def test_a_run_that_writes_something_else_is_told(made, tmp_path, written):
    folder = "import pathlib, sys\nout = pathlib.Path(sys.argv[2])\nout.mkdir()\n"
    writes = f"{folder}(out / 'tal.csv').write_text({written!r})\n"
    package = package_with(made, tmp_path, rerun=writes)
    (fault,) = rerun_package(package.archive).faults
    assert fault.kind is FaultKind.RUN


def test_a_package_that_does_not_hold_is_not_run(made, tmp_path):
    mark = tmp_path / "ran"
    package = package_with(made, tmp_path, rerun=f"open({str(mark)!r}, 'w')\n")
    (package.folder / "data" / "tal.csv").write_bytes(b"")
    assert rerun_package(package.folder).faults[0].kind is FaultKind.CHANGED
    assert rerun_package(package.archive, root_hash="0" * 64).faults[0].kind is FaultKind.ROOT_HASH
    assert not mark.exists()


def test_a_run_sees_nothing_of_the_users_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("SECRET_TOKEN", "x")
    variables = clean_variables(tmp_path)
    assert variables["HOME"] == str(tmp_path)
    assert not {"PYTHONPATH", "SECRET_TOKEN", "VIRTUAL_ENV"} & set(variables)


def test_an_interpreter_that_is_not_here_is_asked_for(tmp_path):
    (tmp_path / "miljo").mkdir()
    (tmp_path / "miljo" / "python.txt").write_text("2.4.6\n", encoding="utf-8")
    with pytest.raises(NoEnvironment, match=r"installera Python 2\.4"):
        fresh_environment(tmp_path, tmp_path / "environment")


def test_inputs_that_stayed_in_the_house_are_said_to_explain_differences(made, tmp_path):
    other = STANDIN_RERUN.replace('float(row["belopp"])', 'float(row["belopp"]) * 2')
    rerun = rerun_package(package_with(made, tmp_path, rerun=other).archive)
    assert not rerun.holds
    assert rerun.text().startswith("Obs: omkörningen gjordes på paketets underlag")
    assert "ledger.parquet" in rerun.note


def test_differences_on_the_houses_own_inputs_are_not_excused(changed):
    assert not changed.holds
    assert changed.note == ""


@pytest.mark.parametrize(
    ("value", "printed", "differs"),
    [("-23045529", "23,0 mkr", False), ("-23095529", "23,1 mkr", False), ("-23095530", "23,1 mkr", True)],
)
def test_a_number_may_differ_by_its_tolerance_and_no_more(value, printed, differs):
    told = {"hyra": told_number("-23045529", "23,0 mkr")}
    faults = [*number_faults(told, {"hyra": told_number(value, printed)})]
    assert bool(faults) == differs


def test_a_number_that_did_not_come_out_and_one_that_was_not_told_are_both_said():
    told, again = {"a": told_number("1", "1 kr")}, {"b": told_number("2", "2 kr")}
    assert [fault.place for fault in number_faults(told, again)] == ["a", "b"]


def test_two_runs_that_are_alike_have_no_fault():
    counted = Counted()
    assert [*notebook_faults("kostnad", executed_notebook("kostnad"), executed_notebook("kostnad"), counted)] == []
    assert (counted.tables, counted.cells) == (1, 6)


def test_prose_that_comes_out_otherwise_is_told_old_and_new():
    rows = (("Löner", -1_234_500.0), ("Hyrpersonal", -23_045_529.0), ("Läkemedel", -31_326_081.0))
    faults = [*notebook_faults("kostnad", executed_notebook("kostnad"), executed_notebook("kostnad", rows), Counted())]
    prose = [fault.text for fault in faults if fault.kind is FaultKind.PROSE]
    assert prose == [
        "Texten: redovisat 'Störst är Löner.', omkörning 'Störst är Läkemedel.'. "
        "Jämför underlaget och miljön med dem som paketet gjordes av."
    ]


def test_a_row_more_and_an_output_less_are_told():
    before, after = executed_notebook("kostnad"), executed_notebook("kostnad")
    data_of(after)["rows"].append(["Resor", -5.0])
    after.cells[-1].outputs = []
    texts = [fault.text for fault in notebook_faults("kostnad", before, after, Counted())]
    assert any("redovisat '3 rader', omkörning '4 rader'" in text for text in texts)
    assert any("saknas i omkörningen" in text for text in texts)


def test_what_another_processor_rounds_otherwise_is_no_difference():
    before = executed_notebook("kostnad")
    after = copy.deepcopy(before)
    data_of(after)["rows"][0][1] = -81_234_500.01
    assert [*notebook_faults("kostnad", before, after, Counted())] == []
    data_of(after)["rows"][0][1] = -81_234_501.0
    assert [*notebook_faults("kostnad", before, after, Counted())] != []


def data_of(notebook):
    return notebook.cells[-2].outputs[0].data[DATA_MIME]


def told_number(value, printed):
    return ToldNumber("hyra", printed, Decimal(value), Decimal(50_000), "kr", "orsak", "T", "R", "C")
