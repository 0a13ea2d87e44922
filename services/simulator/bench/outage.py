"""A day's outage of one office in fifteen: how soon all is answered after the return, and how hard that falls."""

import sqlite3
import tempfile
from pathlib import Path

from office_node import logs
from office_node.store.times import to_ms
from services.simulator.bench.row import Row
from services.simulator.loop import START
from services.simulator.storm.journal import read_journal
from services.simulator.storm.profile import load_profile
from services.simulator.storm.run import Plan, names, play_all

_DAYS, _PER_DAY = 2.4, 2.0
_LAST = (
    "SELECT max(a.answered_at) FROM asked a JOIN screening s ON s.id = a.screening"
    " WHERE a.office = ? AND s.started_at < ?"
)
_TWICE = (
    "SELECT count(*) FROM (SELECT 1 FROM entry WHERE type = 'answer' GROUP BY peer, inquiry HAVING count(*) > 1)"
    " AS again"
)


def measure(offices: int) -> list[Row]:
    """The rows, with so many offices; the bars are for 150."""
    profile = load_profile("outage")
    with tempfile.TemporaryDirectory(prefix="jejak-bench-") as name:
        folder = Path(name)
        with Path(folder, "nodes.log").open("w", encoding="utf-8") as lines:
            logs.configure(lines)
            counted = play_all(Plan(offices, _DAYS, _PER_DAY, 1, profile), keep=folder)
        logs.configure()
        [outage] = [one for one in read_journal(folder / "journal.jsonl") if one.get("sort") == "outage"]
        back_ms = to_ms(START) + int((outage["at"] + profile.weather.down_h * 3600) * 1000)
        away = outage["offices"]
        last_ms = max(_one(folder, office, _LAST, one, back_ms) for office in names(offices) for one in away)
        twice = sum(_one(folder, office, _TWICE) for office in away)
    note = f"{offices} offices, {len(away)} away for a day; virtual"
    return [
        Row("outage_completion_min", max(0, last_ms - back_ms) / 60_000, "min", bar=15, note=note),
        Row("outage_peak_per_s", counted["peak"], "1/s", bar=50, note="most messages to one office in a second"),
        Row("outage_duplicates", twice, "", bar=0, note="questions that an office that was away answered twice"),
        Row("outage_lost_traces", counted["lost_traces"], "", bar=0, note=f"{counted['messages']} messages"),
    ]


def _one(folder: Path, office: str, query: str, *values: str | int) -> int:
    connection = sqlite3.connect(f"file:{folder / office / 'node.sqlite'}?mode=ro", uri=True)
    row = connection.execute(query, values).fetchone()
    connection.close()
    return int(row[0] or 0)
