"""The fixed tables of `/stats/v1`: what is counted, by which dimensions, in which periods, and what it means.

Whatever is counted goes once into one family with all its dimensions. Nobody is given a family: its tables have two
dimensions at most. A family is kept for one reason: when a month closes, its cells are rounded once, and every rounded
table is summed up from the same rounded cells, so that no two tables can be played against each other. A family that is
bound to another one (parts of it, at most as many) is not public for the same reason.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

NONE = "-"
"""What a dimension says that is not known or does not apply."""
BASE = 3
CLOSES_AFTER = timedelta(days=3)
"""So long after its end a period is frozen: answers of a screening are counted a day after its opening."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is given out: its name and which dimensions of its family it has."""

    name: str
    dimensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """What is counted: its definition in two languages, dimensions, tables; `public`: given out rounded as well."""

    name: str
    text_id: str
    text_en: str
    dimensions: tuple[str, ...]
    tables: tuple[Table, ...]
    public: bool = True

    def keys_of(self, values: tuple[str, ...]) -> Iterable[tuple[str, tuple[str, ...]]]:
        """For each table the key of the cell that a family's cell with these values belongs to."""
        told = dict(zip(self.dimensions, values, strict=True))
        return ((table.name, tuple(told[name] for name in table.dimensions)) for table in self.tables)


def _one(name: str, text: tuple[str, str], *dimensions: str, public: bool = True) -> Family:
    return Family(name, *text, dimensions, (Table(name, dimensions),), public)


FAMILIES: Mapping[str, Family] = {
    family.name: family
    for family in (
        Family(
            "filed",
            "Permohonan yang dicatat di simpul kantor ini, dihitung pada pemeriksaan pertamanya. Bukan jumlah paspor.",
            "Applications entered in this office's node, counted at their first screening. Not a number of passports.",
            ("purpose", "regency"),
            (Table("filed_by_regency", ("regency",)), Table("filed_by_purpose", ("purpose",))),
        ),
        Family(
            "outcomes",
            "Langkah yang diambil petugas. Penundaan bersyarat, penangguhan dan penolakan adalah hal yang berbeda dan "
            "tidak boleh dijumlahkan; satu permohonan dapat dihitung lebih dari sekali (ditunda, lalu terbit).",
            "Steps that officers took. Postponement on a condition, suspension and refusal are different things and "
            "are never added up; one application may count more than once (postponed, then issued).",
            ("outcome", "reason", "regency", "destination", "level"),
            (
                Table("outcomes_by_reason", ("outcome", "reason")),
                Table("outcomes_by_regency", ("outcome", "regency")),
                Table("outcomes_by_destination", ("outcome", "destination")),
                Table("outcomes_by_level", ("outcome", "level")),
            ),
        ),
        Family(
            "flags",
            "Tanda bahwa sebuah permohonan perlu ditanya lebih lanjut, termasuk yang naik ke MERAH. Tanda bukan "
            "penundaan dan bukan penolakan. Lebih sedikit tanda dapat juga berarti lebih sedikit bertanya.",
            "Signs that an application wants more questions, those raised to MERAH included. A flag is no postponement "
            "and no refusal. Fewer flags can also mean less asking.",
            ("level", "source", "regency", "destination"),
            (
                Table("flags_by_source", ("level", "source")),
                Table("flags_by_regency", ("level", "regency")),
                Table("flags_by_destination", ("level", "destination")),
            ),
        ),
        _one(
            "flag_outcomes",
            (
                "Apa yang kemudian terbukti dari sebuah tanda, pada bulan pencatatannya; dicatat ulang dihitung lagi.",
                "What later proved true of a flag, in the month it was said; said anew it counts again.",
            ),
            "level", "outcome",
        ),
        _one(
            "indicators",
            (
                "Indikator yang berlaku pada permohonan yang tandanya diberi hasil, menurut hasil itu.",
                "Indicators that stood in applications whose flag was given its outcome, by that outcome.",
            ),
            "indicator", "outcome", public=False,
        ),
        _one(
            "waiting",
            (
                "Hari kalender dari pengajuan sampai keputusan pertama (terbit, ditunda, ditangguhkan, ditolak).",
                "Calendar days from filing to the first decision (issued, postponed, suspended, refused).",
            ),
            "outcome", "days",
        ),
        _one(
            "minutes",
            ("Menit kerja petugas sejauh disebutkan pada langkahnya.", "Officers' minutes as far as said with a step."),
            "level", public=False,
        ),
        _one(
            "answers",
            (
                "Jawaban kantor lain satu hari setelah ditanya. Tidak menjawab berarti tidak diketahui, bukan nihil.",
                "Answers of other offices a day after they were asked. Silence is unknown, never no.",
            ),
            "answer", public=False,
        ),
        _one(
            "screenings",
            (
                "Pemeriksaan menurut kelengkapan satu hari kemudian: semua kantor menjawab atau tidak.",
                "Screenings by whether every office had answered a day later.",
            ),
            "state", public=False,
        ),
        _one(
            "hops",
            (
                "Permohonan di sini yang juga dikenal kantor tersebut (kecocokan yang dibuktikannya).",
                "Applications here that the other office knows as well (a hit that it proved).",
            ),
            "office", public=False,
        ),
        _one(
            "requests",
            (
                "Permintaan pemohon (koreksi, akses, keberatan, banding) yang diajukan dan yang dijawab.",
                "Requests of applicants (correction, access, objection, appeal) that were made and answered.",
            ),
            "kind", "state",
        ),
        _one(
            "issued",
            (
                "Paspor menurut daftar terbit harian, dan yang terbit tanpa pemeriksaan lebih dahulu.",
                "Passports by the daily lists of issued ones, and those issued without a screening before.",
            ),
            "state", public=False,
        ),
        _one(
            "outreach",
            ("PIMPASA: sesi literasi dan pesertanya.", "PIMPASA: literacy sessions and the people who came."),
            "measure", "regency",
        ),
        _one(
            "tests",
            (
                "Tes anonim sebelum dan sesudah sesi: jawaban yang mungkin dan yang benar. Beda antara dua kelompok.",
                "Anonymous tests before and after sessions: answers possible and right. A difference of two groups.",
            ),
            "measure", "regency", public=False,
        ),
        _one(
            "recruiters",
            (
                "Laporan tentang perekrut yang diterima, dan apa hasilnya. Laporan adalah petunjuk, bukan temuan.",
                "Reports of recruiters that came, and what became of them. A report is a hint and no finding.",
            ),
            "state", "regency",
        ),
    )
}  # fmt: skip
TABLES: Mapping[str, tuple[Family, Table]] = {
    table.name: (family, table) for family in FAMILIES.values() for table in family.tables
}


def month_of(day: date) -> str:
    """`2026-11`."""
    return f"{day.year:04}-{day.month:02}"


def week_of(day: date) -> str:
    """`2026-W48`, ISO 8601."""
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


def last_day(period: str) -> date:
    """The last day of a month or week."""
    year, _, part = period.partition("-")
    if part.startswith("W"):
        return date.fromisocalendar(int(year), int(part[1:]), 7)
    following = date(int(year) + int(part) // 12, int(part) % 12 + 1, 1)
    return following - timedelta(days=1)


def next_month(month: str) -> str:
    """The month after it."""
    return month_of(last_day(month) + timedelta(days=1))


def is_over(period: str, *, today: date) -> bool:
    """Whether the period may be frozen on that day."""
    return today > last_day(period) + CLOSES_AFTER


def waited(filed_at: datetime, decided_at: datetime) -> str:
    """In which class of calendar days a waiting time lies."""
    days = (decided_at - filed_at).days
    for most, name in ((1, "0-1"), (4, "2-4"), (7, "5-7"), (14, "8-14"), (30, "15-30")):
        if days <= most:
            return name
    return "31+"


def rounded(value: int, *, seed: bytes, family: str, values: tuple[str, ...]) -> int:
    """Random rounding to base 3, unbiased: a value that is no multiple goes to one of its two neighbours.

    The farther one is taken one time in three (the practice of Statistics New Zealand). `seed` is the period's own, so
    the same cell is always rounded alike.
    """
    rest = value % BASE
    if rest == 0:
        return value
    drawn = hmac.new(seed, "\0".join((family, *values)).encode(), hashlib.sha256).digest()
    up = int.from_bytes(drawn[:8], "big") % BASE < rest
    return value - rest + (BASE if up else 0)


def rounded_tables(
    cells: Mapping[tuple[str, ...], int], *, family: Family, seed: bytes
) -> dict[tuple[str, tuple[str, ...]], int]:
    """Cells of the family's tables by (table, key), each the sum of rounded cells of the family; zeros are absent."""
    found: dict[tuple[str, tuple[str, ...]], int] = {}
    for values, value in cells.items():
        told = rounded(value, seed=seed, family=family.name, values=values)
        for key in family.keys_of(values) if told else ():
            found[key] = found.get(key, 0) + told
    return found
