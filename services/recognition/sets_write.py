"""How an office writes a person down: case, forms of address and telephone, and what is left out.

Records and queries are written by the same hand, so that a form never tells who has a record.
"""

from random import Random

from services.recognition.sets_people import Person
from services.recognition.sets_places import WRITINGS, address, places
from services.recognition.sets_rows import Kind, Query, Record

COLUMNS = Record._fields
MISSING: dict[tuple[Kind, bool], dict[str, float]] = {
    ("field", False): {
        "nik": 0.03, "birth_date": 0.005, "birth_place": 0.04, "sex": 0.01, "mother_name": 0.12, "address": 0.06,
        "village": 0.1, "district": 0.08, "regency": 0.04, "passport_no": 0.15, "phone": 0.08,
    },
    ("field", True): {
        "nik": 0.02, "birth_date": 0.003, "birth_place": 0.02, "sex": 0.01, "mother_name": 0.15, "address": 0.03,
        "village": 0.06, "district": 0.05, "regency": 0.03, "passport_no": 0.35, "phone": 0.03,
    },
    ("evasive", False): {
        "nik": 0.05, "birth_date": 0.01, "birth_place": 0.08, "sex": 0.02, "mother_name": 0.2, "address": 0.12,
        "village": 0.15, "district": 0.12, "regency": 0.06, "passport_no": 0.25, "phone": 0.18,
    },
    ("evasive", True): {
        "nik": 0.02, "birth_date": 0.003, "birth_place": 0.04, "sex": 0.02, "mother_name": 0.18, "address": 0.1,
        "village": 0.1, "district": 0.08, "regency": 0.03, "passport_no": 0.7, "phone": 0.05,
    },
}  # fmt: skip
"""Share of rows without a field, by kind of set and whether the row is a query (kinds of change leave out more)."""
MASKS = 8192


class Writer:
    """Writes people of one kind of set as rows."""

    def __init__(self, rng: Random, *, kind: Kind, queries: bool) -> None:
        self._rng = rng
        rates = MISSING[kind, queries]
        self._masks = [
            tuple(at for at, column in enumerate(COLUMNS) if rng.random() < rates.get(column, 0)) for _ in range(MASKS)
        ]
        self._villages = places().villages

    def record(self, person: Person, record_id: str, *, full: bool = False) -> Record:
        """One row; `full` leaves nothing out."""
        draw = self._rng.random
        village, district, regency = self._villages[person.home].writings[int(draw() * WRITINGS)]
        name, mother, place = person.name, person.mother, person.birth_place
        luck = draw()
        if luck < 0.7:
            name, mother, place = name.upper(), mother.upper(), place.upper()
        elif luck > 0.97:
            name, mother = name.lower(), mother.lower()
        row = (
            record_id,
            person.nik,
            name,
            person.birth,
            place,
            person.sex,
            mother,
            address(person.spot, int(draw() * 8)),
            village,
            district,
            regency,
            person.passport,
            phone_text(person.phone, int(draw() * 8)) if person.phone else "",
        )
        left_out = self._masks[int(draw() * MASKS)]
        if not left_out or full:
            return Record(*row)
        values = list(row)
        for at in left_out:
            values[at] = ""
        return Record._make(values)

    def query(self, person: Person, query_id: str, *, full: bool = False) -> Query:
        """One row of the queries, written as records are."""
        return Query._make(self.record(person, query_id, full=full))


def phone_text(phone: str, style: int) -> str:
    """One telephone number in one of eight ways people write it."""
    if style < 3:
        return f"0{phone}"
    if style == 3:
        return f"+62{phone}"
    if style == 4:
        return f"62{phone}"
    if style == 5:
        return f"0{phone[:3]}-{phone[3:7]}-{phone[7:]}"
    return f"+62 {phone[:3]}-{phone[3:7]}-{phone[7:]}" if style == 6 else f"0{phone[:3]} {phone[3:7]} {phone[7:]}"
