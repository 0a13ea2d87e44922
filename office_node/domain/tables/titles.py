"""Titles and degrees, and where they stand: table `titles/2026-11`.

Source: set by hand in November 2026 from the usual Indonesian academic, religious and noble titles.
"""

TABLE = "titles/2026-11"

FRONT = frozenset(
    "h hj haji hajjah hajah dr drs dra ir prof kh ust ustad ustadz ustadzah rd rr raden apt".split()
)
"""Titles before a name, as whole words without full stops."""

AFTER_COMMA = frozenset(
    "sh se spd spdi ssos sip skom st sag si sthi shi sei sikom ssi spsi sked skep skm sst stp sp spt sgz sfarm sak sab sap "
    "mm mh msi mpd mpdi mkes mkom mt ma mag msc mba mhum map mak mkn ns ners apt amd amdkeb amdkep amk phd lc ba bsc "
    "dipl h hj haji hajjah sn ssn mn pd sos kom ag".split()
)
"""Degrees after a comma, without full stops; two letters there are never a name."""

BARE_AT_END = frozenset(
    "spd spdi ssos skom sthi mpd mpdi mkes mkom mhum skm sst stp spt sgz amd amdkeb amdkep amk phd".split()
)
"""Degrees that cannot be read as a name even without comma and full stops."""
