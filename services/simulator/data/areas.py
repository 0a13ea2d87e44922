"""Where applicants live and were born: the fifteen kabupaten and kota of Lampung, and places further away.

Population and placed migrants (PMI) of 2025 are public counts; offices serve whole kabupaten and kota.
"""

from typing import Final, NamedTuple


class Area(NamedTuple):
    """One kabupaten or kota: Kemendagri code, the office that serves it, two weights, birth places in use."""

    code: str
    office: str
    population: int
    migrants: int
    towns: tuple[str, ...]


BANDAR_LAMPUNG: Final = "kanim-bandarlampung"
KALIANDA: Final = "kanim-kalianda"
KOTABUMI: Final = "kanim-kotabumi"
OFFICES: Final[tuple[str, ...]] = (BANDAR_LAMPUNG, KALIANDA, KOTABUMI)

AREAS: Final[tuple[Area, ...]] = (
    Area("18.01", KALIANDA, 1_124_683, 2_178, ("Lampung Selatan", "Kalianda", "Natar", "Sidomulyo")),
    Area(
        "18.02",
        BANDAR_LAMPUNG,
        1_394_395,
        3_827,
        ("Lampung Tengah", "Gunung Sugih", "Bandar Jaya", "Kalirejo"),
    ),
    Area("18.03", KOTABUMI, 675_626, 996, ("Lampung Utara", "Kotabumi", "Bukit Kemuning")),
    Area("18.04", KOTABUMI, 313_756, 138, ("Lampung Barat", "Liwa", "Sekincau")),
    Area("18.05", KOTABUMI, 440_040, 835, ("Tulang Bawang", "Menggala", "Unit II")),
    Area("18.06", BANDAR_LAMPUNG, 641_036, 1_232, ("Tanggamus", "Kota Agung", "Talang Padang")),
    Area("18.07", KALIANDA, 1_122_605, 9_343, ("Lampung Timur", "Sukadana", "Way Jepara", "Pekalongan")),
    Area("18.08", KOTABUMI, 495_058, 614, ("Way Kanan", "Blambangan Umpu", "Baradatu")),
    Area("18.09", BANDAR_LAMPUNG, 501_047, 1_315, ("Pesawaran", "Gedong Tataan", "Kedondong")),
    Area("18.10", BANDAR_LAMPUNG, 444_834, 1_213, ("Pringsewu", "Gading Rejo", "Sukoharjo")),
    Area("18.11", KOTABUMI, 241_280, 611, ("Mesuji", "Wiralaga", "Simpang Pematang")),
    Area("18.12", KOTABUMI, 312_516, 753, ("Tulang Bawang Barat", "Panaragan", "Daya Murni")),
    Area("18.13", KOTABUMI, 177_430, 50, ("Pesisir Barat", "Krui")),
    Area("18.71", BANDAR_LAMPUNG, 1_077_664, 657, ("Bandar Lampung", "Tanjung Karang", "Teluk Betung")),
    Area("18.72", BANDAR_LAMPUNG, 182_293, 413, ("Metro",)),
)

ELSEWHERE: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "javanese": (
        ("3301", "Cilacap"), ("3302", "Banyumas"), ("3305", "Kebumen"), ("3306", "Purworejo"),
        ("3308", "Magelang"),
        ("3310", "Klaten"), ("3312", "Wonogiri"), ("3314", "Sragen"), ("3315", "Grobogan"), ("3318", "Pati"),
        ("3372", "Surakarta"), ("3401", "Kulon Progo"), ("3402", "Bantul"), ("3403", "Gunung Kidul"),
        ("3501", "Pacitan"), ("3502", "Ponorogo"), ("3503", "Trenggalek"), ("3504", "Tulungagung"),
        ("3505", "Blitar"),
        ("3507", "Malang"), ("3510", "Banyuwangi"), ("3519", "Madiun"), ("3173", "Jakarta"),
    ),
    "sundanese": (
        ("3205", "Garut"), ("3206", "Tasikmalaya"), ("3207", "Ciamis"), ("3203", "Cianjur"),
        ("3202", "Sukabumi"),
        ("3212", "Indramayu"), ("3601", "Pandeglang"), ("3602", "Lebak"), ("3604", "Serang"),
        ("3273", "Bandung"),
    ),
    "arabic": (
        ("3604", "Serang"), ("3318", "Pati"), ("3321", "Demak"), ("3517", "Jombang"), ("3671", "Tangerang"),
        ("1671", "Palembang"), ("3301", "Cilacap"),
    ),
    "lampung": (("1671", "Palembang"), ("1601", "Baturaja"), ("3174", "Jakarta Selatan")),
    "balinese": (("5102", "Tabanan"), ("5104", "Gianyar"), ("5105", "Klungkung"), ("5107", "Karangasem")),
    "bugis": (("7308", "Bone"), ("7313", "Wajo"), ("7312", "Soppeng"), ("7371", "Ujung Pandang")),
    "batak": (("1271", "Medan"), ("1202", "Tarutung"), ("1212", "Balige"), ("1272", "Pematang Siantar")),
}  # fmt: skip
"""Kabupaten outside Lampung where people of an origin were registered: (first four NIK digits, name)."""
