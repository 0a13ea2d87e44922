"""How many bits a value is worth: the frequency table `frequencies/2026-11`.

Source: set by hand for this first version, in November 2026, from general knowledge of Indonesian naming;
no register was counted. Figures are rounded down, for a value taken as rarer than it is would be easier to
guess than promised.
"""

TABLE = "frequencies/2026-11"

NAME_TOKEN_BITS = 8.0
SHORT_TOKEN_BITS = 3.0
NAME_BITS_CAP = 18.0
WEAK_TOKEN_BITS = 3.0
"""A name token of at most so many bits says almost nothing: it is never a key of its own."""

COMMON_TOKENS: dict[float, str] = {
    1.0: "i ni",
    2.0: "muhammad siti",
    3.0: "abdul ahmad nur sri wayan made nyoman ketut putu kadek komang gede luh bin binti",
    5.0: (
        "dewi agus putri sari budi eko dwi tri eka wati rahmat setiawan lestari yanti rahman hidayat ayu "
        "aminah adi andi slamet yuli fitri saputra rizki"
    ),
    6.0: (
        "kurniawan wahyuni susanti indah rina rini hasan ali umar ibrahim yusuf ismail aisyah fatimah "
        "maryam supriyadi heri edi dedi deni joko bambang hendra arif irawan santoso wahyudi suryani "
        "handayani rahmawati hasanah haryanto susanto susilo gunawan widodo nugroho prasetyo purnama "
        "permata ratna novi lina yulia ani sinta anisa nurul"
    ),
}
"""Bits of frequent name tokens; every other token is worth `NAME_TOKEN_BITS`."""

BIRTH_DATE_BITS = 14.0
COMMON_BIRTH_DAYS: dict[tuple[int, int], float] = {
    (1, 1): 10.0,
    (7, 1): 12.0,
    (8, 17): 12.5,
    (12, 31): 12.0,
}
"""(month, day) that people get who do not know theirs, and the bits of such a date."""

BIRTH_YEAR_BITS = 5.0
BIRTH_PLACE_BITS = 6.0
COMMON_PLACES: dict[float, str] = {
    4.0: "jakarta bandarlampung",
    5.0: "surabaya bandung medan metro kotabumi kalianda",
}
VILLAGE_BITS = 10.0
NIK_BITS = 27.0
NIK_REGION_BITS = 9.0
PASSPORT_BITS = 26.0
PHONE_BITS = 26.0
