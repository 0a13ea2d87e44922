"""One person called otherwise: words that come, go or change places, and other names altogether.

Each change takes a draft of the person, alters its name and says whether it could.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from services.recognition.sets_people import People, Person
from services.recognition.sets_tables import words


@dataclass(slots=True)
class Draft:
    """A person being written down otherwise: `touched` holds the kinds of change, `hidden` what is left out last."""

    person: Person
    touched: list[str]
    hidden: dict[str, str] = field(default_factory=dict)

    def put(self, **values: str | int) -> bool:
        """Change fields; True if anything differs now."""
        before = self.person
        self.person = before._replace(**values)  # type: ignore[arg-type]  # fields of Person by name
        return self.person != before


Change = Callable[[Draft, Random, People], bool]


def _initials(draft: Draft, rng: Random, people: People) -> bool:
    tokens = draft.person.name.split()
    if len(tokens) < 2:
        return False
    at = rng.randrange(len(tokens))
    if len(tokens[at]) < 3:
        return False
    tokens[at] = tokens[at][0] + rng.choice(("", "."))
    return draft.put(name=" ".join(tokens))


def _order(draft: Draft, rng: Random, people: People) -> bool:
    tokens = draft.person.name.split()
    if len(tokens) < 2:
        return False
    turned = tokens[1:] + tokens[:1] if rng.random() < 0.6 else tokens[-1:] + tokens[:-1]
    return draft.put(name=" ".join(turned))


def _word_dropped(draft: Draft, rng: Random, people: People) -> bool:
    tokens = draft.person.name.split()
    if len(tokens) < 2:
        return False
    at = rng.randrange(len(tokens))
    left = tokens[:at] + tokens[at + 1 :]
    return max(len(token) for token in left) > 3 and draft.put(name=" ".join(left))


def _word_added(draft: Draft, rng: Random, people: People) -> bool:
    extra = rng.choice(words("added")[draft.person.sex])
    name = draft.person.name
    if extra in name:
        return False
    return draft.put(name=f"{name} {extra}" if rng.random() < 0.7 else f"{extra} {name}")


def _title(draft: Draft, rng: Random, people: People) -> bool:
    return draft.put(name=f"{rng.choice(words('title')[draft.person.sex])} {draft.person.name}")


def _degree(draft: Draft, rng: Random, people: People) -> bool:
    comma = rng.choice((",", "", ","))
    return draft.put(name=f"{draft.person.name}{comma} {rng.choice(words('degree')['X'])}")


def _patronym(draft: Draft, rng: Random, people: People) -> bool:
    father = _man(draft, people).split()[0]
    return draft.put(name=f"{draft.person.name} {rng.choice(words('patronym')[draft.person.sex])} {father}")


def _father_appended(draft: Draft, rng: Random, people: People) -> bool:
    """A passport for the pilgrimage asks for three words: father's and grandfather's names follow."""
    extra = [_man(draft, people).split()[0]]
    if " " not in draft.person.name and rng.random() < 0.7:
        extra.append(_man(draft, people).split()[-1])
    return draft.put(name=" ".join([draft.person.name, *extra]))


def _married(draft: Draft, rng: Random, people: People) -> bool:
    if draft.person.sex != "P" or draft.person.birth > "2007":
        return False
    husband = _man(draft, people).split()[-1]
    tokens = draft.person.name.split()
    if len(tokens) > 1 and rng.random() < 0.35:
        return draft.put(name=" ".join([*tokens[:-1], husband]))
    return draft.put(name=f"{draft.person.name} {husband}")


def _joined(draft: Draft, rng: Random, people: People) -> bool:
    tokens = draft.person.name.split()
    if len(tokens) < 2:
        return False
    at = rng.randrange(len(tokens) - 1)
    return draft.put(name=" ".join([*tokens[:at], tokens[at] + tokens[at + 1].lower(), *tokens[at + 2 :]]))


def _split(draft: Draft, rng: Random, people: People) -> bool:
    tokens = draft.person.name.split()
    for at, token in enumerate(tokens):
        for head in ("Nur", "Sri", "Abdul", "Siti", "Tri", "Dwi", "Su", "Ma", "Ku", "Har", "Wi"):
            if token.startswith(head) and len(token) >= len(head) + 4:
                tokens[at] = f"{head} {token[len(head) :].capitalize()}"
                return draft.put(name=" ".join(tokens))
    return False


def _doubled_single(draft: Draft, rng: Random, people: People) -> bool:
    name = draft.person.name
    return " " not in name and draft.put(name=f"{name} {name}")


def _new_given(draft: Draft, rng: Random, people: People) -> bool:
    return draft.put(name=people.name(draft.person.origin, draft.person.sex, old=draft.person.birth < "1990"))


def _nickname(draft: Draft, rng: Random, people: People) -> bool:
    tokens = draft.person.name.split()
    table = words("nick")
    known = [at for at, token in enumerate(tokens) if token in table]
    if known:
        at = rng.choice(known)
        nick = rng.choice(table[tokens[at]])
    else:
        at = 0
        nick = tokens[0][2:].capitalize() if tokens[0].startswith(("Su", "Ng")) and len(tokens[0]) > 6 else ""
        if not nick:
            return False
    tokens[at] = nick
    return draft.put(name=nick if rng.random() < 0.4 else " ".join(tokens))


def _man(draft: Draft, people: People) -> str:
    """An invented man of the same origin; never an honorific alone."""
    name = people.name(draft.person.origin, "L", old=True)
    return " ".join([token for token in name.split() if len(token) > 3]) or "Sanusi"


NAMING: dict[str, Change] = {
    "initials": _initials,
    "order": _order,
    "word_dropped": _word_dropped,
    "word_added": _word_added,
    "title_added": _title,
    "degree_added": _degree,
    "patronym": _patronym,
    "father_appended": _father_appended,
    "married_name": _married,
    "joined": _joined,
    "split": _split,
    "single_doubled": _doubled_single,
    "new_given_name": _new_given,
    "nickname": _nickname,
}
