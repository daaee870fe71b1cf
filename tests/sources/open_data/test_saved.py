"""What was fetched is kept as it came, whole or not at all, and read the same without network."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import date

import pandas as pd
import pytest

from tests.sources.open_data.server import Reply, serving
from tests.sources.open_data.test_kolada import Kolada, page, row
from utfall.errors import InvalidData, InvalidParameter
from utfall.sources.open_data import Unreachable, fetch, read_saved


def ask(tmp_path, clock, *pages, kpi="N60008", years="2024", **options):
    with serving(Kolada(*pages)) as source:
        return fetch(
            "kolada",
            kpi=kpi,
            region="0023",
            years=years,
            name="ekonomi",
            to=tmp_path,
            base=source.base,
            open_transport=clock.transport,
            **options,
        )


@pytest.fixture
def folder(tmp_path, clock):
    """A folder with one figure, 7."""
    return ask(tmp_path, clock, page([row("N60008", "0023", 2024, ("T", 7))])).folder


def figure_page(folder):
    return next(path for path in folder.glob("page-0002-*.json"))


def test_a_page_is_kept_byte_for_byte_with_its_address_time_fingerprint_and_citation(tmp_path, clock):
    sent = '{"values": [ {"kpi":"N60008","municipality":"0023","period":2024,"values":[{"gender":"T","value":7}]}]}\n'
    folder = ask(tmp_path, clock, Reply(body=sent.encode())).folder
    receipt = json.loads((folder / "source.json").read_text(encoding="utf-8"))
    assert figure_page(folder).read_bytes() == sent.encode()
    assert receipt["cite"] == "Källa: Kolada"
    assert receipt["fetched"].startswith("2026-11-30T06:00:00")
    assert receipt["parameters"] == {"kpi": ["N60008"], "municipality": ["0023"], "year": [2024]}
    request = receipt["requests"][1]
    assert request["sha256"] == hashlib.sha256(sent.encode()).hexdigest()
    assert request["address"].endswith("/data/kpi/N60008/municipality/0023/year/2024?per_page=5000")
    assert request["page"] == figure_page(folder).name


def test_the_same_figures_are_read_without_network(tmp_path, clock):
    fetched = ask(tmp_path, clock, page([row("N60008", "0023", 2024, ("T", 7), ("K", 8.25))]))
    pd.testing.assert_frame_equal(read_saved(fetched.folder).frame, fetched.figures.frame)


def test_a_folder_copied_elsewhere_is_read_there(folder, tmp_path):
    copy = tmp_path / "usb" / "ekonomi"
    copy.parent.mkdir()
    folder.rename(copy)
    assert read_saved(copy).frame["value"].tolist() == [7.0]


def test_the_age_of_figures_is_told_and_nothing_is_fetched(folder):
    assert read_saved(folder, today=date(2027, 11, 30)).told[-1] == (
        "The figures were fetched on 2026-11-30, 365 days ago."
    )


def test_a_page_that_was_cut_is_refused_by_its_file_with_what_to_do(folder):
    path = figure_page(folder)
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    with pytest.raises(InvalidData) as refused:
        read_saved(folder)
    fault = refused.value.faults[0]
    assert fault.file == path.name
    assert f"it is {len(whole) - 10} bytes long, not {len(whole)}" in fault.what
    assert "Fetch it again" in fault.remedy


def test_a_page_in_which_one_digit_was_changed_is_refused(folder):
    path = figure_page(folder)
    path.write_bytes(path.read_bytes().replace(b'"value": 7', b'"value": 9'))
    with pytest.raises(InvalidData, match="its content differs"):
        read_saved(folder)


def test_a_page_that_is_missing_is_named(folder):
    path = figure_page(folder)
    path.unlink()
    with pytest.raises(InvalidData, match=f"{path.name}: the page is missing"):
        read_saved(folder)


def test_a_folder_without_a_receipt_is_refused(folder):
    (folder / "source.json").unlink()
    with pytest.raises(InvalidData, match=r"source\.json: there is none"):
        read_saved(folder)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda receipt: receipt["requests"][1].update(page="../../secret.json"), "page"),
        (lambda receipt: receipt.pop("fetched"), "fetched"),
        (lambda receipt: receipt.update(format=2), "format"),
        (lambda receipt: receipt.update(parameters={}), "what was asked for"),
        (lambda receipt: receipt.update(source="eurostat"), "eurostat"),
    ],
)
def test_a_receipt_that_does_not_hold_is_refused(folder, change, what):
    path = folder / "source.json"
    receipt = json.loads(path.read_text(encoding="utf-8"))
    change(receipt)
    path.write_text(json.dumps(receipt), encoding="utf-8")
    with pytest.raises(InvalidData, match=what) as refused:
        read_saved(folder)
    assert refused.value.faults[0].file == "source.json"


@pytest.mark.parametrize(
    ("pages", "error"),
    [
        ([Reply(status=400)], Unreachable),
        ([page([row("N60008", "0023", 2024, ("T", 8))], "/data/2"), Reply(status=400)], Unreachable),
        ([Reply({"figures": []})], InvalidData),
        ([page([])], InvalidData),
    ],
    ids=["refused", "refused on the second page", "of another form", "empty"],
)
def test_what_was_saved_stays_until_the_new_is_whole(folder, tmp_path, clock, pages, error):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(error):
        ask(tmp_path, clock, *pages)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["ekonomi"]


def test_what_was_saved_stays_when_fetching_is_interrupted(folder, tmp_path, clock):
    def interrupted(base, **options):
        transport = clock.transport(base, **options)
        ask_one, asked = transport.get, []

        def get(address, **how):
            asked.append(address)
            if len(asked) == 2:
                raise KeyboardInterrupt
            return ask_one(address, **how)

        transport.get = get
        return transport

    with serving(Kolada(page([]))) as source, pytest.raises(KeyboardInterrupt):
        fetch(
            "kolada",
            kpi="N60008",
            region="0023",
            years="2024",
            name="ekonomi",
            to=tmp_path,
            base=source.base,
            open_transport=interrupted,
        )
    assert read_saved(folder).frame["value"].tolist() == [7.0]
    assert [path.name for path in folder.parent.iterdir()] == ["ekonomi"]


def test_what_was_saved_stays_when_the_computer_stops_between_the_pages_and_the_receipt(
    folder, tmp_path, clock, monkeypatch
):
    move = os.replace

    def stops_at_the_receipt(here, there):
        if str(there).endswith("source.json"):
            raise OSError(28, "No space left on device")
        move(here, there)

    monkeypatch.setattr("utfall.sources.open_data.saved.os.replace", stops_at_the_receipt)
    with pytest.raises(InvalidParameter, match="No space left"):
        ask(tmp_path, clock, page([row("N60008", "0023", 2024, ("T", 8))]))
    assert read_saved(folder).frame["value"].tolist() == [7.0]
    monkeypatch.undo()
    ask(tmp_path, clock, page([row("N60008", "0023", 2024, ("T", 9))]))
    assert read_saved(folder).frame["value"].tolist() == [9.0]
    assert len(list(folder.iterdir())) == 3


def test_figures_fetched_again_take_the_place_of_the_old_pages(folder, tmp_path, clock):
    old = figure_page(folder)
    ask(tmp_path, clock, page([row("N60008", "0023", 2024, ("T", 8))]))
    assert read_saved(folder).frame["value"].tolist() == [8.0]
    assert not old.exists()
    assert len(list(folder.iterdir())) == 3


def test_the_answer_to_another_question_is_not_replaced_unless_that_is_meant(folder, tmp_path, clock):
    pages = [page([row("N60008", "0023", 2023, ("T", 6))])]
    with pytest.raises(InvalidParameter, match="the answer to another question; give this one a --name"):
        ask(tmp_path, clock, *pages, years="2023")
    assert read_saved(folder).frame["value"].tolist() == [7.0]
    ask(tmp_path, clock, *pages, years="2023", replace=True)
    assert read_saved(folder).frame["value"].tolist() == [6.0]


def test_reading_what_was_saved_needs_nothing_that_fetches(folder):
    code = (
        "import sys; from utfall.sources.open_data import read_saved; "
        f"assert len(read_saved({str(folder)!r}).frame) == 1; assert 'httpx' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path, clock):
    (tmp_path / "kolada").write_text("a file stands in the way", encoding="utf-8")
    with pytest.raises(InvalidParameter, match="cannot be written to"):
        ask(tmp_path, clock, page([row("N60008", "0023", 2024, ("T", 7))]))
