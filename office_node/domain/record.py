"""What is known of one person in any source: a filed case, a row of an old register. Anything may be missing."""

from dataclasses import dataclass
from datetime import date

from shared_schemas.person import Person


@dataclass(frozen=True, slots=True)
class Record:
    """Fields as the source carries them; an empty one is not known. `village` is a code (`18.01.01.2001`) or a name."""

    name: str = ""
    aliases: tuple[str, ...] = ()
    birth_date: date | None = None
    birth_place: str = ""
    sex: str = ""
    """`F`, `M` or empty."""
    nik: str = ""
    kk: str = ""
    passport_no: str = ""
    mother_name: str = ""
    address: str = ""
    village: str = ""
    district: str = ""
    regency: str = ""
    phones: tuple[str, ...] = ()


def record_of(person: Person) -> Record:
    """The record of a person of the wire; nothing is changed."""
    return Record(
        name=person.name,
        aliases=person.aliases,
        birth_date=person.birth_date,
        birth_place=person.birth_place or "",
        sex=person.sex or "",
        nik=person.nik or "",
        kk=person.kk or "",
        passport_no=person.passport_no or "",
        mother_name=person.mother_name or "",
        village=person.village or "",
        phones=person.phones,
    )
