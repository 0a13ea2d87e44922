"""`jejak demo`: a directory and the three Lampung offices as real processes, and the story they were built for.

Every figure is read from the running nodes. With `--once` the last line of output is JSON: the claims, the counts of
the first screening (`asked`, `answered`, `unknown`, `screening_ms`) and those of the one while an office was down. Exit
0 if all held, 1 if not, 2 if the demonstration could not be given, 130 if it was interrupted.
"""

import json
import secrets
import shlex
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console

from office_node.domain.enrol import verified_enrol_request
from services.directory.publish import publish
from services.simulator.demo_join import METRO, Stewards, join
from services.simulator.demo_officers import show_logins
from services.simulator.demo_receipt import show_receipt
from services.simulator.demo_register import registers
from services.simulator.demo_story import KOTABUMI, Told, tell
from services.simulator.federation import LAMPUNG
from services.simulator.processes import DemoError, Stand, StoryError, free_ports, write_lines
from services.stewards.drafts_members import with_witnesses
from services.stewards.roster_maker import make_federation, next_version
from shared_schemas.roster import EnrolRequest, Stretch

ROLES = ("counter", "interview", "supervisor", "kakanim")
DEMO_STRETCH = Stretch(n=128)
"""scrypt at a fraction of a millisecond, so that the registers load in seconds; production takes 4096, about 10 ms."""


class DemoOffice:
    """One office of the demonstration: its environment, and an office system that calls it."""

    def __init__(self, stand: Stand, office: str, *, port: int, directory: str) -> None:
        self.id = office
        self.stand = stand
        self.home = stand.folder / office
        self.url = f"http://127.0.0.1:{port}"
        self.env = {
            "JEJAK_OFFICE": office,
            "JEJAK_PUBLIC_URL": self.url,
            "JEJAK_DATA_DIR": str(self.home / "data"),
            "JEJAK_KEYS_DIR": str(self.home / "keys"),
            "JEJAK_DIRECTORY_URL": directory,
            "JEJAK_BIND_PORT": str(port),
            "JEJAK_ROSTER_REFRESH_S": "3",  # minutes in service; here a new office does not wait for them
        }
        self.secret = ""

    @property
    def request_file(self) -> Path:
        """What the office hands to the stewards."""
        return self.home / "request.json"

    @property
    def register(self) -> Path:
        """The invented old register."""
        return self.home / "register.jsonl"

    @property
    def settings_file(self) -> Path:
        """What a shell on this machine reads to be this office's administrator."""
        return self.home / "settings.sh"

    @property
    def database(self) -> Path:
        """The node's embedded database."""
        return self.home / "data" / "node.sqlite"

    def start(self) -> None:
        """Start the node's process and wait until it is ready."""
        self.stand.spawn(self.id, "node", "serve", env=self.env)
        self.stand.wait_ready(self.id, self.url)

    def call(
        self, method: str, path: str, *, role: str = "counter", officer: str = "o-17", body: Any = None, key: str = ""
    ) -> Any:
        """One call of the office API; the JSON, or DemoError with the problem's code."""
        headers = {"Authorization": f"Bearer {self.secret}", "Jejak-Officer": officer, "Jejak-Role": role}
        if key:
            headers["Idempotency-Key"] = key
        try:
            response = httpx.request(
                method, f"{self.url}/office/v1{path}", json=body, headers=headers, timeout=10, trust_env=False
            )
        except httpx.HTTPError as error:
            raise DemoError(f"{self.id} does not answer ({type(error).__name__})") from error
        if response.status_code >= 400:
            raise DemoError(f"{self.id}: {method} {path} gave {response.status_code} {response.json().get('code')}")
        return response.json() if response.content else None


def prepare(
    stand: Stand, *, ports: list[int], people: int, say: Console, training: bool = False
) -> tuple[dict[str, DemoOffice], Stewards]:  # fmt: skip
    """A directory and the offices as processes, with registers imported; what the stewards hold."""
    directory = f"http://127.0.0.1:{ports[0]}"
    offices = {
        office: DemoOffice(stand, office, port=port, directory=directory)
        for office, port in zip(LAMPUNG, ports[1:], strict=False)
    }
    for office in offices.values():
        office.env["JEJAK_TRAINING"] = str(training).lower()
    now = datetime.now(UTC)
    with ThreadPoolExecutor(len(offices)) as hands:
        requests = list(hands.map(_enrol, offices.values()))
        federation = make_federation(requests, now=now, random=_system_random, stretch=DEMO_STRETCH, training=training)
        witnesses = [with_witnesses(one, [other for other in LAMPUNG if other != one]) for one in LAMPUNG]
        federation = next_version(federation, *witnesses, now=now, random=_system_random)
        published = stand.folder / "published"
        published.mkdir()
        publish(published, federation.files)
        stand.spawn("directory", "directory", "serve", "--folder", str(published), "--port", str(ports[0]), env={})
        stand.wait_ready("directory", directory, path="/livez")
        say.print(f"Roster signed by 3 stewards; root fingerprint {federation.fingerprint}")
        say.print(
            f"For speed these nodes stretch keys less than production (scrypt n={DEMO_STRETCH.n}, not {Stretch().n})."
        )
        say.print("Invented registers, imported by each office:")
        rows = registers(people, now=now)
        for office in offices.values():
            office.env["JEJAK_ROOT_FINGERPRINT"] = federation.fingerprint
            write_lines(office.register, rows.get(office.id, []))
        for office, said in zip(offices.values(), hands.map(_open, offices.values()), strict=True):
            say.print(f"  {office.id}: {said}")
    for office in offices.values():  # here and not in a hand: a child dies with the thread that started it
        stand.spawn(office.id, "node", "serve", env=office.env)
    for office in offices.values():
        stand.wait_ready(office.id, office.url)
    return offices, Stewards(federation, published, _system_random)


def _enrol(office: DemoOffice) -> EnrolRequest:
    """Keys, database and the request file, as an administrator makes them."""
    office.home.mkdir()
    office.stand.run("node", "init", "--name", office.id, "--request", str(office.request_file), env=office.env)
    return verified_enrol_request(json.loads(office.request_file.read_text()), now=datetime.now(UTC))


def _open(office: DemoOffice) -> str:
    """Import the register and make a key for the office system; what the import said."""
    said = office.stand.run("node", "import", str(office.register), env=office.env).strip()
    office.register.unlink()
    made = office.stand.run("node", "key", "add", "--label", "demo", *_role_options(), env=office.env)
    office.secret = made.split()[-1]
    return said


def _role_options() -> list[str]:
    return [part for role in ROLES for part in ("--role", role)]


def _system_random(count: int) -> bytes:
    return secrets.token_bytes(count)


def stay(
    offices: dict[str, DemoOffice], stand: Stand, say: Console, *, wait: Callable[[float], None] = time.sleep
) -> None:
    """Say where the offices are and who can sign in, and keep them up until it is ended; `wait` sees what comes."""
    for office in offices.values():
        lines = (f"export {name}={shlex.quote(value)}\n" for name, value in office.env.items())
        office.settings_file.write_text("".join(lines))
    show_logins(offices.values(), stand, partial(say.print, soft_wrap=True))
    say.print("\nThe offices stay up. Try docs/try.md; Ctrl-C ends everything.")
    for office in offices.values():
        say.print(
            f"  {office.id}: {office.url}   key {office.secret}   settings {office.settings_file}", soft_wrap=True
        )
    while True:
        stand.check_all()
        wait(0.5)


def _give(told: Told, *, once: bool, fourth: bool, port_base: int | None, people: int, say: Console) -> None:
    """Set up, tell, and stay unless `once`; whatever happens, no process and no file is left."""
    ports = free_ports(1 + len(LAMPUNG) + fourth, port_base)
    speak = partial(say.print, soft_wrap=True)
    stand = Stand()
    try:
        offices, stewards = prepare(stand, ports=ports, people=people, say=say)
        try:
            tell(offices, told, kill=stand.kill, say=speak)
            told.claims |= show_receipt(
                offices[KOTABUMI], told.case, stand=stand, fingerprint=stewards.federation.fingerprint, say=speak
            )
            if fourth:
                metro = DemoOffice(stand, METRO, port=ports[-1], directory=f"http://127.0.0.1:{ports[0]}")
                told.claims["fourth_office_joined"] = join(
                    metro, stewards, stand=stand, roles=_role_options(), say=speak
                )
                offices[METRO] = metro
        except DemoError:
            stand.check_all()  # a node that died is the better message
            raise
        _say_end(told, say)
        if not once:
            stay(offices, stand, say)
    finally:
        stand.close()


def _say_end(told: Told, say: Console) -> None:
    say.print("\n[bold]Read from the running nodes:[/]")
    for claim, held in told.claims.items():
        say.print(f"  {'[green]yes[/]' if held else '[red]NO[/] '} {claim.replace('_', ' ')}")


def demo(
    once: Annotated[bool, typer.Option("--once", help="Tell the story, print JSON, end.")] = False,
    port_base: Annotated[
        int | None, typer.Option(min=1, max=65532, help="First of four ports; free ones if not given.")
    ] = None,
    people: Annotated[int, typer.Option(min=0, max=50_000, help="Invented cases to import.")] = 3000,
    fourth: Annotated[bool, typer.Option("--fourth", help="Let a fourth office join at the end.")] = False,
) -> None:
    """Three offices and a directory on this machine, and a woman who tries a second office."""
    say = Console(highlight=False)
    told = Told()
    for ending in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: a shell's background job starts with it ignored
        signal.signal(ending, _interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # not under nohup
        signal.signal(signal.SIGHUP, _interrupt)
    try:
        _give(told, once=once, fourth=fourth, port_base=port_base, people=people, say=say)
    except KeyboardInterrupt:
        say.print("\nEnded; nothing is left running.")
        raise typer.Exit(130 if once else 0) from None
    except DemoError as error:
        typer.echo(f"demo: {error}", err=True)
        if not isinstance(error, StoryError):
            raise typer.Exit(2) from error
    typer.echo(json.dumps(told.summary()))
    raise typer.Exit(0 if told.held else 1)


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
