"""The fixed people of the demonstration: invented, the same in every run, never drawn by a `Population`.

Their NIK serials lie at 9001 and above, where the generator hardly ever comes.
"""

from dataclasses import dataclass
from datetime import date

from shared_schemas.person import Person


@dataclass(frozen=True, slots=True)
class Story:
    """One person at two offices: as written in Kalianda, where postponed, and later in Kotabumi."""

    kalianda: Person
    kotabumi: Person
    changed: tuple[str, ...]
    """The kinds of change between the two, in the words of `people_variants.KINDS`."""


def story() -> Story:
    """Postponed in Kalianda; in Kotabumi her name is spelled the old way, with another phone and no NIK."""
    kalianda = Person(
        name="Sri Wahyuni Rahayu",
        birth_date=date(1998, 4, 17),
        birth_place="Way Jepara",
        sex="F",
        nik="1807075704989001",
        kk="1807071203159001",
        mother_name="Sumiyati",
        village="18.07.07.2012",
        phones=("0834-5512-7740",),
    )
    kotabumi = Person(
        name="Sri Wahjuni Rahaju",
        birth_date=date(1998, 4, 17),
        birth_place="Way Jepara",
        sex="F",
        mother_name="Sumiyati",
        village="18.07.07.2012",
        phones=("+6287130918825",),
    )
    return Story(kalianda, kotabumi, ("old_spelling", "phone", "nik_omitted"))


def story_late() -> Story:
    """A second one for the late hit: asked about while Kalianda is silent, found once it answers again."""
    kalianda = Person(
        name="Muhammad Yusuf Hidayat",
        birth_date=date(1995, 9, 23),
        birth_place="Sidomulyo",
        sex="M",
        nik="1801062309959002",
        kk="1801060406189002",
        mother_name="Siti Maesaroh",
        village="18.01.06.2005",
        phones=("083955104412",),
    )
    kotabumi = Person(
        name="Moh. Jusuf Hidajat",
        birth_date=date(1995, 9, 23),
        birth_place="Sidomulyo",
        sex="M",
        mother_name="Siti Maisaroh",
        village="18.01.06.2005",
        phones=("0854-2206-1937",),
    )
    return Story(kalianda, kotabumi, ("old_spelling", "abbreviation", "phone", "nik_omitted", "mother_respelled"))


def story_namesake() -> Person:
    """Somebody else: the name and birth date of the woman of `story`, another mother, village and number."""
    return Person(
        name="Sri Wahyuni Rahayu",
        birth_date=date(1998, 4, 17),
        birth_place="Liwa",
        sex="F",
        nik="1804045704989003",
        kk="1804042008199003",
        mother_name="Rosmala Dewi",
        village="18.04.04.2002",
        phones=("0892-7713-0056",),
    )


def story_stranger() -> Person:
    """A person whom no office has turned away: every office answers "no hit"."""
    return Person(
        name="Bambang Purnomo",
        birth_date=date(1971, 6, 2),
        birth_place="Kotabumi",
        sex="M",
        nik="1803070206719004",
        kk="1803071101129004",
        mother_name="Painah",
        village="18.03.07.2004",
        phones=("089341187205",),
    )
