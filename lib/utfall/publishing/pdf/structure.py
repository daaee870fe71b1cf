"""The last hand on a document: the claim of accessibility, the scope of headers, and a count that nothing is lost.

WeasyPrint claims one standard a file and ties each cell to its headers by their ids; what is added here are the second
claim, and the scope that readers who do not know those ids go by.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from utfall.errors import UtfallError

ACCESSIBLE = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
"""The claim of PDF/UA-1, and the description that PDF/A asks for of every property it does not know itself."""

_END_OF_CLAIMS = b"</rdf:RDF>"


class PdfIncomplete(UtfallError):
    """Something of the page did not come into the document."""


def finish(_: Any, pdf: Any, *, tree: Element) -> None:
    """Finish a document just before it is written.

    Parameters
    ----------
    _ : weasyprint.Document
    pdf : pydyf.PDF
        Changed in place.
    tree : Element
        The tree the document was set from.

    Raises
    ------
    PdfIncomplete
        When the document has fewer tables, or fewer figures with a text alternative, than the tree.
    """
    claims = _object(pdf, pdf.catalog["Metadata"])
    claims.stream = [part.replace(_END_OF_CLAIMS, ACCESSIBLE + _END_OF_CLAIMS) for part in claims.stream]
    elements = [o for o in pdf.objects if isinstance(o, dict) and o.get("Type") == "/StructElem"]
    for header in [element for element in elements if element["S"] == "/TH"]:
        section = _object(pdf, _object(pdf, header["P"])["P"])
        header["A"]["Scope"] = "/Column" if section["S"] == "/THead" else "/Row"
    _name_links(pdf, tree)
    _count("figurer", sum(e["S"] == "/Figure" and "Alt" in e for e in elements), tree, "img")
    _count("tabeller", sum(e["S"] == "/Table" for e in elements), tree, "table")


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _name_links(pdf: Any, tree: Element) -> None:
    """Let a link within the document be announced by its words, not by the id it leads to."""
    import pydyf

    words = {a.get("href", "")[1:]: " ".join("".join(a.itertext()).split()) for a in tree.iter("a")}
    for annotation in [o for o in pdf.objects if isinstance(o, dict) and o.get("Subtype") == "/Link"]:
        target = annotation.get("Dest")
        if target is not None and words.get(target.string):
            annotation["Contents"] = pydyf.String(words[target.string])


def _count(what: str, found: int, tree: Element, tag: str) -> None:
    expected = sum(1 for _ in tree.iter(tag))
    if found < expected:
        raise PdfIncomplete(f"PDF:en blev inte fullständig: {found} av sidans {expected} {what} kom med.")
