"""A person whom no office could find is never said to be unknown to them: the officer is told, nobody is asked."""

import json
from pathlib import Path

import httpx
import pytest

from office_node.signing.messages import sign_question
from office_node.signing.statements import sign_statement
from services.simulator.acts import Fields, acted, ask_again, file, held, postpone, screening, settle
from services.simulator.federation import simulate
from services.simulator.loop import run_virtual
from shared_schemas.base import rfc3339
from tests.federation.cast import BANDAR, FIRST, KALIANDA, KOTABUMI

SITI: Fields = {"name": "Siti", "birth_date": "1990-01-01"}


@pytest.mark.parametrize("person", [SITI, {"name": "王", "birth_date": "1990-05-05"}])
def test_a_person_without_an_index_token_is_unknown_everywhere_and_the_officer_is_told(
    tmp_path: Path, person: Fields
) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            await postpone(simulation[KALIANDA], (await file(simulation[KALIANDA], person)).case)
            await settle(simulation)
            filed = await file(simulation[KOTABUMI], person)
            assert "nothing-to-search" in [one.code for one in filed.findings]
            await settle(simulation)
            for reference in (filed.screening, await ask_again(simulation[KOTABUMI], filed.case)):
                await settle(simulation)
                seen = await screening(simulation[KOTABUMI], reference)
                assert {(row.outcome, row.cause) for row in seen.coverage} == {("unknown", "nothing-to-search")}
                assert (seen.state, seen.complete) == ("settled", False)
            assert simulation.network.sent_to(KALIANDA, "/inquiries") == []

    run_virtual(story())


def test_its_notice_still_reaches_everybody_so_that_no_number_is_missing(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            filed = await file(simulation[KALIANDA], SITI)
            await settle(simulation)
            assert held(simulation[BANDAR], KALIANDA)[filed.case].postings == 0

    run_virtual(story())


def test_an_office_refuses_an_inquiry_without_an_index_token(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            asker, asked = simulation[KALIANDA], simulation[KOTABUMI]
            case = (await file(asker, FIRST)).case
            await settle(simulation)
            body = json.loads(held(asked, KALIANDA)[case].payload)
            body["tokens"]["index"] = []
            notice = sign_statement(body, type="notice", key=asker.signing)
            inquiry = {
                **{name: body[name] for name in ("version", "issuer", "generation", "actor", "leaf")},
                "type": "inquiry", "issued_at": rfc3339(asker.clock.now()), "inquiry": "ab" * 16,
                "purpose": "correction", "notice": notice.digest, "older": [], "roster_version": 1,
            }  # fmt: skip
            signed = sign_statement(inquiry, type="inquiry", key=asker.signing)
            sent = json.dumps({"inquiry": signed.to_dict(), "notice": notice.to_dict()}).encode()
            url = f"https://{KOTABUMI}.test/federation/v1/inquiries"
            headers = sign_question(
                "POST", url, content_type="application/json", body=sent, key=asker.signing,
                now=int(asker.clock.now().timestamp()), nonce="n" * 32,
            )  # fmt: skip
            async with httpx.AsyncClient(transport=simulation.network) as client:
                response = await client.post(url, content=sent, headers=headers)
            assert (response.status_code, response.json()["code"]) == (422, "nothing-to-search")
            assert "ab" * 16 not in [entry.inquiry for entry in acted(asked, type="answer")]

    run_virtual(story())
