"""Who is a PIMPASA officer, which villages are desa binaan, and what of them is open; what is changed is in the log."""

from collections import Counter
from datetime import date

from office_node.domain.villages import Village, can_be_village, find_place, find_village, places_below
from office_node.node import Node
from office_node.store import outreach, outreach_sessions
from office_node.store.transactions import Connection
from office_node.usecases.outreach_refusals import VillageUnknownError
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import CaseUnknownError
from shared_schemas.outreach import Mentor, MentorView, MentorVillage, PlaceView, VillageView
from shared_schemas.statement import Actor


async def put_mentor(node: Node, officer: str, told: Mentor, *, by: Actor) -> None:
    """Commit who is an officer for villages, and until when."""
    now = node.clock.now()

    def put(connection: Connection) -> None:
        outreach.put_officer(connection, outreach.Mentor(officer, told.appointed_on, told.ended_on))
        members = {"officer": officer, **told.model_dump(mode="json")}
        enter(connection, node, act=Act("pimpasa-officer", now, by, members))

    await node.run.write(put)


async def list_mentors(node: Node) -> list[MentorView]:
    """All of them, with the villages that they have now."""

    def read(connection: Connection) -> list[MentorView]:
        villages = [one for one in outreach.villages(connection) if one.ended_on is None]
        return [
            MentorView(
                officer=one.officer, appointed_on=one.appointed_on, ended_on=one.ended_on,
                villages=tuple(village.village for village in villages if village.officer == one.officer),
            )
            for one in outreach.officers(connection)
        ]  # fmt: skip

    return await node.run.read(read)


async def put_village(node: Node, code: str, told: MentorVillage, *, by: Actor) -> None:
    """Commit that it is a desa binaan, whose, and until when. VillageUnknownError."""
    check_village(code)
    now = node.clock.now()

    def put(connection: Connection) -> None:
        outreach.put_village(connection, outreach.MentoredVillage(code, told.officer, told.since, told.ended_on))
        members = {"village": code, **told.model_dump(mode="json")}
        enter(connection, node, act=Act("pimpasa-village", now, by, members))

    await node.run.write(put)


async def list_villages(node: Node) -> list[VillageView]:
    """All desa binaan by code, with their sessions so far and what is open."""

    def read(connection: Connection) -> list[VillageView]:
        held = outreach_sessions.by_village(connection)
        open_ones: Counter[str] = Counter()
        for _session, village, count in outreach_sessions.open_counts(connection):
            open_ones[village] += count
        return [_view(one, held=held, open_ones=open_ones) for one in outreach.villages(connection)]

    return await node.run.read(read)


def _view(one: outreach.MentoredVillage, *, held: dict[str, tuple[int, date]], open_ones: Counter[str]) -> VillageView:
    sessions, last = held.get(one.village) or (0, None)
    named = find_village(one.village)
    return VillageView(
        village=one.village, name=name_of(named), district=named.district.name if named else "",
        regency=named.regency.name if named else "", officer=one.officer, since=one.since, ended_on=one.ended_on,
        last_session=last, sessions=sessions, open_follow_ups=open_ones[one.village],
    )  # fmt: skip


def view_place(code: str) -> PlaceView:
    """A place of the shipped table with what lies directly in it. CaseUnknownError."""
    place = find_place(code)
    if place is None:
        raise CaseUnknownError
    below = tuple(PlaceView(code=one.code, name=one.name) for one in places_below(code))
    return PlaceView(code=place.code, name=place.name, below=below)


def check_village(code: str) -> None:
    """VillageUnknownError if no village can have that code."""
    if not can_be_village(code):
        raise VillageUnknownError


def name_of(village: Village | None) -> str:
    """Its name; empty where the shipped table has none."""
    return "" if village is None else village.name
