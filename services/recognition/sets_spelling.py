"""One name spelled in another way: letters, families of names, slips of the hand and of the reading machine.

A change says None where it does not apply. The rules are those of `data/respell.csv` and `data/families.csv` for one
kind of set; `field` and `evasive` share the old spelling and little else.
"""

import re
from collections.abc import Callable
from random import Random

from services.recognition.sets_rows import Kind
from services.recognition.sets_tables import Pool, rows, words

Spell = Callable[[str, Random], str | None]
LETTER_KINDS = ("vowel", "doubled", "glide", "sound")
OLD = {"ny": "nj", "sy": "sj", "kh": "ch", "u": "oe", "c": "tj", "j": "dj", "y": "j"}
OLD_PATTERN = re.compile(r"ny|sy|kh|u|c(?!h)|j|y(?!$)")
NEW = {"oe": "u", "tj": "c", "dj": "j", "nj": "ny", "sj": "sy", "ch": "kh"}
NEW_PATTERN = re.compile("|".join(NEW))


class Spelling:
    """The spelling changes of one kind of set, by name of the kind of change."""

    def __init__(self, kind: Kind) -> None:
        self._rules: dict[str, list[tuple[re.Pattern[str], str]]] = {}
        for row in rows("respell.csv"):
            if row["sets"] in (kind, "both") and row["kind"] in LETTER_KINDS:
                start, end = {"start": ("^", ""), "end": ("", "$")}.get(row["where"], ("(?<=.)", ""))
                rule = re.compile(start + re.escape(row["from"]) + end), row["to"]
                self._rules.setdefault(row["kind"], []).append(rule)
        self._families: dict[str, dict[str, Pool]] = {}
        for row in rows("families.csv"):
            if row["sets"] not in (kind, "both"):
                continue
            members = tuple(member.replace("_", " ") for member in row["members"].split())
            table = self._families.setdefault(row["kind"], {})
            # Nobody writes "Nur" or "Made" for an abbreviation that could be anything: those go one way.
            for member in members[:1] if row["kind"] == "abbreviation" else members:
                table[member] = tuple(m for m in (*table.get(member, ()), *members) if m != member)
        self.kinds: dict[str, Spell] = {
            **{name: self._letters(name) for name in LETTER_KINDS},
            "old_spelling": _old,
            "new_spelling": _new,
            "arabic_family": self._family("arabic"),
            "spelling_family": self._family("spelling"),
            "abbreviation": self._family("abbreviation"),
            "typo": _typo,
            "ocr": _ocr,
            "transposed": _transposed,
        }

    def _letters(self, kind: str) -> Spell:
        rules = self._rules.get(kind, [])

        def spell(name: str, rng: Random) -> str | None:
            tokens = name.split()
            found = [
                (at, match, to)
                for at, token in enumerate(tokens)
                if len(token) > 3
                for pattern, to in rules
                for match in pattern.finditer(token.lower())
            ]
            if not found:
                return None
            at, match, to = rng.choice(found)
            lower = tokens[at].lower()
            tokens[at] = (lower[: match.start()] + to + lower[match.end() :]).capitalize()
            return _changed(" ".join(tokens), name)

        return spell

    def _family(self, kind: str) -> Spell:
        table = self._families.get(kind, {})

        def spell(name: str, rng: Random) -> str | None:
            tokens = name.split()
            found = [at for at, token in enumerate(tokens) if token in table]
            if not found:
                return None
            at = rng.choice(found)
            tokens[at] = rng.choice(table[tokens[at]])
            return _changed(" ".join(tokens), name)

        return spell


def _changed(new: str, old: str) -> str | None:
    return new if new and new != old else None


def _old(name: str, rng: Random) -> str | None:
    def write(match: re.Match[str]) -> str:
        return OLD[match[0]] if rng.random() < 0.85 else match[0]

    return _changed(" ".join(OLD_PATTERN.sub(write, token.lower()).capitalize() for token in name.split()), name)


def _new(name: str, rng: Random) -> str | None:
    del rng
    return _changed(
        " ".join(NEW_PATTERN.sub(lambda m: NEW[m[0]], token.lower()).capitalize() for token in name.split()), name
    )


def _at_letter(name: str, rng: Random) -> int | None:
    places = [at for at in range(1, len(name)) if name[at].isalpha() and name[at - 1].isalpha()]
    return rng.choice(places) if len(places) > 2 else None


def _typo(name: str, rng: Random) -> str | None:
    at = _at_letter(name, rng)
    if at is None:
        return None
    what = rng.random()
    if what < 0.45:
        near = words("keys").get(name[at].lower())
        return name[:at] + rng.choice(near) + name[at + 1 :] if near else None
    if what < 0.75:
        return name[:at] + name[at + 1 :]
    return name[:at] + name[at] + name[at:]


def _transposed(name: str, rng: Random) -> str | None:
    at = _at_letter(name, rng)
    if at is None or at + 1 >= len(name) or not name[at + 1].isalpha():
        return None
    return _changed(name[:at] + name[at + 1] + name[at] + name[at + 2 :], name)


def _ocr(name: str, rng: Random) -> str | None:
    table = words("ocr")
    lower = name.lower()
    found = [(match.start(), seen) for seen in table for match in re.finditer(re.escape(seen), lower)]
    if not found:
        return None
    at, seen = rng.choice(found)
    return name[:at] + rng.choice(table[seen]) + name[at + len(seen) :]
