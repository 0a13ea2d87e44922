"""Ways in which one name becomes another spelling of itself, each a small function of the name.

Every function gives the new name, or None where it finds nothing to change. Tables: `data/spellings.py`.
"""

import re
from collections.abc import Callable
from random import Random
from typing import Final

from services.simulator.data import spellings as tables

Respelling = Callable[[Random, str, str], str | None]
"""(randomness, name, sex) → the name respelled, or None."""

_SPELLINGS: Final[dict[str, tuple[str, ...]]] = {
    spelling.lower(): group for group in tables.SAME_NAME for spelling in group
}
_ABBREVIATIONS: Final = {word.lower(): short for word, short in tables.ABBREVIATIONS.items()}
_NOW_TO_OLD: Final = re.compile("ch|ny|sy|kh|dj|tj|c|j|y|u")
_OLD_TO_NOW: Final = re.compile("sj|tj|dj|oe")


def _like(model: str, text: str) -> str:
    """`text` in the case of `model`: capitals throughout, or a capital first."""
    if model.isupper() and len(model) > 1:
        return text.upper()
    return text[:1].upper() + text[1:] if model[:1].isupper() else text


def _words(rng: Random, name: str, at_least: int = 3) -> list[int]:
    """Positions of the words that can be respelled, in random order; titles and initials are not."""
    parts = name.split()
    good = [i for i, part in enumerate(parts) if len(part) >= at_least and part.isalpha()]
    rng.shuffle(good)
    return good


def _replaced(name: str, at: int, word: str) -> str:
    parts = name.split()
    parts[at] = _like(parts[at], word)
    return " ".join(parts)


def _old_word(word: str, chosen: set[str]) -> str:
    return _NOW_TO_OLD.sub(lambda hit: tables.TO_OLD.get(hit[0], hit[0]) if hit[0] in chosen else hit[0], word)


def old_spelling(rng: Random, name: str, _sex: str) -> str | None:
    """Today's letters into old ones (Wahyuni, Wahjuni; Joko, Djoko), or old letters into today's."""
    lowered = name.lower()
    if _OLD_TO_NOW.search(lowered):
        parts = [_like(p, _OLD_TO_NOW.sub(lambda hit: tables.TO_NEW[hit[0]], p.lower())) for p in name.split()]
        return " ".join(parts)
    present = sorted({hit for hit in _NOW_TO_OLD.findall(lowered) if hit in tables.TO_OLD})
    if not present:
        return None
    chosen = {letters for letters in present if rng.random() < 0.6} or {rng.choice(present)}
    parts = [_like(p, _old_word(p.lower(), chosen)) if len(p) > 2 else p for p in name.split()]
    result = " ".join(parts)
    return result if result != name else None


def sound_alike(rng: Random, name: str, _sex: str) -> str | None:
    """One word as it sounds: another form of the same name, or one letter for its neighbour in the ear."""
    parts = name.split()
    for at in _words(rng, name):
        known = _SPELLINGS.get(parts[at].lower())
        if known and rng.random() < 0.7:
            return _replaced(name, at, rng.choice([s for s in known if s.lower() != parts[at].lower()]))
        word = parts[at].lower()
        heard = {re.sub(pattern, other, word, count=1) for pattern, other in tables.SOUND_PAIRS} - {word}
        if heard:
            return _replaced(name, at, rng.choice(sorted(heard)))
    return None


def doubled_letter(rng: Random, name: str, _sex: str) -> str | None:
    """A double letter made single, or a single consonant made double."""
    parts = name.split()
    for at in _words(rng, name, 4):
        word = parts[at].lower()
        if double := re.search(r"([a-z])\1", word):
            return _replaced(name, at, word[: double.start()] + word[double.start() + 1 :])
        single = [i for i in range(2, len(word)) if word[i] in "bdfklmnprst"]
        if single:
            i = rng.choice(single)
            return _replaced(name, at, word[:i] + word[i] + word[i:])
    return None


def abbreviation(rng: Random, name: str, _sex: str) -> str | None:
    """Moh. or M. for Muhammad, St. for Siti; else a later word down to its initial."""
    parts = name.split()
    for at, part in enumerate(parts):
        if (short := _ABBREVIATIONS.get(part.lower())) and len(parts) > 1:
            return " ".join([*parts[:at], rng.choice(short), *parts[at + 1 :]])
    later = [at for at in _words(rng, name) if at > 0]
    if not later:
        return None
    at = later[0]
    return " ".join([*parts[:at], f"{parts[at][0].upper()}.", *parts[at + 1 :]])


def title(rng: Random, name: str, sex: str) -> str | None:
    """A title before the name (H., Ny., Drs.) or a degree after it."""
    if rng.random() < 0.7:
        return f"{rng.choice(tables.TITLES_BEFORE[sex])} {name}"
    return f"{name}, {rng.choice(tables.TITLES_AFTER)}"


def part_dropped(rng: Random, name: str, _sex: str) -> str | None:
    """One part left out: mostly the last, else any."""
    parts = name.split()
    if len(parts) < 2 or len(_words(rng, name)) < 2:
        return None
    del parts[-1 if rng.random() < 0.5 else rng.randrange(len(parts))]
    kept = " ".join(parts).rstrip(",")
    return kept if re.search(r"[^\W\d]{4}", kept) else None


def part_added(rng: Random, name: str, sex: str) -> str | None:
    """A part more: a father's name with or without bin or binti, or one of the parts people take on."""
    father = rng.choice(tables.FATHERS)
    draw = rng.random()
    if draw < 0.3:
        return f"{name} {'binti' if sex == 'F' else 'bin'} {father}"
    if draw < 0.6:
        return f"{name} {father}"
    extra = rng.choice(tables.EXTRA_PARTS[sex])
    return f"{name} {extra}" if rng.random() < 0.6 else f"{extra} {name}"


def order(rng: Random, name: str, _sex: str) -> str | None:
    """Two neighbouring parts exchanged, or the last put first."""
    parts = name.split()
    if len(parts) < 2 or "," in name:
        return None
    at = rng.randrange(len(parts) - 1)
    if rng.random() < 0.5:
        parts = [parts[-1], *parts[:-1]]
    else:
        parts[at], parts[at + 1] = parts[at + 1], parts[at]
    return " ".join(parts)


def joined(rng: Random, name: str, _sex: str) -> str | None:
    """Two parts written as one: Nur Hayati, Nurhayati."""
    parts = name.split()
    seams = [i for i in range(len(parts) - 1) if parts[i].isalpha() and parts[i + 1].isalpha()]
    if not seams:
        return None
    i = rng.choice(seams)
    second = parts[i + 1] if parts[i].isupper() and len(parts[i]) > 1 else parts[i + 1].lower()
    return " ".join([*parts[:i], parts[i] + second, *parts[i + 2 :]])


def split(rng: Random, name: str, _sex: str) -> str | None:
    """One part written as two: Nurhayati, Nur Hayati; a long word without a known beginning after a vowel."""
    parts = name.split()
    for at in _words(rng, name, 6):
        word = parts[at]
        head = next((h for h in tables.SPLIT_AFTER if word.lower().startswith(h.lower())), None)
        cut = len(head) if head else next((i for i in range(3, len(word) - 2) if word[i - 1] in "aiueo"), 0)
        if cut and len(word) - cut >= 3:
            pieces = [word[:cut], _like(word, word[cut:].lower())]
            return " ".join([*parts[:at], *pieces, *parts[at + 1 :]])
    return None


def typo(rng: Random, name: str, _sex: str) -> str | None:
    """One slip of the finger: neighbours exchanged, a letter left out, doubled, or the next key."""
    parts = name.split()
    for at in _words(rng, name, 3):
        word = parts[at].lower()
        i = rng.randrange(1, len(word))
        keys = tables.NEIGHBOUR_KEYS.get(word[i], "e")
        slips = {
            word[: i - 1] + word[i] + word[i - 1] + word[i + 1 :],
            word[:i] + word[i + 1 :],
            word[:i] + word[i] + word[i:],
            word[:i] + rng.choice(keys) + word[i + 1 :],
        } - {word}
        return _replaced(name, at, rng.choice(sorted(slips)))
    return None


NAME_CHANGES: Final[dict[str, Respelling]] = {
    "old_spelling": old_spelling,
    "sound_alike": sound_alike,
    "doubled_letter": doubled_letter,
    "abbreviation": abbreviation,
    "title": title,
    "part_dropped": part_dropped,
    "part_added": part_added,
    "order": order,
    "joined": joined,
    "split": split,
    "typo": typo,
}
"""Kind of change → the function that makes it."""

RESPELLINGS: Final[tuple[str, ...]] = ("old_spelling", "sound_alike", "doubled_letter", "typo")
"""Those that keep the parts of the name and only write them differently."""
