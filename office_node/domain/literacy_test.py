"""The anonymous test before and after a session, by version; answers are counted, never kept by person.

Sources: UU 18/2017 Pasal 5 (18 years, documents), SE IMI-GR.01.01-0252/2023 (no recommendation is needed for a
passport), UU 21/2007 (agreement of a victim changes nothing). No citation has been read at its source yet.
"""

from collections.abc import Mapping
from typing import NamedTuple

NEWEST = "2026-11"


class Question(NamedTuple):
    """Both languages; of the choices (Indonesian, English) the first one is right."""

    id: str
    text_id: str
    text_en: str
    choices: tuple[tuple[str, str], ...]


_QUESTIONS_2026_11 = (
    Question(
        "q1", "Di mana paspor boleh diajukan?", "Where may a passport be applied for?",
        (
            ("Di kantor imigrasi mana pun, oleh pemohon sendiri", "At any immigration office, by oneself"),
            ("Hanya lewat agen", "Through an agent only"),
            ("Hanya di kota kelahiran", "In the town of birth only"),
        ),
    ),
    Question(
        "q2", "Apa yang sebaiknya dijawab saat wawancara paspor?", "What is best said in a passport interview?",
        (
            ("Tujuan yang sebenarnya", "The true purpose"),
            ("Jawaban yang diajarkan perekrut", "What the recruiter taught"),
            ("Selalu \"wisata\"", "Always \"tourism\""),
        ),
    ),
    Question(
        "q3", "Berapa usia paling muda untuk bekerja di luar negeri secara resmi?",
        "From what age may one work abroad by the legal way?",
        (("18 tahun", "18 years"), ("15 tahun", "15 years"), ("21 tahun", "21 years")),
    ),
    Question(
        "q4", "Siapa yang boleh memegang paspor Anda saat bekerja?", "Who may hold your passport while you work?",
        (
            ("Saya sendiri", "I myself"),
            ("Majikan sampai utang lunas", "The employer until a debt is paid"),
            ("Perekrut", "The recruiter"),
        ),
    ),
    Question(
        "q5", "Ke mana bertanya apakah sebuah lowongan luar negeri resmi?",
        "Where does one ask whether a job abroad is genuine?",
        (
            ("Disnaker, BP3MI atau kantor imigrasi", "Disnaker, BP3MI or the immigration office"),
            ("Grup media sosial", "A group in social media"),
            ("Tetangga yang pernah berangkat", "A neighbour who has gone"),
        ),
    ),
    Question(
        "q6", "Perekrut menawarkan berangkat dengan visa wisata untuk bekerja. Ini …",
        "A recruiter offers to go and work on a tourist visa. This is …",
        (
            ("Berbahaya: Anda tidak terlindungi", "Dangerous: you are not protected"),
            ("Biasa dan aman", "Usual and safe"),
            ("Boleh kalau gajinya besar", "Allowed if the pay is high"),
        ),
    ),
    Question(
        "q7", "Apa yang harus Anda terima sebelum berangkat bekerja?", "What must you get before you leave to work?",
        (
            ("Perjanjian kerja yang Anda mengerti dan tanda tangani", "A contract that you understand and sign"),
            ("Janji lisan", "A spoken promise"),
            ("Tidak ada", "Nothing"),
        ),
    ),
    Question(
        "q8", "Orang yang terlanjur berangkat tidak resmi lalu dieksploitasi adalah …",
        "Somebody who left outside the legal way and is exploited is …",
        (
            ("Korban yang berhak dibantu", "A victim with a right to help"),
            ("Pelaku yang harus dihukum", "An offender to be punished"),
            ("Urusan keluarganya sendiri", "The family's own affair"),
        ),
    ),
)  # fmt: skip
TESTS: Mapping[str, tuple[Question, ...]] = {NEWEST: _QUESTIONS_2026_11}
"""Every version that was ever used: sessions of the past are read by theirs."""


def is_of_test(version: str, questions: frozenset[str]) -> bool:
    """Whether that version exists and has all of these questions."""
    return version in TESTS and questions <= {question.id for question in TESTS[version]}


def right_permille(*, right: int, takers: int, questions: int) -> int | None:
    """Right answers out of all that could have been given, in thousandths; None where there were none."""
    return None if takers * questions == 0 else (1000 * right + takers * questions // 2) // (takers * questions)
