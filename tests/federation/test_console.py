"""The pages of a case over whole nodes: what each role is shown, when, and what is written down about it."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import Connection

from office_node.console.words import STANDINGS
from office_node.store import entries
from services.simulator.acts import settle
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual
from shared_schemas.statement import Role
from tests.console_desk import Pages, hidden_of, words_of
from tests.desk import Browser, Desk
from tests.federation.cast import AGAIN, KALIANDA, KOTABUMI, postponed_in_kalianda

FIELDS = {
    "application_no": "B-1", "name": AGAIN["name"], "birth_date": "17-03-1994", "birth_place": AGAIN["birth_place"],
    "mother_name": AGAIN["mother_name"], "phones": AGAIN["phones"][0],
}  # fmt: skip


class OfficeDesk(Desk):
    """A desk in a simulated office: time passes as its clock does."""

    def __init__(self, office: Office) -> None:
        assert office.app is not None
        super().__init__(office.app, _Passing(office))  # type: ignore[arg-type]
        self.url = f"https://{office.id}.test"

    async def seat(self, ref: str, *roles: Role) -> Pages:
        """An officer with an account of her own, signed in."""
        officer = await self.officer(ref, *roles)
        pages = Pages(self.browser())
        await pages.open("/console/sign-in")
        code = officer.recovery.pop()
        await pages.send("/console/sign-in", officer=ref, password=officer.password, code=code)
        assert pages.status == 200
        return pages

    def browser(self, **options: str) -> Browser:
        return super().browser(origin=self.url, **options)


class _Passing:
    def __init__(self, office: Office) -> None:
        self._office = office

    def now(self) -> object:
        return self._office.clock.now()

    def pass_by(self, **_parts: float) -> None:
        """Recovery codes are used: no second authenticator code is needed."""


async def written(office: Office) -> list[str]:
    def read(connection: Connection) -> list[str]:
        return [entry.type for entry in entries.listed(connection)]

    return await office.node.run.read(read)


async def sent(pages: Pages, **other: str) -> str:
    """She is filed, and the offices are being asked; the path of her case."""
    await pages.open("/console/cases/new")
    case = await pages.send("/console/cases/new", once=hidden_of(pages.text, "once"), **(FIELDS | other))
    assert re.fullmatch(r"/console/cases/[0-9a-f]{32}", case), words_of(pages.text)
    return case


async def filed(simulation: Simulation, pages: Pages, **other: str) -> str:
    """She is filed at the counter and everybody has answered; the path of her case."""
    case = await sent(pages, **other)
    await settle(simulation)
    await pages.open(case)
    return case


def at_kotabumi(folder: Path, story: Callable[[Simulation, OfficeDesk], Awaitable[None]]) -> None:
    async def play() -> None:
        async with simulate(folder) as simulation:
            await postponed_in_kalianda(simulation)
            await story(simulation, OfficeDesk(simulation[KOTABUMI]))

    run_virtual(play())


def test_the_counter_sees_whom_it_may_be_and_that_is_written_down_with_the_purpose(tmp_path: Path) -> None:
    async def story(simulation: Simulation, desk: OfficeDesk) -> None:
        pages = await desk.seat("o-17", "counter")
        await filed(simulation, pages)
        told = words_of(pages.text)
        assert "Perlu pendalaman" in told
        assert f"{KALIANDA}: {STANDINGS['postponed']}" in told
        assert "Belum lengkap" not in told
        assert {"person-read", "steps-read", "screening-read"} <= set(await written(simulation[KOTABUMI]))

    at_kotabumi(tmp_path, story)


def test_the_interviewer_asks_before_she_is_shown_anything_of_other_offices(tmp_path: Path) -> None:
    async def story(simulation: Simulation, desk: OfficeDesk) -> None:
        counter = await desk.seat("o-17", "counter")
        case = await filed(simulation, counter)
        compare = next(re.finditer(rf'href="({case}/compare/[^"]+)"', counter.text))[1]
        pages = await desk.seat("o-18", "interview")
        for path in (case, f"{case}/interview", f"{case}/progress", compare, "/console/alerts"):
            await pages.open(path)
            assert KALIANDA not in words_of(pages.text), path
        await pages.open(compare)
        assert pages.status == 409
        await pages.open(case)
        assert "Tanyakan dahulu" in words_of(pages.text)
        await pages.open(f"{case}/interview")
        fields = {"value-applied_elsewhere": "no", "note-applied_elsewhere": "Belum pernah"}
        assert await pages.send(f"{case}/interview", then="case", **fields) == case
        assert KALIANDA in words_of(pages.text)
        await pages.open(f"{case}/interview")
        assert 'value="Belum pernah"' in pages.text

    at_kotabumi(tmp_path, story)


def test_an_auditor_sees_where_a_case_is_and_nobodys_name(tmp_path: Path) -> None:
    async def story(simulation: Simulation, desk: OfficeDesk) -> None:
        case = await filed(simulation, await desk.seat("o-17", "counter"))
        pages = await desk.seat("o-19", "auditor")
        for path in ("/console/cases?work=counter", case):
            await pages.open(path)
            assert pages.status == 200
            assert AGAIN["name"] not in pages.text
            assert "Diajukan" in words_of(pages.text)
        for path in (f"{case}/interview", f"{case}/moves/receive", "/console/cases/new"):
            await pages.open(path)
            assert pages.status == 403

    at_kotabumi(tmp_path, story)


def test_a_form_sent_twice_files_once(tmp_path: Path) -> None:
    async def story(simulation: Simulation, desk: OfficeDesk) -> None:
        pages = await desk.seat("o-17", "counter")
        await pages.open("/console/cases/new")
        once, form = hidden_of(pages.text, "once"), pages.text
        ended = set()
        for _ in range(2):
            ended.add(await pages.send("/console/cases/new", once=once, csrf=hidden_of(form, "csrf"), **FIELDS))
        assert len(ended) == 1

    at_kotabumi(tmp_path, story)


def test_what_is_pasted_is_read_and_what_is_wrong_is_named_without_losing_the_rest(tmp_path: Path) -> None:
    async def story(simulation: Simulation, desk: OfficeDesk) -> None:
        pages = await desk.seat("o-17", "counter")
        case = await filed(simulation, pages, nik="1801 0457.0394-0001", passport_no="b 1234567")
        assert {"1801045703940001", "B1234567"} <= set(words_of(pages.text).split())
        assert case
        await pages.open("/console/cases/new")
        wrong = FIELDS | {"name": "Sri 💥", "nik": "123", "birth_date": "31-02-1994"}
        await pages.send("/console/cases/new", once="x", **wrong)
        assert pages.status == 422
        assert all(f'href="#{name}"' in pages.text for name in ("name", "nik", "birth_date"))
        assert 'href="#phones"' not in pages.text
        assert AGAIN["mother_name"] in pages.text
        await pages.send("/console/cases/new", once="x", **(FIELDS | {"birth_date": "17-03-2094"}))
        assert 'href="#birth_date"' in pages.text

    at_kotabumi(tmp_path, story)


def test_who_waits_learns_who_has_answered_and_nothing_else(tmp_path: Path) -> None:
    async def story(simulation: Simulation, desk: OfficeDesk) -> None:
        pages = await desk.seat("o-17", "counter")
        case = await filed(simulation, pages)
        before = await written(simulation[KOTABUMI])
        await pages.open(f"{case}/progress")
        assert pages.browser.last.headers["hx-refresh"] == "true"
        told = words_of(pages.text)
        assert f"{KALIANDA}: sudah menjawab" in told
        assert "riwayat" not in told
        assert AGAIN["name"] not in told
        assert await written(simulation[KOTABUMI]) == before

    at_kotabumi(tmp_path, story)


def test_while_offices_are_asked_the_page_says_so_and_comes_again_also_without_scripts(tmp_path: Path) -> None:
    async def story(simulation: Simulation, desk: OfficeDesk) -> None:
        pages = await desk.seat("o-17", "counter")
        case = await sent(pages)
        assert "Menunggu jawaban" in words_of(pages.text)
        assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in pages.text
        assert f'hx-get="{case}/progress"' in pages.text
        await pages.open(f"{case}/progress")
        assert "hx-refresh" not in pages.browser.last.headers
        assert "dari 2 kantor sudah menjawab" in words_of(pages.text)
        await settle(simulation)
        await pages.open(case)
        assert "http-equiv" not in pages.text
        assert "hx-get" not in pages.text

    at_kotabumi(tmp_path, story)


def test_a_step_that_says_too_little_uses_up_nobodys_code(tmp_path: Path) -> None:
    async def story(simulation: Simulation, desk: OfficeDesk) -> None:
        pages = await desk.seat("o-17", "counter")
        case = await filed(simulation, pages)
        boss = await desk.officer("o-20", "supervisor")
        await pages.open(f"{case}/moves/receive")
        assert AGAIN["name"] in pages.text
        assert await pages.send(f"{case}/moves/receive", after="0", minutes="5") == case
        signed = {"second_officer": "o-20", "second_role": "supervisor", "second_password": boss.password}
        code, before = boss.recovery.pop(), await written(simulation[KOTABUMI])
        said = {"after": "1", "reason_code": "B2", "reason": "Prosedur belum ditempuh", "second_code": code, **signed}
        await pages.open(f"{case}/moves/postpone")
        for wrong in ({"reason": "x"}, {"condition": " "}, {"minutes": "banyak"}, {"until": "31-02-2027"}):
            await pages.send(f"{case}/moves/postpone", **({"condition": "Surat Disnaker"} | said | wrong))
            assert pages.status in (409, 422), wrong
            assert boss.password not in pages.text
            assert code not in pages.text
        assert "officer-proved" not in (await written(simulation[KOTABUMI]))[len(before) :]
        assert await pages.send(f"{case}/moves/postpone", condition="Surat Disnaker", **said) == case
        assert "Ditunda bersyarat" in words_of(pages.text)
        await pages.send(f"{case}/moves/postpone", condition="Surat Disnaker", **said)
        assert pages.status == 409

    at_kotabumi(tmp_path, story)
