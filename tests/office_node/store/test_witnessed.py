"""Of each log the largest cosigned checkpoint is kept, and once each what speaks against it."""

from sqlalchemy import Connection

from office_node.store import witnessed
from office_node.store.witnessed import Witnessed

LOG, OTHER = "jejak/kanim-kalianda/1", "jejak/kanim-kotabumi/1"


def test_a_smaller_checkpoint_never_takes_the_place_of_a_larger_one(connection: Connection) -> None:
    assert witnessed.get(connection, LOG) is None
    assert witnessed.put(connection, LOG, size=5, note="five")
    assert witnessed.put(connection, LOG, size=9, note="nine")
    assert witnessed.put(connection, LOG, size=9, note="nine again")
    assert not witnessed.put(connection, LOG, size=8, note="eight")
    assert witnessed.get(connection, LOG) == Witnessed("nine again", None, None)
    assert witnessed.get(connection, OTHER) is None


def test_the_first_fork_stays_whatever_comes_after_it(connection: Connection) -> None:
    assert not witnessed.put_fork(connection, LOG, note="before anything was cosigned")
    witnessed.put(connection, LOG, size=5, note="five")
    assert witnessed.put_fork(connection, LOG, note="first")
    assert not witnessed.put_fork(connection, LOG, note="second")
    witnessed.put(connection, LOG, size=6, note="six")
    assert witnessed.get(connection, LOG) == Witnessed("six", "first", None)


def test_what_was_not_proved_is_kept_until_growth_is_proved_again(connection: Connection) -> None:
    witnessed.put(connection, LOG, size=5, note="five")
    assert witnessed.put_unproven(connection, LOG, note="one")
    assert not witnessed.put_unproven(connection, LOG, note="two")
    assert witnessed.get(connection, LOG) == Witnessed("five", None, "one")
    witnessed.put(connection, LOG, size=6, note="six")
    assert witnessed.get(connection, LOG) == Witnessed("six", None, None)
    assert witnessed.put_unproven(connection, LOG, note="three")
