"""A million invented traces of a third office, ten random postings each, made inside the database."""

from sqlalchemy import Connection, Engine

from office_node.store.hot import is_sqlite

FIRST_ID = 10**9
# 2,500 octets are about what the statement of a notice takes.

_SQLITE = (
    "WITH RECURSIVE trace(id) AS (SELECT ?1 UNION ALL SELECT id + 1 FROM trace WHERE id < ?1 + ?2 - 1)"
    " INSERT INTO notice (id, issuer, case_ref, revision, number, generation, standing, until, arrived_at, keyid,"
    " signature, payload) SELECT id, 'kanim-bandarlampung', lower(hex(randomblob(16))), 1, id, 1, 'postponed', ?3, 1,"
    " 'k/k', zeroblob(64), zeroblob(2500) FROM trace",
    "INSERT INTO posting (token, notice_id) SELECT random(), notice.id FROM notice, json_each('[1,2,3,4,5,6,7,8,9,10]')"
    " WHERE notice.id >= ?1 AND notice.id < ?1 + ?2 AND ?3 ORDER BY 1",
)
_POSTGRES = (
    "INSERT INTO notice (id, issuer, case_ref, revision, number, generation, standing, until, arrived_at, keyid,"
    " signature, payload) SELECT id, 'kanim-bandarlampung', md5(id::text), 1, id, 1, 'postponed', %(until)s, 1, 'k/k',"
    " '\\x00'::bytea, convert_to(repeat(md5(id::text), 78), 'UTF8')"
    " FROM generate_series(%(first)s::bigint, %(first)s::bigint + %(count)s - 1) AS id",
    "INSERT INTO posting (token, notice_id) SELECT ('x' || substr(md5(id::text || '/' || n), 1, 16))::bit(64)::bigint,"
    " id FROM generate_series(%(first)s::bigint, %(first)s::bigint + %(count)s - 1) AS id, generate_series(1, 10) AS n"
    " ORDER BY 1",
)


def fill(engine: Engine, count: int, *, until_ms: int) -> None:
    """Put them in."""
    with engine.begin() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        for statement in _SQLITE if is_sqlite(connection) else _POSTGRES:
            driver.execute(statement, _parameters(connection, count, until_ms))
    with engine.connect() as connection:
        _settle(connection)


def _parameters(connection: Connection, count: int, until_ms: int) -> object:
    if is_sqlite(connection):
        return (FIRST_ID, count, until_ms)
    return {"first": FIRST_ID, "count": count, "until": until_ms}


def _settle(connection: Connection) -> None:
    """As a database is after a night: written through, with statistics."""
    driver = connection.connection.driver_connection
    assert driver is not None
    if is_sqlite(connection):
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    else:
        driver.commit()
        driver.autocommit = True
        driver.execute("VACUUM ANALYZE")
        driver.autocommit = False
