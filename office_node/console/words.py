"""Codes as words for screens, in Indonesian; the templates translate them. Neutral, and never *bersih*."""

from collections.abc import Mapping
from typing import Any

from office_node.console.catalogues import N_, Language
from office_node.domain.case_states import NAMES
from office_node.domain.reasons import REASONS

ROLES: Mapping[str, str] = {
    "counter": N_("Petugas loket"),
    "interview": N_("Petugas wawancara"),
    "supervisor": N_("Penyelia"),
    "inteldakim": N_("Inteldakim"),
    "kakanim": N_("Kepala kantor"),
    "data_protection": N_("Pejabat pelindungan data"),
    "auditor": N_("Auditor"),
    "pimpasa": N_("Petugas PIMPASA"),
    "administrator": N_("Administrator"),
}
PURPOSES: Mapping[str, str] = {
    "passport_application": N_("permohonan paspor"),
    "passport_replacement": N_("penggantian paspor"),
    "correction": N_("koreksi data"),
    "objection": N_("keberatan"),
}
STANDINGS: Mapping[str, str] = {
    "under_examination": N_("sedang diperiksa"),
    "postponed": N_("ditunda bersyarat"),
    "suspended": N_("ditangguhkan"),
    "refused": N_("ditolak"),
    "withdrawn": N_("ditarik atau tidak dilanjutkan"),
    "lapsed": N_("tidak ada kabar lagi"),
    "cleared": N_("selesai"),
}
OUTCOMES: Mapping[str, str] = {
    "hit": N_("ada riwayat"),
    "no_hit": N_("tidak ditemukan di sana"),
    "unknown": N_("belum diketahui"),
}
ZONES: Mapping[str, str] = {
    "match": N_("Sangat mungkin orang yang sama"),
    "possible": N_("Mungkin orang yang sama"),
    "related": N_("Mungkin ada hubungan, orang lain"),
    "none": N_("Tidak serupa"),
}
LEVELS: Mapping[str, str] = {
    "HIJAU": N_("HIJAU: belum ada alasan menurut pedoman"),
    "KUNING": N_("KUNING: tanyakan lebih lanjut"),
    "MERAH": N_("MERAH: perlu penyelia dan Inteldakim"),
}
GROUPS: Mapping[str, str] = {
    "A": N_("berkas dan identitas"),
    "B": N_("tujuan perjalanan"),
    "C": N_("daftar atau informasi mitra"),
    "X": N_("administratif"),
}
VERDICTS: Mapping[str, str] = {"same": N_("sama"), "not": N_("beda"), "unsure": N_("ragu")}
CAUSES: Mapping[str, str] = {
    "back-off": N_("kantor itu beberapa kali tidak menjawab; ditanya lagi otomatis"),
    "peer-timeout": N_("tidak menjawab pada waktunya; ditanya lagi otomatis"),
    "peer-unreachable": N_("tidak dapat dihubungi; ditanya lagi otomatis"),
    "peer-refused": N_("menolak menjawab"),
    "peer-answer-invalid": N_("jawabannya tidak sah"),
    "truncated": N_("jawabannya terpotong"),
    "epoch-missing": N_("tidak dapat mencari dengan semua kunci"),
    "kind-missing": N_("tidak dapat mencari dengan semua jenis kunci"),
    "nothing-to-search": N_("data pemohon terlalu sedikit untuk dicari"),
    "too-many-requests": N_("terlalu sibuk; ditanya lagi otomatis"),
}
OTHER_CAUSE = N_("belum ada jawaban yang dapat dipakai")
ALERTS: Mapping[str, str] = {
    "late_hit": N_("Jawaban terlambat: kantor lain menemukan riwayat"),
    "asked_about": N_("Kantor lain bertanya tentang pemohon kita"),
    "trace_confirmed": N_("Jejak kini dikuatkan oleh kantornya"),
    "log_contradicted": N_("Log kantor lain bertentangan"),
    "own_log_contradicted": N_("Log kantor ini dipertanyakan"),
    "own_log_damaged": N_("Log kantor ini rusak"),
    "filings_near": N_("Banyak permohonan dengan nomor berdekatan"),
    "inquiries_unusual": N_("Kantor lain bertanya lebih banyak dari biasanya"),
    "request_overdue": N_("Permintaan pemohon lewat batas waktu"),
    "passport_unscreened": N_("Paspor terbit tanpa pemeriksaan"),
    "issued_list_missing": N_("Daftar paspor terbit belum datang"),
    "webhook_disabled": N_("Sistem kantor tidak menerima kabar"),
}
FIELDS: Mapping[str, str] = {
    "application_no": N_("Nomor permohonan"),
    "name": N_("Nama lengkap"),
    "aliases": N_("Nama lain"),
    "birth_date": N_("Tanggal lahir"),
    "birth_place": N_("Tempat lahir"),
    "sex": N_("Jenis kelamin"),
    "nik": N_("NIK"),
    "kk": N_("Nomor KK"),
    "passport_no": N_("Nomor paspor lama"),
    "mother_name": N_("Nama ibu"),
    "village": N_("Kode desa/kelurahan"),
    "phones": N_("Nomor telepon"),
    "taken_at": N_("Waktu pada formulir kertas"),
}
PARTS: Mapping[str, str] = {
    "story": N_("Cerita perjalanan"),
    "funding": N_("Biaya"),
    "host": N_("Tujuan dan tuan rumah"),
    "helper": N_("Yang membantu"),
    "documents": N_("Berkas"),
    "past": N_("Riwayat"),
    "partners": N_("Diperiksa pada mitra"),
    "rights": N_("Hak dan bantuan"),
}


def said(pair: Any, language: Language) -> str:
    """One of two languages: of a pair (Indonesian, English), or of what has `id` and `en`."""
    told = (pair.id, pair.en) if hasattr(pair, "id") else pair
    return str(told[1] if language == "en" else told[0])


def state_name(state: str, language: Language) -> str:
    """Where a case is, in words."""
    return said(NAMES[state], language)  # type: ignore[index]


def reason_name(code: str, language: Language) -> str:
    """A reason code in words."""
    return said(REASONS[code].text, language)  # type: ignore[index]


GLOBALS = {
    "ROLES": ROLES, "PURPOSES": PURPOSES, "STANDINGS": STANDINGS, "OUTCOMES": OUTCOMES, "ZONES": ZONES,
    "LEVELS": LEVELS, "GROUPS": GROUPS, "VERDICTS": VERDICTS, "CAUSES": CAUSES, "OTHER_CAUSE": OTHER_CAUSE,
    "ALERTS": ALERTS, "FIELDS": FIELDS, "PARTS": PARTS,
}  # fmt: skip
"""What every template can name."""
