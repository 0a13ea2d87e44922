"""Other names of one birthplace: table `places/2026-11`.

Source: set by hand in November 2026; old names, parts of towns that were towns of their own, and usual
abbreviations.
"""

TABLE = "places/2026-11"

PREFIXES = frozenset(
    [
        "kab",
        "kabupaten",
        "kota",
        "kec",
        "kecamatan",
        "kotamadya",
        "kodya",
        "desa",
        "kel",
        "kelurahan",
        "dki",
        "di",
        "prov",
        "provinsi",
    ]
)

SAME_PLACE = """
bandarlampung tanjungkarang tanjungkarangpusat tanjungkarangtimur tanjungkarangbarat telukbetung blampung tanjungkarangtelukbetung
lampungselatan lamsel
lampungtengah lamteng
lampungutara lamut
lampungtimur lamtim
lampungbarat lambar
jakarta jakartaselatan jakartapusat jakartabarat jakartatimur jakartautara batavia jkt
yogyakarta jogjakarta jogja yogya
surakarta solo
makassar ujungpandang
bogor buitenzorg
bandaaceh kutaraja
jayapura hollandia
"""
