"""Pages kept as they came, whole or not at all, and opened only when none of them has changed."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from utfall.errors import Fault, InvalidData, InvalidParameter
from utfall.sources.open_data.answer import Answer
from utfall.sources.open_data.receipt import FETCH_AGAIN, RECEIPT, Receipt, SavedRequest, read_receipt

MAX_PAGES = 2000
"""Most pages of one question; a source that goes on longer is going round in a circle, or is asked for too much."""


@dataclass(frozen=True)
class SavedPage:
    """A page that is as it was fetched.

    Parameters
    ----------
    file : str
        Its name, for messages.
    request : SavedRequest
        What it answers.
    content : Any
        The page read as JSON.
    """

    file: str
    request: SavedRequest
    content: Any = field(repr=False)


@dataclass(frozen=True)
class SavedPages:
    """A folder of saved pages, each of them found whole.

    Parameters
    ----------
    receipt : Receipt
        What they are.
    pages : tuple of SavedPage
        In the order they came.
    """

    receipt: Receipt
    pages: tuple[SavedPage, ...]

    def of_kind(self, kind: str) -> list[SavedPage]:
        """Give the pages of a kind.

        Parameters
        ----------
        kind : {"data", "labels"}
            Which.

        Returns
        -------
        list of SavedPage
        """
        return [page for page in self.pages if page.request.kind == kind]


def save_pages(
    folder: Path,
    answers: Iterable[Answer],
    *,
    source: str,
    base: str,
    parameters: dict[str, Any],
    fetched: datetime,
    cite: str,
    licence: str,
    check: Callable[[SavedPages], object],
) -> Receipt:
    """Save pages as they come, whole or not at all.

    The pages are first kept apart and read as they will be read later; what is in `folder` already stays until then.
    A page's name holds its fingerprint, so new pages never overwrite old ones, and the new receipt takes the old one's
    place in one step: whenever the computer stops, the folder holds the old pages or the new.

    Parameters
    ----------
    folder : Path
        Where.
    answers : iterable of Answer
        The pages, asked for one by one.
    source, base, parameters, fetched, cite, licence
        See `Receipt`.
    check : callable
        Reads the pages, and raises what is wrong with them.

    Returns
    -------
    Receipt

    Raises
    ------
    InvalidData
        When the pages do not hold; its faults name the addresses they came from.
    InvalidParameter
        When there are too many pages, or the folder cannot be written to.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unfinished-") as apart:
            requests = _kept(answers, Path(apart))
            receipt = Receipt(
                source=source,
                base=base,
                parameters=parameters,
                fetched=fetched,
                cite=cite,
                licence=licence,
                requests=requests,
            )
            _write_receipt(receipt, Path(apart))
            _checked(Path(apart), check)
            _put_in_place(Path(apart), folder, receipt)
    except OSError as error:
        raise InvalidParameter(f"{folder} cannot be written to ({error.strerror}); choose another folder.") from None
    return receipt


def open_saved(folder: str | Path) -> SavedPages:
    """Open a folder of saved pages, and refuse it when a page is not as it was fetched.

    Parameters
    ----------
    folder : str or Path
        Such as ``data/reference/kolada/ekonomi``.

    Returns
    -------
    SavedPages

    Raises
    ------
    InvalidData
        Naming every page that is missing, changed or cut.
    """
    folder = Path(folder)
    receipt = read_receipt(folder)
    pages: list[SavedPage] = []
    faults: list[Fault] = []
    for request in receipt.requests:
        if request.page is None:
            continue
        try:
            body = (folder / request.page).read_bytes()
        except OSError:
            faults.append(Fault(request.page, None, "the page is missing.", FETCH_AGAIN))
            continue
        if hashlib.sha256(body).hexdigest() != request.sha256:
            cut = (
                f"it is {len(body)} bytes long, not {request.size}"
                if len(body) != request.size
                else "its content differs"
            )
            what = f"the page is not as it was fetched ({cut})."
            faults.append(Fault(request.page, None, what, FETCH_AGAIN))
            continue
        pages.append(SavedPage(request.page, request, json.loads(body.decode("utf-8-sig"))))
    if faults:
        raise InvalidData(faults)
    return SavedPages(receipt, tuple(pages))


def _kept(answers: Iterable[Answer], apart: Path) -> tuple[SavedRequest, ...]:
    requests: list[SavedRequest] = []
    for answer in answers:
        if len(requests) >= MAX_PAGES:
            raise InvalidParameter(f"the question has more than {MAX_PAGES} pages; ask for fewer codes or years.")
        name, digest = None, None
        if answer.body is not None:
            digest = hashlib.sha256(answer.body).hexdigest()
            name = f"page-{len(requests) + 1:04d}-{digest[:12]}.json"
            (apart / name).write_bytes(answer.body)
        requests.append(
            SavedRequest.model_validate(
                {
                    "method": answer.method,
                    "address": answer.address,
                    "asked": answer.asked,
                    "kind": answer.kind,
                    "page": name,
                    "sha256": digest,
                    "size": len(answer.body or b""),
                }
            )
        )
    return tuple(requests)


def _checked(apart: Path, check: Callable[[SavedPages], object]) -> None:
    pages = open_saved(apart)
    try:
        check(pages)
    except InvalidData as error:
        # The pages are not kept: what is wrong is told by the address, which can be looked at in a web browser.
        addresses = {page.file: page.request.address for page in pages.pages}
        raise InvalidData(
            [Fault(addresses.get(f.file, f.file), f.row, f.what, f.remedy) for f in error.faults]
        ) from None


def _put_in_place(apart: Path, folder: Path, receipt: Receipt) -> None:
    folder.mkdir(exist_ok=True)
    named = {request.page for request in receipt.requests if request.page}
    for name in sorted(named):
        os.replace(apart / name, folder / name)
    os.replace(apart / RECEIPT, folder / RECEIPT)
    for old in folder.glob("page-*.json"):
        if old.name not in named:
            old.unlink(missing_ok=True)


def _write_receipt(receipt: Receipt, folder: Path) -> None:
    text = json.dumps(receipt.model_dump(mode="json"), ensure_ascii=False, indent=2)
    (folder / RECEIPT).write_text(text + "\n", encoding="utf-8", newline="\n")
