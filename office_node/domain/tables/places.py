"""Other names of one birthplace: table `places/2026-11`.

Source: set by hand in November 2026; old names, parts of towns that were towns of their own, and usual
abbreviations.
"""

from office_node.domain.tables.wordlists import words_of

TABLE = "places/2026-11"

PREFIXES = words_of("""
desa di dki kab kabupaten kec kecamatan kel kelurahan kodya kota kotamadya prov provinsi
""")

SAME_PLACE = """
bandarlampung tanjungkarang telukbetung blampung
bandarlampung tanjungkarangpusat tanjungkarangtimur tanjungkarangbarat tanjungkarangtelukbetung
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
