"""Which protocol version is written, and which are read: N and N-1, and none below the roster's minimum.

All members write in the minimum that the roster names, so that whatever one sends all can read while they are upgraded
one by one; the stewards raise it when the last has been (docs/adr/0023).
"""

from office_node.errors import ProtocolTooNewError, ProtocolTooOldError

SUSPENSIONS_RIDE = 2
"""From this version on a hello carries suspensions."""


def written(own: int, *, minimum: int) -> int:
    """What a node that speaks up to `own` writes: the minimum, as far as it speaks it."""
    return min(own, max(minimum, own - 1))


def check(said: object, *, own: int, minimum: int) -> None:
    """Nothing for a version that is spoken here; ProtocolTooOldError, ProtocolTooNewError (whoever said it is).

    What is no number is left to the body's own check.
    """
    if type(said) is not int:
        return
    if said > own:
        raise ProtocolTooNewError
    if said < max(minimum, own - 1):
        raise ProtocolTooOldError
