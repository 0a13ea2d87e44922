"""Partners get tokens over HTTP, on both databases; each refusal is told by its rule and is in the log."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from authlib.oauth2.rfc7523 import private_key_jwt_sign

from office_node.usecases.refresh_roster import refresh_roster
from services.partner_client import PartnerClient, PartnerRefusedError, make_assertion, make_proof
from services.simulator import acts
from services.simulator.agencies import Agency, client_of, list_agencies, new_agency
from services.simulator.federation import LAMPUNG, Office, Simulation, simulate
from services.simulator.loop import START, run_virtual, seeded
from services.stewards.roster_maker import suspend
from shared_schemas.oauth import ASSERTION_TYPE
from shared_schemas.partner import PartnerLimit
from tests.federation.cast import KALIANDA, KOTABUMI

POLICE, KP2MI = "mitra-polda-lampung", "mitra-bp3mi-lampung"
Form = dict[str, str]


def agency(partner: str = POLICE, **rights: Any) -> Agency:
    return new_agency(partner, now=START, random=seeded(f"agency {partner}"), **{"offices": LAMPUNG, **rights})


def form_of(made: Agency, office: Office, *, jti: str = "a-1", node: str | None = None, **fields: str | None) -> Form:
    now = int(office.clock.now().timestamp())
    assertion = make_assertion(
        made.id, key=made.assertion, issuer=node or office.settings.public_url, now=now, jti=jti
    )  # fmt: skip
    form = {
        "grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion,
        "scope": "kasus:minta", **fields,
    }  # fmt: skip
    return {name: value for name, value in form.items() if value is not None}


def proof_for(client: PartnerClient, office: Office, *, jti: str = "p-1", path: str = "/oauth/v1/token") -> str:
    now = int(office.clock.now().timestamp())
    return make_proof(client.bound, method="POST", uri=office.settings.public_url + path, now=now, jti=jti)


async def post(
    office: Office, form: Form | str, *, proof: str | None = None, path: str = "/oauth/v1/token", **headers: str
) -> httpx.Response:  # fmt: skip
    assert office.app is not None
    told = headers | ({} if proof is None else {"DPoP": proof})
    transport = httpx.ASGITransport(app=office.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport) as http:
        uri = office.settings.public_url + path
        if isinstance(form, str):
            return await http.post(uri, content=form, headers=told)
        return await http.post(uri, data=form, headers=told)


def refused(office: Office, partner: str = POLICE) -> list[str]:
    """Codes of this partner's refusals in the log."""
    return [acts.said(office, one)["code"] for one in acts.acted(office, type="partner-refused", peer=partner)]


def test_a_partner_gets_a_token_of_five_minutes_for_one_node(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            police, bp3mi = agency(curve="P-256"), agency(KP2MI)
            await list_agencies(simulation, police, bp3mi)
            for office in simulation.offices.values():
                async with client_of(police, office) as client, client_of(bp3mi, office) as other:
                    token = await client.token("kasus:minta")
                    assert await client.token("kasus:minta") == token
                    state = await client.introspect(token)
                    assert (state.active, state.scope, state.client_id) == (True, "kasus:minta", POLICE)
                    assert state.aud == state.iss == office.settings.public_url
                    assert state.cnf is not None
                    assert state.cnf.jkt == client.bound.thumbprint()
                    seen = await other.introspect(token)
                    assert seen.model_dump(exclude_none=True) == {"active": False}
                    await other.revoke(token)
                    assert (await client.introspect(token)).active
                    await client.revoke(token)
                    assert seen == await client.introspect(token)
                    office.clock.skew = timedelta(seconds=300)
                    assert await client.token("kasus:minta") != token
                    office.clock.skew = timedelta()
            (granted, _) = acts.acted(simulation[KALIANDA], type="partner-token", peer=POLICE)
            said = acts.said(simulation[KALIANDA], granted)
            assert (said["scope"], said["agreement"]) == (["kasus:minta"], "PKS 12/2026")
            assert len(acts.acted(simulation[KALIANDA], type="partner-token-revoked")) == 1

    run_virtual(story())


CASES: dict[str, tuple[Form | dict[str, None], int, str, str | None]] = {
    "another-grant": ({"grant_type": "password"}, 400, "unsupported_grant_type", "grant-refused"),
    "no-grant": ({"grant_type": None}, 400, "invalid_request", "token-request"),
    "no-scope": ({"scope": None}, 400, "invalid_scope", "scope-refused"),
    "a-scope-raised": ({"scope": "kasus:minta rujukan:baca"}, 400, "invalid_scope", "scope-refused"),
    "an-unknown-scope": ({"scope": "semua"}, 400, "invalid_scope", "scope-refused"),
    "another-client": ({"client_id": KP2MI}, 401, "invalid_client", "assertion-refused"),
    "no-assertion": ({"client_assertion": None}, 400, "invalid_request", None),
    "another-type": ({"client_assertion_type": "urn:x"}, 400, "invalid_request", None),
    "a-secret": ({"client_secret": "rahasia"}, 400, "invalid_request", None),
}


@pytest.mark.parametrize("case", CASES)
def test_a_request_of_another_form_is_refused(tmp_path: Path, case: str) -> None:
    change, status, error, code = CASES[case]

    async def story() -> None:
        async with simulate(tmp_path, offices=LAMPUNG[1:2]) as simulation:
            made, office = agency(), simulation[KALIANDA]
            await list_agencies(simulation, made)
            async with client_of(made, office) as client:
                answer = await post(office, form_of(made, office, **change), proof=proof_for(client, office))
            told(answer, status=status, error=error)
            assert refused(office) == ([] if code is None else [code])
            assert "rahasia" not in answer.text

    run_virtual(story())


def told(answer: httpx.Response, *, status: int, error: str) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["error"]) == (status, error), body
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert body["titles"]["id"].endswith(".")
    assert body["error_description"]
    return body


@pytest.mark.parametrize(
    ("form", "rule"),
    [
        ("a=1&a=2", "twice"),
        ("a", "form"),
        ("a=%ff", "form"),
        ("&".join(f"{n}=1" for n in range(50)), "form"),
    ],
)
def test_a_form_that_is_none_is_refused(tmp_path: Path, form: str, rule: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=LAMPUNG[1:2]) as simulation:
            office = simulation[KALIANDA]
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            assert told(await post(office, form, **kind), status=400, error="invalid_request")["rule"] == rule
            json = await post(office, "{}", **{"Content-Type": "application/json"})
            assert told(json, status=400, error="invalid_request")["rule"] == "content-type"
            large = await post(office, "a=" + "b" * 30_000, **kind)
            assert (large.status_code, large.json()["code"]) == (413, "too-large")

    run_virtual(story())


def test_an_assertion_and_a_proof_count_once_also_after_a_restart(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            made, office = agency(), simulation[KALIANDA]
            await list_agencies(simulation, made)
            async with client_of(made, office) as client:
                form, proof = form_of(made, office), proof_for(client, office)
                assert (await post(office, form, proof=proof)).status_code == 200
                again = await post(office, form, proof=proof_for(client, office, jti="p-2"))
                assert told(again, status=401, error="invalid_client")["code"] == "assertion-replayed"
                await simulation.stop(office)
                await simulation.start(office)
                again = await post(office, form, proof=proof_for(client, office, jti="p-3"))
                assert told(again, status=401, error="invalid_client")["code"] == "assertion-replayed"
                fresh = form_of(made, office, jti="a-2")
                again = await post(office, fresh, proof=proof)
                assert told(again, status=400, error="invalid_dpop_proof")["code"] == "dpop-replayed"
                used_up = await post(office, fresh, proof=proof_for(client, office, jti="p-4"))
                assert told(used_up, status=401, error="invalid_client")["code"] == "assertion-replayed"
                for path in ("/oauth/v1/revoke", "/oauth/v1/introspect"):
                    again = await post(office, form | {"token": "x"}, path=path)
                    assert told(again, status=401, error="invalid_client")["code"] == "assertion-replayed"
            assert refused(office) == ["assertion-replayed"] * 2 + ["dpop-replayed"] + ["assertion-replayed"] * 3

    run_virtual(story())


def test_no_token_without_a_proof_for_this_very_request(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=LAMPUNG[1:]) as simulation:
            made, office = agency(), simulation[KALIANDA]
            await list_agencies(simulation, made)
            async with client_of(made, office) as client:
                wrong = {
                    "missing": None,
                    "htu": proof_for(client, simulation[KOTABUMI]),
                    "malformed": "x",
                }  # fmt: skip
                for number, (rule, proof) in enumerate(wrong.items()):
                    answer = await post(office, form_of(made, office, jti=f"a-{number}"), proof=proof)
                    assert told(answer, status=400, error="invalid_dpop_proof")["rule"] == rule
                form = form_of(made, office, jti="a-9")
                proofs = [("DPoP", proof_for(client, office, jti=f"p-{n}")) for n in (1, 2)]
                transport = httpx.ASGITransport(app=office.app)  # type: ignore[arg-type]
                async with httpx.AsyncClient(transport=transport) as http:
                    two = await http.post(f"{office.settings.public_url}/oauth/v1/token", data=form, headers=proofs)
                assert told(two, status=400, error="invalid_dpop_proof")["rule"] == "malformed"
            assert refused(office) == ["dpop-refused"] * 4

    run_virtual(story())


def test_who_proves_nothing_is_counted_and_who_proves_the_wrong_thing_is_in_the_log(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=LAMPUNG[1:]) as simulation:
            made, office, unlisted = agency(), simulation[KALIANDA], agency(KP2MI)
            await list_agencies(simulation, made)
            thief = Agency(made.entry, unlisted.assertion, made.signing)
            stranger = Agency(unlisted.entry, unlisted.assertion, unlisted.signing)
            async with client_of(made, office) as client:
                for number, (who, node, code, rule) in enumerate(
                    [
                        (stranger, None, "partner-unknown", None),
                        (thief, None, "partner-unknown", None),
                        (made, simulation[KOTABUMI].settings.public_url, "assertion-refused", "aud"),
                    ]
                ):
                    form = form_of(who, office, jti=f"a-{number}", node=node)
                    answer = await post(office, form, proof=proof_for(client, office, jti=f"p-{number}"))
                    body = told(answer, status=401, error="invalid_client")
                    assert (body["code"], body.get("rule")) == (code, rule)
                bad = form_of(made, office, jti="a-7")
                bad["client_assertion"] = bad["client_assertion"][:-3] + "AAA"
                answer = await post(office, bad, proof=proof_for(client, office, jti="p-7"))
                assert told(answer, status=401, error="invalid_client")["rule"] == "signature"
            assert refused(office) == ["assertion-refused"]
            assert refused(office, KP2MI) == []
            await office.clock.sleep(120)
            assert acts.counted(office, "127.0.0.1")["partner-unknown"] == 2
            assert acts.counted(office, "127.0.0.1")["assertion-refused"] == 1

    run_virtual(story())


@pytest.mark.parametrize(
    ("rights", "limit", "code"),
    [
        ({"suspended": True}, None, "partner-suspended"),
        ({"offices": (KOTABUMI,)}, None, "partner-elsewhere"),
        ({}, PartnerLimit(closed=True), "partner-suspended"),
        ({"valid_until": START + timedelta(minutes=5)}, None, "partner-expired"),
    ],
)
def test_who_may_not_ask_here_gets_no_token(
    tmp_path: Path, rights: dict[str, Any], limit: PartnerLimit | None, code: str
) -> None:  # fmt: skip
    limits = {} if limit is None else {POLICE: limit}

    async def story() -> None:
        async with simulate(tmp_path, offices=LAMPUNG[1:], partner_limits=limits) as simulation:
            made, office = agency(**rights), simulation[KALIANDA]
            await list_agencies(simulation, made)
            await office.clock.sleep(600)
            async with client_of(made, office) as client:
                answer = await post(office, form_of(made, office), proof=proof_for(client, office))
            assert told(answer, status=400, error="unauthorized_client")["code"] == code
            assert refused(office) == [code]

    run_virtual(story())


def test_an_office_that_narrows_scopes_grants_fewer(tmp_path: Path) -> None:
    limits = {POLICE: PartnerLimit(scopes=("pola:baca", "rujukan:baca"))}

    async def story() -> None:
        async with simulate(tmp_path, offices=LAMPUNG[1:2], partner_limits=limits) as simulation:
            made, office = agency(), simulation[KALIANDA]
            await list_agencies(simulation, made)
            async with client_of(made, office) as client:
                assert await client.token("pola:baca")
                for scope in ("kasus:minta", "rujukan:baca"):
                    with pytest.raises(PartnerRefusedError, match="scope-refused"):
                        await client.token(scope)

    run_virtual(story())


def test_a_partner_that_a_steward_suspends_gets_no_token_from_then_on(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            made, office = agency(), simulation[KALIANDA]
            await list_agencies(simulation, made)
            async with client_of(made, office) as client:
                await client.token("kasus:minta")
                simulation.federation = suspend(simulation.federation, POLICE, now=office.clock.now())
                await refresh_roster(office.node)
                with pytest.raises(PartnerRefusedError, match="partner-suspended"):
                    await client.token("pola:baca")

    run_virtual(story())


def test_above_its_rate_a_partner_is_told_to_wait_and_cannot_fill_the_log(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=LAMPUNG[1:2], partner_rate_per_s=0.01, partner_burst=3) as simulation:
            made, office = agency(), simulation[KALIANDA]
            await list_agencies(simulation, made)
            async with client_of(made, office) as client:
                answers = [
                    await post(
                        office, form_of(made, office, jti=f"a-{n}"), proof=proof_for(client, office, jti=f"p-{n}")
                    )
                    for n in range(30)
                ]  # fmt: skip
            assert [one.status_code for one in answers] == [200] * 3 + [429] * 27
            assert 0 < int(answers[-1].headers["retry-after"]) <= 101
            assert refused(office) == ["too-many-requests"] * 10

    run_virtual(story())


def test_what_authlib_makes_gets_a_token(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=LAMPUNG[1:2]) as simulation:
            made, office = agency(curve="P-256"), simulation[KALIANDA]
            await list_agencies(simulation, made)
            now = int(office.clock.now().timestamp())
            assertion = private_key_jwt_sign(
                made.assertion, made.id, office.settings.public_url, alg="ES256", header={"kid": made.assertion.kid},
                issued_at=now, expires_at=now + 60,
            )  # fmt: skip
            async with client_of(made, office) as client:
                form = form_of(made, office, client_assertion=assertion)
                answer = await post(office, form, proof=proof_for(client, office))
            assert (answer.status_code, answer.json()["token_type"]) == (200, "DPoP")
            assert answer.headers["cache-control"] == "no-store"

    run_virtual(story())


def test_the_metadata_names_what_there_is(tmp_path: Path) -> None:
    async def story(simulation: Simulation) -> None:
        office = simulation[KALIANDA]
        found = (await office.call("GET", "/.well-known/oauth-authorization-server")).json()
        assert found["issuer"] == office.settings.public_url
        assert found["response_types_supported"] == []
        assert found["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
        assert found["dpop_signing_alg_values_supported"] == ["Ed25519", "ES256"]
        keys = (await office.call("GET", found["jwks_uri"].removeprefix(found["issuer"]))).json()["keys"]
        assert [(key["alg"], "d" in key) for key in keys] == [("Ed25519", False)]
        for name in ("token", "revocation", "introspection"):
            path = found[f"{name}_endpoint"].removeprefix(found["issuer"])
            assert (await office.call("POST", path)).status_code == 400

    async def run() -> None:
        async with simulate(tmp_path, offices=LAMPUNG[1:2]) as simulation:
            await story(simulation)

    run_virtual(run())
