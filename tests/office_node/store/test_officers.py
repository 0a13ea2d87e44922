"""Accounts, recovery codes, sessions and proofs as rows: each is used up once, and goes with its account."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from office_node.store import login_failures, officer_sessions, officers
from office_node.store.officer_sessions import OfficerProof, OfficerSession
from office_node.store.officers import NewAccount
from office_node.store.resealing import SEALED, left, move
from office_node.store.sealing import Sealer
from services.simulator.loop import seeded

NEW = NewAccount("o-17", b"name", b"password", ("counter", "kakanim"))


def test_an_account_is_added_once_and_read_as_it_was(connection: Connection, now: datetime) -> None:
    assert officers.add(connection, NEW, now=now)
    assert not officers.add(connection, NEW, now=now)
    account = officers.get(connection, "o-17")
    assert account is not None
    assert (account.roles, account.state, account.must_change, account.version) == (NEW.roles, "active", True, 1)
    assert officers.get(connection, "o-18") is None


def test_every_change_of_rights_or_secrets_raises_the_version(connection: Connection, now: datetime) -> None:
    officers.add(connection, NEW, now=now)
    officers.set_pending(connection, "o-17", totp_sealed=b"pending")
    officers.set_totp(connection, "o-17", totp_sealed=b"totp", step=7, now=now)
    officers.set_password(connection, "o-17", password_sealed=b"new", must_change=False, now=now)
    officers.set_roles(connection, "o-17", roles=("auditor",), now=now)
    officers.set_state(connection, "o-17", state="disabled", keep_until=now, now=now)
    (account,) = officers.listed(connection)
    assert (account.version, account.totp_sealed, account.totp_pending_sealed) == (5, b"totp", None)
    assert (account.password_sealed, account.roles, account.state) == (b"new", ("auditor",), "disabled")


def test_a_step_and_a_recovery_code_are_used_once(connection: Connection, now: datetime) -> None:
    officers.add(connection, NEW, now=now)
    assert [officers.use_step(connection, "o-17", step=step) for step in (5, 5, 4, 6)] == [True, False, False, True]
    officers.set_codes(connection, "o-17", hashes=(b"a", b"b"))
    assert [officers.use_code(connection, "o-17", hashed=one) for one in (b"a", b"a", b"c")] == [True, False, False]
    officers.set_codes(connection, "o-17", hashes=())
    assert not officers.use_code(connection, "o-17", hashed=b"b")


def test_what_hangs_on_an_account_goes_with_it(connection: Connection, now: datetime) -> None:
    officers.add(connection, NEW, now=now)
    session = OfficerSession("o-17", 1, "password", ("counter",), now, now, now + timedelta(hours=10))
    officer_sessions.add(connection, b"s", session=session)
    proof = OfficerProof("o-17", 1, "kakanim", "c" * 32, "decision", "refuse", "o-1", now + timedelta(minutes=5))
    officer_sessions.keep_proof(connection, b"p", proof=proof)
    assert officer_sessions.find(connection, b"s") == session
    assert officer_sessions.use_proof(connection, b"p") == proof
    assert officer_sessions.use_proof(connection, b"p") is None
    officers.set_state(connection, "o-17", state="disabled", keep_until=now, now=now)
    assert officers.forget_ended(connection, now=now) == 1
    assert officer_sessions.find(connection, b"s") is None


def test_sessions_and_proofs_end(connection: Connection, now: datetime) -> None:
    officers.add(connection, NEW, now=now)
    for number, seen in enumerate((0, 10, 20)):
        at = now + timedelta(minutes=seen)
        session = OfficerSession("o-17", 1, "oidc", (), now, at, now + timedelta(hours=1))
        officer_sessions.add(connection, bytes((number,)), session=session)
    officer_sessions.seen(connection, b"\x00", now=now + timedelta(minutes=20))
    assert officer_sessions.forget_ended(connection, now=now, seen_before=now + timedelta(minutes=10)) == 1
    assert officer_sessions.end(connection, b"\x00")
    assert not officer_sessions.end(connection, b"\x00")
    assert officer_sessions.end_all(connection, "o-17") == 1


def test_refused_log_ins_are_counted_in_a_row(connection: Connection, now: datetime) -> None:
    counted = [login_failures.count(connection, "name", subject="x", now=now) for _ in range(3)]
    assert counted == [1, 2, 3]
    assert login_failures.count(connection, "source", subject="x", now=now) == 1
    login_failures.lock(connection, "name", subject="x", until=now)
    assert login_failures.locked_until(connection, "name", subject="x") == now
    login_failures.take_off(connection, "name", subject="x")
    assert login_failures.locked_until(connection, "name", subject="x") is None
    assert login_failures.count(connection, "name", subject="x", now=now) == 3
    login_failures.clear(connection, "name", subject="x")
    assert login_failures.count(connection, "name", subject="x", now=now) == 1
    assert login_failures.forget(connection, before=now) == 2


def test_what_is_sealed_of_an_account_is_sealed_anew_with_the_storage_key(
    connection: Connection, now: datetime
) -> None:
    keys = {"storage-1": b"1" * 32, "storage-2": b"2" * 32}
    sealer = Sealer(keys, current="storage-1", random=seeded("seal"))
    name, password = (sealer.seal(f"officer_account.{one}", "o-17", b"x") for one in ("name", "password"))
    officers.add(connection, NewAccount("o-17", name, password, ("counter",)), now=now)
    totp = sealer.seal("officer_account.totp_pending", "o-17", b"y")
    officers.set_pending(connection, "o-17", totp_sealed=totp)
    sealer.use("storage-2")
    ours = [one for one in SEALED if one.table == "officer_account"]
    assert [left(connection, one, sealer=sealer) for one in ours] == [1, 1, 0, 1]
    for one in ours:
        move(connection, one, sealer=sealer, after=None, limit=10)
    assert [left(connection, one, sealer=sealer) for one in ours] == [0] * 4
    account = officers.get(connection, "o-17")
    assert account is not None
    assert account.totp_pending_sealed is not None
    alone = Sealer({"storage-2": b"2" * 32}, current="storage-2", random=seeded("seal"))
    assert alone.unseal("officer_account.totp_pending", "o-17", account.totp_pending_sealed) == b"y"
