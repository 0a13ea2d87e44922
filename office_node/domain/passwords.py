"""Passwords: how they are compared, which are refused, and what is kept of them (argon2id, RFC 9106).

NIST SP 800-63B: normalised to NFKC, long rather than colourful, never one that everybody tries first (zxcvbn's lists
and patterns, with the officer's own words), and never changed for the calendar's sake.
"""

import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

MIN_CHARACTERS = 12
_LOWEST_SCORE = 3
"""Of 4: more than 10^8 guesses."""
_DIFFERENT = 6
_LOOKED_AT = 72
"""The library's own limit."""
_OWN_WORDS = (
    "jejak",
    "imigrasi",
    "immigration",
    "paspor",
    "passport",
    "kanim",
    "kantor",
    "rahasia",
    "sandi",
    "katasandi",
)
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's smallest: the hash is sealed under a key outside the database besides."""
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3MtYS1zYWx0IQ$FaRma/gavwCIfyTazSoQ3qRMkeI/531zbIOIeX3b7YQ"
"""What a password is compared with where there is no account: the same work. Hashed once, not at every start."""
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 5, 4


def normalised(password: str) -> str:
    """The same characters however a keyboard composed them."""
    return unicodedata.normalize("NFKC", password)


def hashed(password: str, *, salt: bytes) -> str:
    """What is kept of it."""
    return _HASHER.hash(normalised(password), salt=salt)


def matches(kept: str, password: str) -> bool:
    """Whether it is the one."""
    try:
        return _HASHER.verify(kept, normalised(password))
    except (VerificationError, InvalidHashError):
        return False


def is_up_to_date(kept: str) -> bool:
    """Whether it was hashed at today's cost."""
    return not _HASHER.check_needs_rehash(kept)


def fault(password: str, *, words: Iterable[str]) -> str | None:
    """Why it cannot be chosen, as a code: too short, or among the first that anybody would try."""
    text = normalised(password)
    if len(text) < MIN_CHARACTERS:
        return "too-short"
    own = [word for word in (*words, *_OWN_WORDS) if len(word) > 2]
    bare = _letters(text)
    for word in own:
        bare = bare.replace(_letters(word), "") if _letters(word) else bare
    if len(bare) < MIN_CHARACTERS // 2 or len(set(text)) < _DIFFERENT:
        return "too-easy"
    return None if zxcvbn(text[:_LOOKED_AT], user_inputs=own)["score"] >= _LOWEST_SCORE else "too-easy"


def temporary(entropy: bytes) -> str:
    """A password to read out: twenty letters and digits without those that look alike, from 20 random octets.

    An octet is not shared out quite evenly over 31 characters; more than 98 bits are left.
    """
    letters = [_ALPHABET[octet % len(_ALPHABET)] for octet in entropy[: _GROUPS * _GROUP]]
    return "-".join("".join(letters[at : at + _GROUP]) for at in range(0, _GROUPS * _GROUP, _GROUP))


def _letters(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalpha())
