"""Spellings that mean one name but that no sound rule joins: table `spellings/2026-11`.

Source: set by hand in November 2026 from the spelling reforms of 1947 and 1972 (Soewandi, EYD), the common
ways to write Arabic and Dutch names in Indonesia, and the abbreviations on identity cards. One line is one
name, its usual spelling first. Spellings that the rules of `names.skeleton` already join are not repeated.
"""

from office_node.domain.tables.wordlists import words_of

TABLE = "spellings/2026-11"

SAME_NAME = """
muhammad mohammad mohamad moch moh muh mohd mohamed mohammed
muhammad mochamad mochammad mochamat muchamad muchammad mukhamad mokhamad
ahmad amad ahmed
siti sitti
rahman rohman rochman
rahmat rohmat rochmat
rahim rohim rochim
rahmawati rohmawati
razak rozak rojak rozaq
rosyid rasyid rashid rosid
rahmad rohmad
ramadan romadhon romadon ramadhon
khalid kholid kolid
khairul khoirul choirul chairul hoirul
khairudin khoirudin choirudin haerudin
khairunisa khoirunisa choirunnisa
khotijah khodijah chodijah khadijah hodijah
khotimah chotimah hotimah
kholifah khalifah
kholil khalil
solihin salihin sholikhin solikhin
solikhah solihah sholikhah salihah
saleh soleh sholeh shaleh
sodik sidik shodiq sidiq siddiq
abdullah abdulloh abdulah
yusuf yusup yosep yosef joseph yusof yusoef
husein husain husen husin hussain
hasan hassan
yakub yakob jacob yacob
ishak isak isaac
mikael mikail michael
nur noor nor noer
nurlaila nurlela nurleila
laila lela leila
maimunah maemunah meimunah
munawaroh munawarah
mutmainah mutmainnah mutmaina
marfuah marfungah
rubiah rubiyah
zulaikha zuleha zulaiha juleha
robiah robiatul
saputra saputro
putra putro
utama utomo
santoso santosa
wibowo wibawa
nugroho nugraha
prasetyo prasetya
susilo susila
widodo widada
purnomo purnama
kusumo kusuma
sutrisno sutrisna
wardoyo wardaya
sanjoyo sanjaya
wijoyo wijaya
joyo jaya
hartono hartana
setiawan styawan
wahyudi wahjudi
abdul abd abdur abdus abdun abdut abdush abdusy abdu
"""

FRONT_ABBREVIATIONS: dict[str, str] = {
    "m": "muhammad",
    "mhd": "muhammad",
    "md": "muhammad",
    "st": "siti",
    "abd": "abdul",
    "ach": "ahmad",
    "akh": "ahmad",
    "pt": "putu",
    "kd": "kadek",
    "gd": "gede",
    "kt": "ketut",
    "ktt": "ketut",
    "wy": "wayan",
    "wyn": "wayan",
    "nym": "nyoman",
    "kmg": "komang",
}
"""What stands for a name only at its beginning and only when more follows."""

ENGLISH_CH = ("and", "int", "ynt", "ik", "er", "el", "arl", "ep", "ec")
"""What follows a `ch` at the beginning that is read as in *Chandra*; elsewhere it is the old way to write kh."""

BALINESE_PARTICLES = frozenset({"i", "ni"})
BALINESE_ORDER = words_of("""
cokorda dewa gd gede gusti iluh kadek kd ketut kmg komang kt ktt luh made md nengah ngurah nym
nyoman pt putu wayan wy wyn
""")
"""What follows a particle: order names, and titles of families."""

PATRONYM_MARKS = frozenset({"bin", "binti", "bt", "bte", "binte", "alias", "als"})
"""Words before a father's name, or before another name of the same person."""

JOINED_PREFIXES: dict[str, int] = {
    "muhammad": 3,
    "mohammad": 3,
    "muhamad": 3,
    "mohamad": 3,
    "siti": 4,
    "nurul": 4,
    "nur": 4,
    "noer": 4,
    "noor": 4,
    "sri": 6,
}
"""Names that are often written in one word with the next one, and how many letters must follow."""
