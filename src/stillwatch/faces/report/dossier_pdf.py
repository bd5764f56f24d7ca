"""The dossier on paper: a PDF arranged as its page is (`dossier_view`), the same bytes for the same dossier.

    Path("dossier.pdf").write_bytes(dossier_pdf(dossier, is_confidential=False))

The fonts that every reader has hold the letters of Latin-1; any other one is written as its number, so that what two
accounts are called never looks alike on paper when it is not.
"""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from stillwatch.faces.report.dossier_view import dossier_view
from stillwatch.faces.report.visible_text import clipped, visible
from stillwatch.faces.report.wording import confidence, sentence, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reportlab.platypus import Flowable

    from stillwatch.core.dossier import Dossier
    from stillwatch.faces.report.dossier_view import DossierView, ElementSection, ShownStatement

_TEXT: Final = ParagraphStyle("text", fontName="Helvetica", fontSize=9.5, leading=13, spaceAfter=4)
_SMALL: Final = ParagraphStyle("small", parent=_TEXT, fontSize=8, leading=10.5, textColor=colors.HexColor("#59616b"))
_CELL: Final = ParagraphStyle("cell", parent=_TEXT, fontSize=8, leading=10, spaceAfter=0, splitLongWords=1)
_TITLE: Final = ParagraphStyle("title", parent=_TEXT, fontName="Helvetica-Bold", fontSize=20, leading=24, spaceAfter=8)
_HEAD: Final = ParagraphStyle(
    "head",
    parent=_TEXT,
    fontName="Helvetica-Bold",
    fontSize=12.5,
    leading=16,
    spaceBefore=14,
    spaceAfter=5,
    keepWithNext=1,
)
_UNDER: Final = ParagraphStyle("under", parent=_HEAD, fontSize=10, leading=13, spaceBefore=8, spaceAfter=3)
_RULE: Final = colors.HexColor("#d9dde2")
_WIDTH: Final = A4[0] - 36 * mm - 12  # the frame's own padding
_LINES: Final = TableStyle(
    [
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _RULE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
)
_MOST_ROWS: Final = 400
_SUBSTITUTES: Final = str.maketrans("“”⟨⟩", '""<>')


def dossier_pdf(dossier: Dossier, *, is_confidential: bool) -> bytes:
    """Write the PDF of one tier."""
    view = dossier_view(dossier, is_confidential=is_confidential)
    out = BytesIO()
    page = partial(_foot, line=f"{view.title}, {_tier(view)} tier")
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=f"Dossier {dossier.campaign.id}",
        author=_plain(dossier.made_by),
        creator="stillwatch",
        invariant=1,
        lang="en",
    )
    document.build(list(_story(view)), onFirstPage=page, onLaterPages=page)
    return out.getvalue()


def _story(view: DossierView) -> Iterator[Flowable]:
    yield _text(f"stillwatch dossier, {_tier(view)} tier", _SMALL)
    yield _text(view.title, _TITLE)
    yield from (_text(one) for one in view.lede)
    yield Spacer(1, 4)
    yield _table([(one.name, one.value) for one in view.facts], (0.28, 0.72))
    for section in view.elements:
        yield from _element(section)
    yield from _checks(view)
    yield from _rates(view)
    yield from _origins(view)
    yield from _written(view)
    yield from _members(view)


def _element(section: ElementSection) -> Iterator[Flowable]:
    head = _text(f"{section.number} {section.title}", _HEAD)
    if not section.statements:
        yield KeepTogether([head, _text("Nothing in the log bears on this, and nobody has added anything.", _SMALL)])
    for number, one in enumerate(section.statements):
        block = _statement(one)
        yield KeepTogether([head, *block]) if number == 0 else KeepTogether(block)


def _statement(one: ShownStatement) -> list[Flowable]:
    held = f". Held against: {clipped(one.null_model, 900)}" if one.null_model else ""
    chance = f": {one.chance}" if one.chance else ""
    also = f", also under {', '.join(one.also)}" if one.also else ""
    known = f"<b>{sentence(one.certainty)}, {confidence(one.confidence)}.</b> "
    return [
        Paragraph(known + _markup(f"{sentence(clipped(one.text, 1200))}."), _TEXT),
        _text(f"{sentence(one.source)}{chance}{held}. {one.where}{also}", _SMALL),
    ]


def _checks(view: DossierView) -> Iterator[Flowable]:
    yield _text("Whether the use was authorised", _HEAD)
    yield _text(f"{sentence(view.dossier.authorised.because)}.")
    yield from (_text(f"- {clipped(one, 400)}") for one in view.dossier.authorised.matches)
    yield _text("Honest explanations that were considered", _HEAD)
    rows = [
        (sentence(words(one.name)), f"{'Fits' if one.fits else 'Does not fit'}: {clipped(one.because, 600)}.")
        for one in view.dossier.alternatives
    ]
    yield _table(rows, (0.24, 0.76))
    yield _text("What speaks against it, and what is not known", _HEAD)
    for title, limits in view.limits:
        yield _text(title, _UNDER)
        yield from (_text(f"- {sentence(clipped(one.text, 900))}.") for one in limits)
        if not limits:
            yield _text("Nothing was found.", _SMALL)


def _rates(view: DossierView) -> Iterator[Flowable]:
    rates = view.dossier.error_rates
    earlier = " They were measured with an earlier state of the code that finds campaigns than the one used here."
    yield _text("How often the method errs", _HEAD)
    yield _text(f"{sentence(clipped(rates.because, 1200))}.{'' if rates.is_same_code else earlier}")
    rows = [("Rate", "Measured", "95 % interval", "On")]
    for one in rates.rates:
        between = "none" if one.low is None else f"{one.low:.3f} to {one.high:.3f}"
        rows.append((sentence(one.what), f"{one.mean:.3f}", between, one.basis))
    yield _table(rows, (0.36, 0.12, 0.17, 0.35))


def _origins(view: DossierView) -> Iterator[Flowable]:
    yield _text("Where it is from", _HEAD)
    steps = [
        (f"{one.done_at:%Y-%m-%d %H:%M:%S}Z", sentence(one.what), one.who, one.digest) for one in view.dossier.steps
    ]
    yield _table([("When (UTC)", "What", "Who", "SHA-256"), *steps], (0.2, 0.26, 0.2, 0.34))
    yield _text("Log files that were read", _UNDER)
    files = [
        (clipped(name, 160), exchanges, sealed, digest) for name, digest, exchanges, sealed in view.inputs[:_MOST_ROWS]
    ]
    yield _table([("File", "Exchanges", "Sealed", "SHA-256"), *files], (0.32, 0.13, 0.15, 0.4))


def _written(view: DossierView) -> Iterator[Flowable]:
    if not view.samples:
        return
    yield _text("What was written", _HEAD)
    for name, one in view.samples:
        yield _text(f"{clipped(name, 120)}, {one.sent_at:%Y-%m-%d %H:%M:%S}Z, {one.model}", _SMALL)
        yield _text(clipped(one.text, 1400))


def _members(view: DossierView) -> Iterator[Flowable]:
    yield _text(f"Accounts ({len(view.dossier.members):,})", _HEAD)
    rows = [
        (clipped(name, 120), one.standing, confidence(one.confidence), clipped(one.because, 300))
        for name, one in view.members
    ]
    yield _table([("Account", "Standing", "Confidence", "Because"), *rows], (0.26, 0.12, 0.12, 0.5))
    if view.members_left_out:
        yield _text(f"{view.members_left_out:,} more in dossier.json.", _SMALL)


def _table(rows: Sequence[tuple[str, ...]], shares: tuple[float, ...]) -> Flowable:
    cells = [[_text(cell, _CELL) for cell in row] for row in rows]
    made = Table(cells, [share * _WIDTH for share in shares], hAlign="LEFT")
    made.setStyle(_LINES)
    return made


def _text(text: str, style: ParagraphStyle = _TEXT) -> Flowable:
    return Paragraph(_markup(text), style)


def _markup(text: str) -> str:
    return escape(_plain(text)).replace("\n", "<br/>")


def _plain(text: str) -> str:
    """The text in letters that the fonts have."""
    shown = visible(text).translate(_SUBSTITUTES)
    return "".join(sign if ord(sign) < 0x100 else f"[{ord(sign):04X}]" for sign in shown)


def _foot(canvas: Any, document: Any, *, line: str) -> None:
    canvas.saveState()
    canvas.setFont("Helvetica", 8)
    canvas.drawString(18 * mm, 10 * mm, _plain(line))
    canvas.drawRightString(A4[0] - 18 * mm, 10 * mm, str(document.page))
    canvas.restoreState()


def _tier(view: DossierView) -> str:
    return "confidential" if view.is_confidential else "redacted"
