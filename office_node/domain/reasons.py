"""Reason codes and the law they rest on. Letters go to peers; the words go to screens and letters.

The codes and their words are proposals of this project, modelled on what offices publish. No citation has been read at
its source yet, so none is `checked`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from shared_schemas.cases import LegalBasis, ReasonCode, Transition
from shared_schemas.trace import ReasonGroup

_HARM: tuple[Transition, ...] = ("postpone", "refuse")
_PASSPORT: tuple[Transition, ...] = ("cancel_passport", "revoke_passport", "withdraw_passport", "postpone_departure")


@dataclass(frozen=True, slots=True)
class Reason:
    """A code: its words, the steps that may be taken for it, and the law it rests on unless another is named."""

    text: tuple[str, str]
    steps: tuple[Transition, ...]
    basis: LegalBasis


REASONS: Mapping[ReasonCode, Reason] = {
    "A1": Reason(("Berkas belum lengkap", "Documents are incomplete"), (*_HARM, "close_incomplete"),
                 "PERMENKUMHAM-8-2014"),
    "A2": Reason(("Data identitas belum sesuai", "Identity data do not agree yet"), (*_HARM, *_PASSPORT),
                 "PERMENKUMHAM-8-2014"),
    "A3": Reason(("Permohonan ganda atau paspor lama masih berlaku", "Duplicate, or an old passport is still valid"),
                 (*_HARM, "cancel", "cancel_passport"), "PERMENKUMHAM-8-2014"),
    "A4": Reason(("Paspor hilang atau rusak karena kelalaian", "Passport lost or damaged by negligence"),
                 (*_HARM, "suspend", "revoke_passport"), "PERMENKUMHAM-8-2014-41"),
    "B1": Reason(("Tujuan perjalanan belum jelas", "The purpose of the journey is not clear yet"),
                 (*_HARM, "postpone_departure"), "SE-IMI-1308-2024"),
    "B2": Reason(("Berniat bekerja, prosedur belum ditempuh", "Means to work; the procedure has not been begun"),
                 (*_HARM, "postpone_departure"), "SE-IMI-1308-2024"),
    "B3": Reason(("Keterangan terbukti tidak benar", "A statement was shown to be untrue"),
                 (*_HARM, "suspend", *_PASSPORT), "UU-6-2011-126C"),
    "B4": Reason(("Diduga di bawah kendali orang lain (mungkin korban)",
                  "Perhaps under somebody's control (a possible victim)"), (*_HARM, "postpone_departure"),
                 "UU-21-2007"),
    "B5": Reason(("Anak tanpa persetujuan yang sah", "A minor without valid consent"),
                 (*_HARM, *_PASSPORT), "UU-18-2017-5"),
    "C1": Reason(("Tercantum dalam daftar pencegahan", "On the list of people barred from leaving"),
                 (*_HARM, "suspend", "withdraw_passport", "postpone_departure"), "UU-63-2024-97"),
    "C2": Reason(("Informasi mitra sedang diperiksa", "Information of a partner agency is being examined"),
                 ("postpone", "withdraw_passport", "postpone_departure"), "SE-IMI-1308-2024"),
    "X1": Reason(("Tidak hadir atau kesalahan sistem", "Did not come, or a system error"),
                 ("cancel", "close_incomplete", "cancel_passport"), "PERMENKUMHAM-8-2014"),
}  # fmt: skip

LEGAL_BASES: Mapping[LegalBasis, str] = {
    "PERMENKUMHAM-8-2014": "Permenkumham 8/2014 jo. 18/2022 tentang Paspor Biasa",
    "PERMENKUMHAM-8-2014-22": "Permenkumham 8/2014 jo. 18/2022, Pasal 22 (penerbitan 4 hari kerja)",
    "PERMENKUMHAM-8-2014-30": "Permenkumham 8/2014 jo. 18/2022, Pasal 30 (pembatalan)",
    "PERMENKUMHAM-8-2014-41": "Permenkumham 8/2014 jo. 18/2022, Pasal 41 (penangguhan 6 sampai 24 bulan)",
    "UU-6-2011-126C": "UU 6/2011 tentang Keimigrasian, Pasal 126 huruf c",
    "UU-63-2024-97": "UU 63/2024, Pasal 97 (pencegahan)",
    "UU-18-2017-5": "UU 18/2017 tentang Pelindungan PMI, Pasal 5",
    "UU-21-2007": "UU 21/2007 tentang Pemberantasan TPPO",
    "SE-IMI-1308-2024": "SE Dirjen Imigrasi IMI-1308.GR.01.01 Tahun 2024",
    "UU-30-2014": "UU 30/2014 tentang Administrasi Pemerintahan",
}
CHECKED: frozenset[LegalBasis] = frozenset()
"""Bases whose text somebody has read at the source."""


def group_of(code: ReasonCode | None) -> ReasonGroup | None:
    """What peers are told of a reason."""
    return None if code is None else cast(ReasonGroup, code[0])


def may_be_for(transition: Transition, code: ReasonCode) -> bool:
    """Whether that step may be taken for that reason."""
    return transition in REASONS[code].steps


def basis_of(code: ReasonCode | None, named: LegalBasis | None) -> LegalBasis | None:
    """The law a step rests on: the one named, or the reason's own."""
    return named or (None if code is None else REASONS[code].basis)
