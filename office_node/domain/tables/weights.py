"""The first parameters of the comparison: table `compare/2026-11`. All weights are in bits (log2 of odds).

Source: set by hand in November 2026 from general knowledge and the invented pairs of the tests; not
learned, not yet calibrated on real pairs. A changed figure is a new version.
"""

VERSION = "compare/2026-11"

PRIOR = -22.0
"""Log-odds that two records that met are one person, before anything is compared."""
MATCH = 9.0
POSSIBLE = -2.0
HOUSEHOLD_PROBABILITY = 0.3
CAPPED_PROBABILITY = 0.95
PROBABILITY_LIMITS = (0.0001, 0.9999)

NIK_EQUAL = 27.0
NIK_DIFFERENT = -8.0
PASSPORT_EQUAL = 26.0
PHONE_EQUAL = 14.0
PHONE_DIFFERENT = -0.5

BIRTH_DATE_SWAPPED = 9.0
BIRTH_DATE_ONE_PART = 4.0
BIRTH_DATE_YEAR_ONLY = -5.0
BIRTH_DATE_DIFFERENT = -9.0
BIRTH_DATE_FAR = -14.0
FAR_YEARS = 15

NAME_RESPELLED = -0.5
NAME_TYPING_SHARE = 0.5
NAME_EXTENDED = -1.0
NAME_UNCLEAR = -2.0
NAME_PARTIAL = -4.0
NAME_OTHER_GIVEN = -6.0
NAME_DIFFERENT = -9.0
INITIAL_BITS = 1.0

MOTHER_CAP = 13.0
MOTHER_TELLING = 3.0
MOTHER_PARTIAL = -2.0
MOTHER_DIFFERENT = -6.0

BIRTH_PLACE_DIFFERENT = -2.0
VILLAGE_EQUAL = 8.0
VILLAGE_SAME_DISTRICT = 2.0
VILLAGE_DIFFERENT = -0.5
SEX_EQUAL = 1.0
SEX_DIFFERENT = -7.0
