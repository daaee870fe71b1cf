"""The receipt of saved pages: what was asked, when, and a fingerprint of every page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from utfall.errors import Fault, InvalidData
from utfall.sources.open_data.answer import Kind

RECEIPT = "source.json"
"""Name of the receipt in a folder of saved pages."""

FETCH_AGAIN = "Fetch it again, or copy the whole folder again from where it was fetched."

_PageName = Annotated[str, StringConstraints(pattern=r"^page-\d{4}-[0-9a-f]{12}\.json$")]


class SavedRequest(BaseModel):
    """One request and the page it gave.

    Parameters
    ----------
    method, address : str
        How and where it was asked.
    asked : dict, optional
        What was sent along.
    kind : {"data", "labels"}
        What the page holds.
    page : str or None
        File of the page; None where the source had nothing (404).
    sha256 : str or None
        Fingerprint of the file.
    size : int
        Its length in bytes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Literal["GET", "POST"]
    address: str
    asked: dict[str, Any] | None = None
    kind: Kind
    page: _PageName | None
    sha256: str | None
    size: int = Field(ge=0)


class Receipt(BaseModel):
    """What ``source.json`` says of the pages beside it.

    Parameters
    ----------
    format : 1
        Of the receipt itself.
    source : str
        ``kolada``, ``scb`` or ``socialstyrelsen``.
    base : str
        Its address.
    parameters : dict
        What was asked for.
    fetched : datetime
        When, in UTC.
    cite : str
        How it is cited where its figures are shown; Swedish.
    licence : str
        On what terms.
    requests : tuple of SavedRequest
        In order.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    source: str
    base: str
    parameters: dict[str, Any]
    fetched: AwareDatetime
    cite: str
    licence: str
    requests: tuple[SavedRequest, ...]


def read_receipt(folder: Path) -> Receipt:
    """Read the receipt of a folder of saved pages.

    Parameters
    ----------
    folder : Path
        The folder.

    Returns
    -------
    Receipt

    Raises
    ------
    InvalidData
        When there is none, or it cannot be read.
    """
    path = folder / RECEIPT
    try:
        return Receipt.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        what = f"there is none in {folder}, so nothing says what the pages are."
        raise InvalidData([Fault(RECEIPT, None, what, FETCH_AGAIN)]) from None
    except OSError as error:
        raise InvalidData([Fault(RECEIPT, None, f"cannot be read ({error.strerror}).", FETCH_AGAIN)]) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        what = f"is no receipt of saved pages ({where}: {first['msg']})."
        raise InvalidData([Fault(RECEIPT, None, what, FETCH_AGAIN)]) from None
