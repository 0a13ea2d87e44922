"""A snapshot of either database goes back in its place, marked, in one step, and what was there is kept."""

import os
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from office_node.store import meta
from office_node.store.engine import open_engine
from office_node.store.errors import StoreError
from office_node.store.migrate import is_current
from office_node.store.snapshot import RESTORED, is_sound, put_in_place, scratch, take_snapshot


def put(engine: Engine, value: str) -> None:
    with engine.begin() as connection:
        meta.put(connection, "fact", value=value)


def facts(engine: Engine) -> tuple[str | None, str | None]:
    with engine.begin() as connection:
        return meta.get(connection, "fact"), meta.get(connection, RESTORED)


def test_it_comes_back_as_it_was_and_says_so(engine: Engine, migrated_url: str, tmp_path: Path, now: datetime) -> None:
    backend = make_url(migrated_url).get_backend_name()
    file = tmp_path / "snapshot"
    put(engine, "then")
    take_snapshot(migrated_url, file, environment=os.environ)
    assert is_sound(file, backend=backend, environment=os.environ)
    put(engine, "since")
    with scratch(migrated_url, file, environment=os.environ) as url:
        beside = open_engine(url)
        assert facts(beside) == ("then", None)
        beside.dispose()
    assert facts(engine) == ("since", None)
    engine.dispose()
    kept = put_in_place(migrated_url, file, made_at="2026-11-27T00:00:00.000Z", now=now, environment=os.environ)
    restored = open_engine(migrated_url)
    assert facts(restored) == ("then", "2026-11-27T00:00:00.000Z")
    assert is_current(restored)
    restored.dispose()
    assert is_sound(kept, backend=backend, environment=os.environ)
    put_in_place(migrated_url, kept, made_at="2026-11-28T00:00:00.000Z", now=now, environment=os.environ)
    again = open_engine(migrated_url)
    assert facts(again) == ("since", "2026-11-28T00:00:00.000Z")
    again.dispose()


def test_what_is_damaged_or_cannot_be_run_is_said(engine: Engine, migrated_url: str, tmp_path: Path) -> None:
    backend = make_url(migrated_url).get_backend_name()
    wrong = tmp_path / "wrong"
    wrong.write_bytes(b"no database" * 1000)
    if backend == "sqlite":
        assert not is_sound(wrong, backend=backend, environment=os.environ)
        with pytest.raises(StoreError):
            take_snapshot(f"sqlite:///{tmp_path}/nowhere.sqlite", tmp_path / "none", environment=os.environ)
    else:
        with pytest.raises(StoreError, match="pg_restore-failed"):
            is_sound(wrong, backend=backend, environment=os.environ)
        with pytest.raises(StoreError, match="pg_dump-missing"):
            take_snapshot(migrated_url, tmp_path / "none", environment={"PATH": str(tmp_path)})
    engine.dispose()
