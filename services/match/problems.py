"""What is wrong with a list, in words for whoever made it: row and column, never the value; in two languages."""

from dataclasses import dataclass
from pathlib import Path

TEXTS: dict[str, tuple[str, str]] = {
    "not-found": ("Berkas tidak ada atau tidak dapat dibaca.", "There is no such file, or it cannot be read."),
    "folder": ("Ini map, bukan berkas.", "This is a folder, not a file."),
    "not-utf8": (
        "Berkas harus UTF-8; di lembar kerja pilih “CSV UTF-8”.",
        "The file must be UTF-8; in a spreadsheet choose “CSV UTF-8”.",
    ),
    "not-csv": ("Baris ini bukan CSV yang sah.", "This row is not valid CSV."),
    "cell-long": (
        "Sel ini terlalu panjang; mungkin sebuah tanda kutip tidak ditutup.",
        "This cell is too long; perhaps a quotation mark is not closed.",
    ),
    "not-xlsx": ("Berkas XLSX ini tidak dapat dibaca.", "This XLSX file cannot be read."),
    "suffix": ("Nama berkas harus berakhir .csv atau .xlsx.", "The file's name must end in .csv or .xlsx."),
    "empty": ("Berkas tidak memuat baris judul.", "The file has no header row."),
    "no-id": (
        "Kolom ini tidak ada dalam baris judul; jika namanya lain, sebut dengan --mapping.",
        "The header row lacks this column; if it has another name, give it with --mapping.",
    ),
    "no-field": (
        "Tidak ada kolom yang dikenal selain kolom id; sebut nama kolom dengan --mapping.",
        "No column besides the id is one that is known; give their names with --mapping.",
    ),
    "column-twice": ("Kolom ini ada dua kali.", "This column stands twice."),
    "mapped-missing": ("Kolom yang disebut dalam pemetaan tidak ada.", "A column that the mapping names is missing."),
    "mapping": ("Isi berkas pemetaan ini tidak dikenal.", "The mapping file says what is not known."),
    "mapping-form": ("Berkas pemetaan bukan TOML atau JSON yang sah.", "The mapping file is not valid TOML or JSON."),
    "id-empty": ("Baris ini tidak memiliki id.", "This row has no id."),
    "id-twice": ("Id ini sudah dipakai baris sebelumnya.", "An earlier row has this id."),
    "more-cells": ("Baris ini memuat lebih banyak sel daripada judul.", "This row has more cells than the header."),
    "date": (
        "Tanggal ini tidak dapat dibaca; tulis YYYY-MM-DD, atau sebut bentuknya dengan --mapping.",
        "This date cannot be read; write YYYY-MM-DD, or tell its form with --mapping.",
    ),
    "sex": ("Isi L atau P (M atau F).", "Write F or M."),
    "name": ("Ini bukan nama: tidak ada hurufnya.", "This is no name: it has no letter."),
    "not-a-number": ("Ini bukan nomor: tidak ada angkanya.", "This is no number: it has no digit."),
    "several": ("Ada beberapa nomor; tulis satu saja.", "There are several numbers; write one."),
    "phone": ("Tidak ada nomor telepon yang dapat dipakai.", "There is no phone number that can be used."),
    "too-long": ("Isian ini terlalu panjang.", "This is too long."),
    "number-cell": (
        "Nomor ini disimpan sebagai angka, digit terakhirnya mungkin hilang; jadikan teks.",
        "This number is stored as a number and may have lost its last digits; make it text.",
    ),
    "same-file": ("Berkas keluaran sama dengan masukan.", "The output is one of the inputs."),
    "out": ("Berkas keluaran tidak dapat ditulis.", "The output cannot be written."),
    "disk-full": ("Penyimpanan penuh.", "The disk is full."),
    "not-store": ("Berkas ini bukan indeks dari jejak match.", "This file is no index of jejak match."),
    "store-changed": (
        "Indeks ini dibuat dari daftar, pemetaan, atau versi lain; hapus atau pakai nama lain.",
        "This index was made from another list, mapping or version; remove it or give another name.",
    ),
    "store-busy": ("Indeks ini sedang dipakai.", "This index is in use."),
    "store": ("Indeks tidak dapat dibaca atau ditulis.", "The index cannot be read or written."),
    "too-many": ("Satu lembar XLSX memuat paling banyak 1.048.575 baris.", "A sheet holds at most 1,048,575 rows."),
}


@dataclass(frozen=True)
class Fault:
    """One thing wrong: a code of `TEXTS`, and where."""

    code: str
    file: str
    row: int | None = None
    column: str | None = None

    @property
    def words(self) -> tuple[str, str]:
        """What is wrong, in Indonesian and English."""
        return TEXTS[self.code]

    def text(self) -> str:
        """Both languages in one line."""
        where = [self.file]
        if self.row is not None:
            where.append(f"baris/row {self.row}")
        if self.column is not None:
            where.append(f"kolom/column {self.column}")
        said, english = self.words
        return f"{', '.join(where)}: {said} / {english}"


class ListError(Exception):
    """The list cannot be used; `fault` says why."""

    def __init__(self, code: str, file: Path | str, *, row: int | None = None, column: str | None = None) -> None:
        name = file.name if isinstance(file, Path) else file
        self.fault = Fault(code, name, row, column)
        super().__init__(self.fault.text())
