"""Titles and degrees, and where they stand: table `titles/2026-11`.

Source: set by hand in November 2026 from the usual Indonesian academic, religious and noble titles.
"""

from office_node.domain.tables.wordlists import words_of

TABLE = "titles/2026-11"

FRONT = words_of("""
apt bapak bpk dr dra drs h hajah haji hajjah hj ibu ir kh nn nona ny nyonya prof raden rd rr sdr
sdri tn tuan ust ustad ustadz ustadzah
""")
"""Titles and forms of address before a name, as whole words without full stops."""

DECEASED = words_of("alm almh almarhum almarhumah")
"""Marks of somebody who has died, before or after a name, in brackets or not."""

AFTER_COMMA = words_of("""
ag amd amdkeb amdkep amk apt ba bsc dipl h haji hajjah hj kom lc ma mag mak map mba mh mhum mkes mkn
mkom mm mn mpd mpdi msc msi mt ners ns pd phd sab sag sak sap se sei sfarm sgz sh shi si sikom sip
sked skep skm skom sn sos sp spd spdi spsi spt ssi ssn ssos sst st sthi stp
""")
"""Degrees after a comma, without full stops; two letters there are never a name."""

BARE_AT_END = words_of("""
amd amdkeb amdkep amk mhum mkes mkom mpd mpdi phd sgz skm skom spd spdi spt ssos sst sthi stp
""")
"""Degrees that cannot be read as a name even without comma and full stops."""
