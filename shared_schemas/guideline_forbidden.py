"""What no guideline may score, ask about or speak of: each has been used against applicants, and most are protected.

Sex, marital status, a husband's permission, age band, pregnancy and health, religion, ethnicity, poverty and schooling,
a first passport, the village, the domicile, gestures, and *just to have one*.
"""

import re

FORBIDDEN_WORDS = frozenset(
    {
        *("sex", "gender", "female", "male", "woman", "women", "man", "men", "girl", "wanita", "perempuan", "pria"),
        *("laki", "marital", "married", "unmarried", "divorced", "widow", "husband", "wife", "spouse", "suami"),
        *("istri", "ethnic", "ethnicity", "suku", "race", "ras", "tribe", "poverty", "poor", "miskin"),
        *("janda", "age", "aged", "umur", "usia", "band", "productive", "produktif", "pregnant", "pregnancy", "hamil"),
        *("health", "sick", "kesehatan", "disability", "religion", "religious", "agama", "muslim", "islam", "kristen"),
        *("hindu", "buddha"),
        *("unemployed", "unemployment", "pengangguran", "schooling", "school", "education", "pendidikan", "income"),
        *("savings", "tabungan", "penghasilan", "village", "desa", "kelurahan", "district", "kecamatan", "kabupaten"),
        *("regency", "birthplace", "domicile", "domisili", "gesture", "gestur", "body", "nervous", "gugup"),
    }
)
"""No fact's name may have one of these words between its underscores."""
FORBIDDEN_NAMES = frozenset({"birth_place", "first_passport", "just_to_have_one", "low_education", "tempat_lahir"})
FORBIDDEN_TEXT = re.compile(
    r"\b(?:sex|gender|females?|wom[ae]n|perempuan|wanita|laki-laki|jenis kelamin|husband|suami|marital"
    r"|status perkawinan|pregnan\w*|hamil\w*|religio\w*|agama\w*|ethnic\w*|suku|poverty|poor|miskin|unemploy\w*"
    r"|pengangguran|gesture\w*|gestur|gerak-gerik|body language|bahasa tubuh|age band|usia produktif"
    r"|(?:usia|aged?) *\d+|\d\d *[-–] *\d\d tahun|first passport|paspor pertama|desa kantong|sending village"
    r"|just to have one|sekadar punya)\b",
    re.IGNORECASE,
)
"""No text of an indicator or a question may speak of it, except in brackets that say *not* or *bukan*."""
_SAID_NOT = re.compile(r"\((?:not|bukan) [^()]*\)", re.IGNORECASE)


def asks_forbidden(name: str) -> bool:
    """Whether a fact or a list of this name would sort by it."""
    return name in FORBIDDEN_NAMES or bool(FORBIDDEN_WORDS & set(name.split("_")))


def speaks_forbidden(text: str) -> bool:
    """Whether a text speaks of it."""
    return FORBIDDEN_TEXT.search(_SAID_NOT.sub("", text)) is not None
