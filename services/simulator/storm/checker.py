"""Counts what the federation did, from the journal and the nodes' databases alone.

It imports nothing of the product: it reads rows and signed bytes, and believes neither screens nor programs. What each
number means is in `docs/storm.md`.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.simulator.storm.journal import Event
from services.simulator.storm.told import Case, Told, told

Held = Mapping[str, Mapping[Case, tuple[int, str, bytes]]]
"""What each office holds of every case: revision, standing, the signed bytes."""
_NEAR = ("match", "possible")


@dataclass
class Databases:
    """The nodes' files, each opened for reading."""

    files: Mapping[str, Path]

    def rows(self, office: str, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query at one office."""
        connection = sqlite3.connect(f"file:{self.files[office]}?mode=ro", uri=True)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def everywhere(self, query: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """The rows of a query at every office."""
        for office in self.files:
            for row in self.rows(office, query):
                yield office, row


def count(journal: Path, files: Mapping[str, Path], *, minutes: Mapping[str, float]) -> dict[str, Any]:
    """Every number that the databases and the journal give; `minutes` are an officer's for a row and an approval."""
    found, nodes = told(journal), Databases(files)
    held = _held(nodes)
    return {
        **_hops(found, nodes, held),
        **_work(found, nodes, minutes=minutes),
        "lost_traces": _lost_traces(found, nodes, held),
        "false_no": _false_no(found, nodes),
        "replays_accepted": found.replays_accepted,
        "forks_unnoticed": _forks_unnoticed(found, nodes),
        "faults": sum(found.faults.values()),
        "completion_minutes_max": _completion(nodes),
    }


def _held(nodes: Databases) -> dict[str, dict[Case, tuple[int, str, bytes]]]:
    """What each office holds of every case: revision, standing, the signed bytes."""
    held: dict[str, dict[Case, tuple[int, str, bytes]]] = {office: {} for office in nodes.files}
    for office, row in nodes.everywhere("SELECT issuer, case_ref, revision, standing, payload FROM notice"):
        held[office][row[0], row[1]] = (int(row[2]), str(row[3]), bytes(row[4]))
    return held


def _hops(found: Told, nodes: Databases, held: Held) -> dict[str, Any]:
    """Attempts to apply elsewhere after having been turned away, and when somebody could see it."""
    noticed, later, causes, attempts = 0, 0, Counter[str](), 0
    for (office, case), event in found.filed.items():
        if event["after"] is None:
            continue
        attempts += 1
        earlier = {
            name for one, other in found.filed.items() if other["who"] == event["who"] and other["at"] < event["at"]
            for name in found.names_of(one)
        }  # fmt: skip
        if _shown(found, event, "counter") & earlier:
            noticed += 1
        elif _shown(found, event, "later") & earlier or _alerted(nodes, office, case, earlier):
            later += 1
        else:
            causes[_why(held, (office, case), earlier, office)] += 1
    missed = sum(causes.values())
    return {
        "attempts": attempts, "noticed_at_counter": noticed, "noticed_later": later, "missed": missed,
        "missed_by_cause": dict(sorted(causes.items())),
    }  # fmt: skip


def _shown(found: Told, event: Event, when: str) -> set[Case]:
    """The cases that an officer was shown as perhaps the same person."""
    seen = found.seen.get((event["screening"], when))
    return {(office, case) for office, case, zone in seen["shown"] if zone in _NEAR} if seen else set()


def _alerted(nodes: Databases, office: str, case: str, earlier: set[Case]) -> bool:
    """Whether an alert says so, here or at an office that had turned her away."""
    own = [row for row in nodes.rows(office, "SELECT case_ref, office FROM alert") if row[0] == case]
    if any(row[1] in {one for one, _ in earlier} for row in own):
        return True
    return any(
        (where, row[0]) in earlier and row[1] == office
        for where in {one for one, _ in earlier}
        for row in nodes.rows(where, "SELECT case_ref, office FROM alert")
    )


def _why(held: Held, case: Case, earlier: set[Case], office: str) -> str:
    """Why nobody saw it, from the tokens that were signed."""
    own = _tokens(held[office].get(case))
    theirs = [_tokens(held[one[0]].get(one)) for one in earlier]
    if all(not tokens for tokens in theirs):
        return "no_longer_visible"
    if not any(own & tokens for tokens in theirs):
        return "no_index_token_shared"
    if not any(one in held[office] for one in earlier):
        return "notice_not_here"
    return "below_possible"


def _tokens(notice: tuple[int, str, bytes] | None) -> set[str]:
    tokens = None if notice is None else json.loads(notice[2]).get("tokens")
    return {one["token"] for one in tokens["index"]} if tokens else set()


def _work(found: Told, nodes: Databases, *, minutes: Mapping[str, float]) -> dict[str, float]:
    """What it costs officers and people who are somebody else."""
    total = max(1, len(found.filed))
    honest = alarms = 0
    spent = 0.0
    for event in found.filed.values():
        same = {
            name for one, other in found.filed.items() if other["who"] == event["who"] for name in found.names_of(one)
        }  # fmt: skip
        shown = _shown(found, event, "counter")
        if event["after"] is None:
            honest += 1
            alarms += bool(shown - same)
        seen = found.seen.get((event["screening"], "counter"))
        spent += minutes["look"] * len(shown) + (0 if seen is None or seen["complete"] else minutes["incomplete"])
    return {
        "false_alarms_per_1000": round(1000 * alarms / max(1, honest), 2),
        "false_reveals_per_1000": round(1000 * _false_reveals(found, nodes) / total, 2),
        "officer_minutes_per_1000": round(1000 * spent / total, 1),
    }


def _false_reveals(found: Told, nodes: Databases) -> int:
    """People who were sent to an office that had a row of somebody else, and none of theirs."""
    revealed = {(office, row[0], row[1]) for office, row in nodes.everywhere(
        "SELECT inquiry, peer FROM entry WHERE type = 'reveal' AND inquiry IS NOT NULL"
    )}  # fmt: skip
    answers = {
        (office, row[0], row[1]): row[2]
        for office, row in nodes.everywhere("SELECT screening, office, answer_payload FROM asked WHERE outcome = 'hit'")
    }
    wrong = 0
    for office, inquiry, peer in revealed:
        payload, filed = answers.get((office, inquiry, peer)), found.by_screening.get(inquiry)
        if payload is None or filed is None:
            continue
        rows = [found.row(peer, hit["case"]) for hit in json.loads(payload)["hits"]]
        wrong += not any(row is not None and row["who"] == filed["who"] for row in rows)
    return wrong


def _lost_traces(found: Told, nodes: Databases, held: Held) -> int:
    """Cases of which an office that was there does not hold the last word; answers of which there is no evidence."""
    lost = 0
    for case, event in found.filed.items():
        names = [name for name in found.names_of(case) if name in held[name[0]]]
        wanted = found.standing.get(case)
        if not names or not (case in found.unsure or _stands(found, held, names, wanted=wanted)):
            lost += 1  # the office itself, or who goes on for it, has lost what it had committed
            continue
        lost += sum(_unheard(found, held, name, filed_at=event["at"]) for name in names)
    evidence = {
        (office, row[0]) for office, row in nodes.everywhere("SELECT inquiry, type FROM entry WHERE type = 'answer'")
    }
    for _office, row in nodes.everywhere("SELECT screening, office FROM asked WHERE answer_payload IS NOT NULL"):
        lost += (row[1], row[0]) not in evidence | found.taken_out
    return lost


def _stands(found: Told, held: Held, names: list[Case], *, wanted: str | None) -> bool:
    """Whether the last who goes on with the case says so; who gave it, or has left, says nothing more of it."""
    standings = [held[name[0]][name][1] for name in names]
    said = standings[-1] == wanted if wanted is not None else standings[-1] != "cleared"
    over = standings[: -1 if names[-1][0] not in found.left else None]
    return said and all(one == "cleared" for one in over)


def _unheard(found: Told, held: Held, name: Case, *, filed_at: float) -> int:
    """How many members do not hold the last word on this case; who came later need not hear of one that has ended."""
    revision, standing, _ = held[name[0]][name]
    silent = 0
    for office in held.keys() - found.left - {name[0]}:
        has = held[office].get(name)
        came_later = found.joined.get(office, 0.0) > filed_at
        silent += has[0] != revision if has is not None else not (standing == "cleared" and came_later)
    return silent


def _false_no(found: Told, nodes: Databases) -> int:
    """*No hit* without a signed answer that says so, or by an honest office that had her row, unchanged, visible."""
    wrong = 0
    query = "SELECT screening, office, answer_payload FROM asked WHERE outcome = 'no_hit'"
    for asker, (screening, peer, payload) in nodes.everywhere(query):
        if payload is None or json.loads(payload)["outcome"] != "no_hit" or json.loads(payload)["issuer"] != peer:
            wrong += 1
            continue
        filed = found.by_screening.get(screening)
        if filed is None or filed["changed"] or filed["after"] != peer or (peer, screening) in found.lied:
            continue
        if _had_row(found, peer, filed) and not _found_at_successor(found, nodes, peer, asker=asker, of=screening):
            wrong += 1
    return wrong


def _found_at_successor(found: Told, nodes: Databases, peer: str, *, asker: str, of: str) -> bool:
    """Whether the row had moved: who goes on with it is the asker, or has not said *no* too."""
    after = found.successors.get(peer)
    if after is None or after == asker or (after, of) in found.lied:
        return after is not None
    rows = nodes.rows(asker, "SELECT screening, office, outcome FROM asked")
    return not any((row[0], row[1], row[2]) == (of, after, "no_hit") for row in rows)


def _had_row(found: Told, peer: str, filed: Event) -> bool:
    """Whether this office had turned her away before, and not let her go since."""
    return any(
        one[0] == peer and other["who"] == filed["who"] and not other["changed"] and other["at"] < filed["at"]
        and found.standing.get(one) == "postponed" and one not in found.unsure
        for one, other in found.filed.items()
    )  # fmt: skip


def _forks_unnoticed(found: Told, nodes: Databases) -> int:
    """Forks of which no other office holds a proof or an alert."""
    accused = {row[0] for _, row in nodes.everywhere("SELECT accused FROM log_evidence")}
    alerted = {row[0] for _, row in nodes.everywhere("SELECT office FROM alert WHERE kind = 'log_contradicted'")}
    return sum(office not in accused | alerted for office in found.forks)


def _completion(nodes: Databases) -> float:
    """The longest time from a question to its last answer, in minutes."""
    query = (
        "SELECT max(a.answered_at - s.started_at) FROM asked a JOIN screening s ON s.id = a.screening"
        " WHERE a.answered_at IS NOT NULL"
    )
    return round(max((row[0] or 0) for _, row in nodes.everywhere(query)) / 60_000, 2)
