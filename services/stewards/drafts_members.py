"""What stewards can change about members, as plain functions from draft to draft; nothing here signs or writes.

Removing a member closes its time, and the epoch that it knows is no longer the last one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import ValidationError

from office_node.domain.enrol import CLOCK_TOLERANCE
from services.stewards.drafts import Change, Draft, StewardError, amended
from shared_schemas.roster import EnrolRequest, Member, MemberKey, Region

MAX_KEYS = 8
OVERLAP = timedelta(days=30)
"""So long a member's old key counts beside its new one."""


def with_office(request: EnrolRequest, *, now: datetime, invitation: str | None = None) -> Change:
    """A new member, from its verified request; `invitation` is the digest of the one that it came by."""

    def change(draft: Draft) -> Draft:
        if any(member.id == request.id for member in draft.roster.members):
            raise StewardError(f"{request.id} is a member already")
        member = Member(
            id=request.id,
            name=request.name,
            office_class=request.office_class,
            regions=request.regions,
            base_url=request.base_url,
            signing_keys=(request.signing_key,),
            encryption_keys=(request.encryption_key,),
            valid_from=now - CLOCK_TOLERANCE,
            invitation=invitation,
        )
        return amended(draft, members=(*draft.roster.members, member))

    return change


def with_keys(request: EnrolRequest, *, now: datetime, compromised_since: datetime | None = None) -> Change:
    """A member's new keys, from its verified request. The keys before count for `OVERLAP` more, and stay listed.

    With `compromised_since` its other signing keys count only until then: what they signed later is void.
    """

    def change(draft: Draft) -> Draft:
        member = _find(draft, request.id)
        ends = now + OVERLAP if compromised_since is None else compromised_since
        try:
            return _with_member(
                draft,
                request.id,
                signing_keys=_renewed(member.signing_keys, request.signing_key, ends=ends),
                encryption_keys=_renewed(member.encryption_keys, request.encryption_key, ends=now + OVERLAP),
            )
        except ValidationError as error:
            raise StewardError("a key would end before it begins") from error

    return change


def _renewed(held: Sequence[MemberKey], new: MemberKey, *, ends: datetime) -> tuple[MemberKey, ...]:
    """The newest last; one that is listed already stays. If there are too many, the oldest is listed no more."""
    if any(key.keyid == new.keyid for key in held):
        if not any(key.key == new.key for key in held if key.keyid == new.keyid):
            raise StewardError("another key needs another key id")
        return tuple(held)
    older = [
        MemberKey.model_validate({**dict(key), "valid_until": min(key.valid_until, ends)}) for key in held
    ]  # fmt: skip
    return (*older, new)[-MAX_KEYS:]


def with_successor(office: str, *, successor: str | None) -> Change:
    """The member will leave, and that one goes on with its cases: from now on it hands them over. None: it stays."""

    def change(draft: Draft) -> Draft:
        after = None if successor is None else _find(draft, successor)
        if after is not None and (after.id == office or after.role != "office" or after.successor is not None):
            raise StewardError(f"{successor} cannot go on with the cases of {office}")
        if after is None and _find(draft, office).valid_until is not None:
            raise StewardError(f"{office} has left")
        return _with_member(draft, office, successor=successor)

    return change


def with_witnesses(office: str, witnesses: Sequence[str]) -> Change:
    """The offices that cosign the checkpoints of a member's log."""

    def change(draft: Draft) -> Draft:
        for witness in witnesses:
            if witness == office or _find(draft, witness).role != "office":
                raise StewardError(f"{witness} cannot be a witness of {office}")
        return _with_member(draft, office, witnesses=tuple(witnesses))

    return change


def with_regions(office: str, regions: Sequence[Region]) -> Change:
    """The regions that an office serves, each with its dates; a region that has moved stays listed with its end."""
    return lambda draft: _with_member(draft, office, regions=tuple(regions))


def without_office(office: str, *, now: datetime, successor: str | None = None) -> Change:
    """The member's time ends now; it stays listed, so that its statements can be proved.

    It knows the keys of the live epochs: `with_epoch` goes with it. A successor that is named already stays.
    """

    def change(draft: Draft) -> Draft:
        if successor is not None:
            _find(draft, successor)
        known = _find(draft, office).successor
        return _with_member(draft, office, valid_until=now, successor=successor or known)

    return change


def with_generation(office: str, *, generation: int) -> Change:
    """The member has restored its node and goes on in this generation of its log."""

    def change(draft: Draft) -> Draft:
        if generation <= _find(draft, office).generation:
            raise StewardError("a generation only rises")
        return _with_member(draft, office, generation=generation)

    return change


def _find(draft: Draft, office: str) -> Member:
    for member in draft.roster.members:
        if member.id == office:
            return member
    raise StewardError(f"no member is called {office}")


def _with_member(draft: Draft, office: str, **fields: object) -> Draft:
    changed = _find(draft, office).model_copy(update=fields)
    return amended(draft, members=tuple(changed if m.id == office else m for m in draft.roster.members))
