"""Words of an address that say nothing about where it is: table `addresses/2026-11`.

Source: set by hand in November 2026 from the usual abbreviations on Indonesian identity cards and family cards, and those of English addresses, which stand in registers from abroad.
"""

from office_node.domain.tables.wordlists import words_of

TABLE = "addresses/2026-11"

GENERIC = words_of("""
jl jln jalan gg gang dusun dsn dukuh dk lingkungan lingk lk kampung kp kpg perumahan perum komplek kompleks
komp blok rt rw no nomor km desa kelurahan kel kecamatan kec kabupaten kab kota way
avenue ave circuit close court crescent drive estate lane lodge of parade place rd road st street terrace the village vlge
""")
