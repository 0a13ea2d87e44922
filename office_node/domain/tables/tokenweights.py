"""The first parameters of scoring by tokens alone: table `tokens/2026-11`. All weights are in bits (log2 of
odds).

Source: set by hand in November 2026, rounded down from `compare/2026-11`, for tokens show no rarity and no
near miss. The region of a NIK weighs nothing: it is never evidence by itself.
"""

VERSION = "tokens/2026-11"

PRIOR = -22.0
POSSIBLE = -2.0

SUFFICIENT = frozenset({"nik/1", "passport/1"})
BIRTH_DATE_INDEX = frozenset({"nik/1", "nik-region-date/1", "name-dob/1", "mother-dob/1", "dob-place/1"})
BIRTH_YEAR_INDEX = frozenset({"name-year/1", "name-mother-year/1"})
FULL_NAME_INDEX = frozenset({"name-mother/1", "name-mother-year/1", "name-village/1", "name-year/1"})
FULL_MOTHER_INDEX = frozenset({"name-mother/1", "name-mother-year/1", "mother-village/1"})
VILLAGE_INDEX = frozenset({"name-village/1", "mother-village/1"})

NIK = 20.0
NIK_SERIAL = 5.0
NIK_SERIAL_DIFFERENT = -5.0
PASSPORT = 24.0
PHONE = 12.0
PHONE_DIFFERENT = -0.5

BIRTH_DATE = 13.5
BIRTH_MONTH_DAY = 3.0
BIRTH_YEAR = -3.0
BIRTH_DIFFERENT = -8.0

NAME_FULL = 11.0
NAME_FIRST = 7.0
NAME_FIRST_ONLY = 4.0
NAME_REORDERED = 7.0
NAME_TOKEN = 2.0
NAME_EXACT = 0.5
NAME_DIFFERENT = -7.0

MOTHER_FULL = 10.0
MOTHER_TOKEN = 6.0
MOTHER_DIFFERENT = -5.0

VILLAGE = 7.0
DISTRICT = 2.0
VILLAGE_DIFFERENT = -0.5
BIRTH_PLACE = 5.0
BIRTH_PLACE_DIFFERENT = -1.5
SEX = 0.5
SEX_DIFFERENT = -6.0
