"""The form for days on which the node cannot be reached: one page of HTML to print, nothing fetched, nothing scored.

Its questions are those of the guideline that every applicant is asked, in the order of the interview.
"""

from collections.abc import Iterator
from html import escape

from shared_schemas.guideline import Pack, Part

_FIELDS = (
    ("Nomor permohonan", "Application number"),
    ("Nama lengkap (seperti pada dokumen)", "Full name (as in the document)"),
    ("Tempat dan tanggal lahir", "Place and date of birth"), ("NIK", "NIK"), ("Nomor KK", "Family card number"),
    ("Paspor lama, bila ada", "Earlier passport, if any"), ("Nama ibu kandung", "Mother's name"),
    ("Desa/kelurahan", "Village"), ("Nomor telepon", "Phone"),
)  # fmt: skip
_PARTS: dict[Part, tuple[str, str]] = {
    "story": ("Ceritakan rencananya", "The journey, in her own words"),
    "funding": ("Pembiayaan", "Who pays"),
    "host": ("Tuan rumah atau pemberi kerja", "Host or employer"),
    "helper": ("Siapa yang membantu", "Who helped"),
    "documents": ("Dokumen", "Documents"),
    "past": ("Permohonan sebelumnya", "Earlier applications"),
    "rights": ("Hak dan jalur yang aman", "Rights and the safe route"),
}
_STYLE = (
    "body{font:11pt/1.35 sans-serif;margin:14mm;color:#000}h1{font-size:15pt;margin:0}h2{font-size:11.5pt;"
    "margin:5mm 0 1mm;break-after:avoid}p{margin:1mm 0}.en{color:#444;font-size:9pt}table{width:100%;"
    "border-collapse:collapse}td{border-bottom:.3mm solid #000;height:8.5mm;vertical-align:bottom;width:62%}"
    "th{text-align:left;font-weight:400;width:38%;vertical-align:bottom;padding-right:3mm}tr{break-inside:avoid}"
    ".box{border:.3mm solid #000;padding:2mm;margin:3mm 0}@page{size:A4;margin:0}"
)


def paper_form(pack: Pack, *, office: str) -> str:
    """The page, Indonesian first."""
    return "".join(_page(pack, office=office))


def _page(pack: Pack, *, office: str) -> Iterator[str]:
    yield f'<!doctype html><html lang="id"><meta charset="utf-8"><title>Formulir kertas</title><style>{_STYLE}</style>'
    yield "<h1>Formulir permohonan saat simpul tidak dapat dihubungi</h1>"
    yield '<p class="en">Form for the time while the node cannot be reached</p>'
    yield f"<p>{escape(office)} · Pedoman: {escape(pack.name)}, edisi {pack.version}</p>"
    yield (
        '<div class="box">Masukkan ke sistem segera setelah simpul hidup kembali, dengan waktu yang sebenarnya; '
        "pemeriksaan antarkantor baru dilakukan saat itu. Tidak ada tanda bukan berarti tidak ada riwayat. "
        "Simpan formulir ini terkunci. "
        '<p class="en">Enter it as soon as the node runs again, with the true time; other offices are asked only then. '
        "No sign does not mean no history. Keep this form locked away.</p></div>"
    )
    rows = [*_FIELDS, ("Diterima: tanggal, jam, petugas", "Taken: date, time, officer")]
    yield "<table>" + "".join(_row(*one) for one in rows) + "</table>"
    for part, (id, en) in _PARTS.items():
        asked = [one for one in pack.questions if one.part == part and one.always]
        if asked:
            yield f'<h2>{escape(id)} <span class="en">{escape(en)}</span></h2><table>'
            yield "".join(_row(one.text.id, one.text.en) for one in asked) + "</table>"
    yield "<h2>Catatan dan bukti <span class='en'>Notes and evidence</span></h2><table>" + _row("", "") * 4 + "</table>"


def _row(id: str, en: str) -> str:
    return f'<tr><th>{escape(id)}<br><span class="en">{escape(en)}</span></th><td></td></tr>'
