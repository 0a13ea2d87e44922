"""How Indonesian names are written differently: the tables behind the variants of the simulator.

Written from general knowledge and owned by the generator alone: the node's normaliser has tables of its own,
and what it is tested against must not come from them.
"""

from typing import Final

TO_OLD: Final[dict[str, str]] = {
    "ny": "nj", "sy": "sj", "kh": "ch", "c": "tj", "j": "dj", "y": "j", "u": "oe",
}  # fmt: skip
"""Today's letters (1972) → the letters of 1901 and 1947 (`u` was `oe` until 1947)."""

TO_NEW: Final[dict[str, str]] = {"sj": "sy", "tj": "c", "dj": "j", "oe": "u"}
"""The old letters that nothing else is written with (unlike nj: Panji), and what they became."""

SOUND_PAIRS: Final[tuple[tuple[str, str], ...]] = (
    ("f", "p"), ("p", "f"), ("v", "f"), ("f", "v"), ("z", "j"), ("z", "s"), ("dz", "z"), ("q", "k"),
    ("kh", "h"),
    ("kh", "k"), ("h", "kh"), ("sy", "s"), ("sh", "s"), ("sy", "sh"), ("s$", "sz"), ("th", "t"), ("t", "th"),
    ("dh", "d"), ("d", "dh"), ("gh", "g"), ("y", "i"), ("iya", "ia"), ("ia", "iya"), ("iy", "y"), ("i$", "y"),
    ("ie", "i"), ("ae", "ai"), ("ai", "ae"), ("e", "i"), ("i", "e"), ("o", "u"), ("u", "o"), ("w", "u"),
    ("ah$", "a"), ("a$", "ah"), ("ah$", "oh"), ("oh$", "ah"), ("at$", "ad"), ("d$", "t"), ("ks", "x"),
    ("k$", "q"),
    ("uw", "w"), ("rr", "r"), ("dd", "d"), ("ss", "s"), ("ll", "l"), ("nn", "n"), ("ng", "n"),
)  # fmt: skip
"""What the ear does not tell apart: (pattern, replacement); `$` is the end of the word."""

SAME_NAME: Final[tuple[tuple[str, ...], ...]] = (
    ("Muhammad", "Muhamad", "Mohammad", "Mohamad", "Muhammed", "Mochamad", "Mokhamad", "Muchammad"),
    ("Ahmad", "Achmad", "Akhmad", "Ahmed", "Akhmat"),
    ("Siti", "Sitti", "Sity"),
    ("Nur", "Noor", "Noer", "Nor"),
    ("Nurul", "Noorul", "Nurrul"),
    ("Abdul", "Abdoel", "Abdol", "Abdull"),
    ("Abdullah", "Abdulah", "Abdulloh"),
    ("Yusuf", "Jusuf", "Yusup", "Yoesoef", "Yusof"),
    ("Yahya", "Jahja", "Yahja"),
    ("Aisyah", "Aisah", "Aishah", "Aisiyah", "Asyiah"),
    ("Fatimah", "Patimah", "Fathimah", "Fatima", "Fatmah"),
    ("Khotijah", "Khadijah", "Hotijah", "Kotijah", "Chotidjah"),
    ("Husein", "Husain", "Hussein", "Husen"),
    ("Hasan", "Hassan", "Chasan", "Khasan"),
    ("Rahman", "Rohman", "Rachman", "Rakhman", "Rahmann"),
    ("Rohmat", "Rahmat", "Rachmat", "Rokhmat"),
    ("Ramadhan", "Ramadan", "Romadhon", "Ramadhon", "Romadon"),
    ("Fauzi", "Fauzie", "Pauzi", "Fauji", "Fawzi"),
    ("Hidayat", "Hidajat", "Hidayad"),
    ("Nurhayati", "Noerhayati", "Nurhajati", "Noor Hayati", "Nur Hayati"),
    ("Nurjanah", "Nurjannah", "Nurzanah", "Noerdjanah"),
    ("Wahyuni", "Wahjuni", "Wahyuny"),
    ("Wahyu", "Wahju", "Wahyoe"),
    ("Sri", "Srie", "Sry"),
    ("Joko", "Djoko", "Jaka", "Djaka"),
    ("Suharto", "Soeharto", "Suharta"),
    ("Sutrisno", "Soetrisno", "Sutresno", "Sutrisna"),
    ("Slamet", "Selamet", "Slamat"),
    ("Yuli", "Juli", "Yuly"),
    ("Dwi", "Dwie"),
    ("Syamsuddin", "Samsudin", "Syamsudin", "Samsuddin", "Sjamsoeddin"),
    ("Zainal", "Jainal", "Zaenal", "Zaenul", "Jaenal"),
    ("Zulkifli", "Julkifli", "Zulkipli", "Dzulkifli", "Dulkipli"),
    ("Khoirul", "Khairul", "Koirul", "Choirul", "Hoirul"),
    ("Solihin", "Sholihin", "Solikhin", "Salihin"),
    ("Maesaroh", "Maisaroh", "Maesarah", "Mesaroh"),
    ("Mutmainah", "Mutmainnah", "Muthmainah", "Mutmaenah"),
    ("Jumadi", "Djumadi", "Jumady"),
    ("Cahyono", "Tjahjono", "Tjahyono", "Cahjono"),
    ("Lestari", "Lestary", "Lastari"),
    ("Puji", "Pudji", "Pujie"),
    ("Wijaya", "Widjaja", "Wijaja", "Widjaya"),
)
"""Spellings of one and the same name, the commonest first."""

ABBREVIATIONS: Final[dict[str, tuple[str, ...]]] = {
    "Muhammad": ("Moh.", "Muh.", "M.", "Mhd.", "Mohd.", "Much."),
    "Muhamad": ("Moh.", "Muh.", "M.", "Mhd."),
    "Mohammad": ("Moh.", "M.", "Mohd."),
    "Ahmad": ("A.", "Ach.", "Akh.", "Ahm."),
    "Abdul": ("Abd.", "A.", "Abdl."),
    "Siti": ("St.", "S.", "Stt."),
    "Nur": ("N.", "Nr."),
    "Raden": ("R.", "Rd."),
    "Andi": ("A.", "And."),
    "Wayan": ("Wy.", "Wyn."),
    "Made": ("Md.",),
    "Nyoman": ("Nym.", "Ny."),
    "Ketut": ("Kt.", "Ktt."),
    "Putu": ("Pt.",),
    "Gede": ("Gd.",),
    "Sri": ("S.",),
}
"""What clerks shorten, and how."""

TITLES_BEFORE: Final[dict[str, tuple[str, ...]]] = {
    "M": ("H.", "H", "Haji", "Drs.", "Ir.", "Tn.", "Bpk.", "dr.", "K.H.", "R."),
    "F": ("Hj.", "Hj", "Hajjah", "Dra.", "Ir.", "Ny.", "Nn.", "Ibu", "dr.", "Rr."),
}
TITLES_AFTER: Final[tuple[str, ...]] = (
    "S.Pd.", "S.Pd", "SE", "S.E.", "SH", "S.H.", "S.Kom", "S.Pd.I", "A.Md.", "A.Md.Keb", "S.Sos", "ST",
    "M.Pd",
)  # fmt: skip

EXTRA_PARTS: Final[dict[str, tuple[str, ...]]] = {
    "M": ("Saputra", "Hidayat", "Rahman", "Abdullah", "Setiawan", "Kurniawan", "Maulana", "Wijaya", "Ahmad"),
    "F": ("Sari", "Putri", "Dewi", "Lestari", "Wati", "Rahayu", "Aisyah", "Handayani", "Nur", "Siti"),
}
"""Parts that people take on beside their own."""

FATHERS: Final[tuple[str, ...]] = (
    "Sukarman", "Suparno", "Ahmad", "Rusdi", "Mulyono", "Abdullah", "Suyatno", "Yusuf", "Kasiman", "Hasan",
    "Jumadi",
    "Slamet", "Zainal", "Sutarno", "Umar", "Maryono", "Ibrahim", "Poniman", "Samsuri",
)  # fmt: skip
"""Fathers' names, appended for a pilgrimage passport that asks for three parts."""

SPLIT_AFTER: Final[tuple[str, ...]] = (
    "Abdul", "Nurul", "Khoirul", "Saiful", "Siti", "Nur", "Noer", "Sri", "Tri", "Dwi", "Eka", "Muh", "Rah",
    "Har",
    "Wahyu", "Yuli", "Puspita", "Purnama", "Permata", "Kusuma", "Retno", "Ratna", "Zul", "Syam", "Su",
)  # fmt: skip
"""Beginnings after which a clerk puts a space."""

NEIGHBOUR_KEYS: Final[dict[str, str]] = {
    "a": "sqz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo",
    "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "xa",
}  # fmt: skip
