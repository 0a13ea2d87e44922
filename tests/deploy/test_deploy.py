"""What can be known about the deployment files without an engine, a service manager or a network.

Where `caddy` or `systemd-analyze` is on the machine, the programs themselves read the files besides.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from starlette.routing import Route

from office_node.app import create_app
from office_node.clock import SystemClock
from office_node.console.routes import console_routes
from office_node.keyring import make_keys
from office_node.settings import Settings
from office_node.store.engine import open_engine
from office_node.store.transactions import runner_for

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNIT = DEPLOY / "systemd/jejak-node.service"
NO_CADDY = "Caddy is not installed (Debian package: caddy)"
NO_SYSTEMD = "systemd-analyze is not installed (Debian package: systemd)"
CADDYFILES = ("Caddyfile", "Caddyfile.compose", "Caddyfile.loopback")
OFFICES = ("kalianda", "kotabumi", "bandar-lampung")
KNOWN = {f"JEJAK_{name.upper()}" for name in Settings.model_fields}


def unit() -> dict[str, list[str]]:
    """The unit's settings, each with all its values in order."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text().splitlines():
        if line and line[0] not in "#[":
            name, equals, value = line.partition("=")
            assert equals, line
            found.setdefault(name, []).append(value)
    return found


def compose() -> dict[str, Any]:
    """The compose file with its anchors merged."""
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def example(*, commented: bool) -> dict[str, str]:
    """The settings of env.example, those behind a `#` too if `commented`."""
    pattern = r"^#?(JEJAK_\w+)=(.*)$" if commented else r"^(JEJAK_\w+)=(.*)$"
    return dict(re.findall(pattern, (DEPLOY / "env.example").read_text(), re.MULTILINE))


def settings_from(environment: dict[str, str]) -> Settings:
    """What a node would make of this environment."""
    return Settings.model_validate({n.removeprefix("JEJAK_").lower(): v for n, v in environment.items()})


def caddyfile(name: str) -> str:
    return re.sub(r"#.*", "", (DEPLOY / "caddy" / name).read_text())


def test_the_example_environment_holds_settings_only_and_a_node_accepts_it() -> None:
    assert set(example(commented=True)) <= KNOWN
    settings = settings_from(example(commented=False))
    assert settings.office == "kanim-kalianda"
    assert settings.sqlalchemy_url.startswith("sqlite:///")


def test_what_a_comment_of_the_example_offers_is_accepted_too() -> None:
    settings = settings_from(example(commented=True))
    assert settings.sqlalchemy_url.startswith("postgresql+psycopg://")


def test_the_unit_hands_the_node_settings_it_knows() -> None:
    names = {value.partition("=")[0] for value in unit()["Environment"]}
    assert names <= KNOWN
    assert "JEJAK_KEYS_DIR=%d" in unit()["Environment"]


def test_the_unit_loads_every_key_as_a_credential() -> None:
    described = Settings.model_fields["keys_dir"].description or ""
    needed = set(re.findall(r"`(\w+)`", described))
    loaded = dict(value.split(":") for value in unit()["LoadCredential"])
    assert set(loaded) == needed
    assert all(path == f"/etc/jejak/keys/{name}" for name, path in loaded.items())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DynamicUser", "yes"),
        ("NoNewPrivileges", "yes"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("CapabilityBoundingSet", ""),
        ("MemoryDenyWriteExecute", "yes"),
        ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
        ("SystemCallArchitectures", "native"),
        ("UMask", "0077"),
        ("LimitCORE", "0"),
    ],
)
def test_the_unit_gives_the_node_little(name: str, value: str) -> None:
    assert unit()[name] == [value]


def test_the_service_manager_accepts_the_unit_and_calls_it_safe(tmp_path: Path) -> None:
    text = UNIT.read_text()
    assert "SystemCallFilter=@system-service" in text
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip(NO_SYSTEMD)
    copy = tmp_path / UNIT.name
    copy.write_text(re.sub(r"ExecStart=\S+", f"ExecStart={shutil.which('true')}", text))
    for command in (["verify"], ["security", "--offline=true", "--threshold=20"]):
        run = subprocess.run([program, "--no-pager", *command, copy], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("office", OFFICES)
def test_compose_hands_every_office_settings_that_a_node_accepts(office: str) -> None:
    environment = dict(compose()["services"][office]["environment"])
    environment.pop("SSL_CERT_FILE")
    assert set(environment) <= KNOWN
    environment["JEJAK_ROOT_FINGERPRINT"] = "0" * 32
    settings = settings_from(environment)
    assert settings.office == f"kanim-{office}"
    assert settings.public_url == f"https://{office}.jejak.internal"


def test_compose_names_lead_through_the_proxy() -> None:
    services = compose()["services"]
    aliases = set(services["proxy"]["networks"]["exchange"]["aliases"])
    sites = set(re.findall(r"^(\S+\.internal) \{", caddyfile("Caddyfile.compose"), re.MULTILINE))
    asked = {services[office]["environment"]["JEJAK_PUBLIC_URL"].removeprefix("https://") for office in OFFICES}
    assert asked | {"directory.jejak.internal"} == aliases == sites
    assert set(re.findall(r"([\w-]+):8080", caddyfile("Caddyfile.compose"))) == {*OFFICES, "directory"}


def test_compose_opens_nothing_but_the_proxy_on_loopback() -> None:
    services = compose()["services"]
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {"proxy": ["127.0.0.1:8443:443"]}
    assert services["bandar-lampung-db"]["network_mode"] == "none"


def test_compose_keeps_every_service_of_ours_small() -> None:
    for name, service in compose()["services"].items():
        assert "no-new-privileges:true" in service["security_opt"], name
        assert "privileged" not in service
        if name != "bandar-lampung-db":
            assert service["read_only"], name
            assert service["cap_drop"] == ["ALL"], name


def test_every_volume_of_compose_is_declared() -> None:
    loaded = compose()
    used = {volume.split(":")[0] for service in loaded["services"].values() for volume in service.get("volumes", [])}
    assert {volume for volume in used if not volume.startswith(".")} == set(loaded["volumes"])


def deployed_commands() -> list[list[str]]:
    """The command lines that unit and compose start, without the program's name."""
    ours = [service["command"] for service in compose()["services"].values() if "build" in service]
    return [*ours, unit()["ExecStart"][0].split()[1:]]


def test_every_command_that_is_deployed_exists_with_its_options() -> None:
    jejak = Path(sys.executable).with_name("jejak")
    options = {tuple(c[:2]): {word for word in c if word.startswith("--")} for c in deployed_commands()}
    assert set(options) == {("node", "serve"), ("directory", "serve")}
    for command, used in options.items():
        run = subprocess.run(
            [jejak, *command, "--help"],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
        )
        assert run.returncode == 0, run.stderr
        assert used <= set(re.findall(r"--[a-z-]+", run.stdout)), command


def test_the_image_is_built_from_files_that_exist_and_are_let_in() -> None:
    let_in = {line[1:] for line in (DEPLOY.parent / ".dockerignore").read_text().splitlines() if line[0] == "!"}
    copies = re.findall(r"^COPY (?!--)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    sources = {source for line in copies for source in line.split()}
    assert sources == let_in
    assert all((DEPLOY.parent / source).exists() for source in sources)
    assert "USER jejak" in (DEPLOY / "Dockerfile").read_text()


@pytest.mark.parametrize("name", CADDYFILES)
def test_the_proxy_passes_messages_on_untouched_and_unlogged(name: str) -> None:
    text = caddyfile(name)
    assert {"import hardening.caddy", "import node.caddy"} <= {line.strip() for line in text.splitlines()}
    whole = text + caddyfile("node.caddy") + caddyfile("hardening.caddy")
    assert whole.count("{") == whole.count("}")
    directives = {line.split()[0] for line in whole.splitlines() if line.strip()}
    assert not {"encode", "rewrite", "redir", "uri"} & directives
    assert re.findall(r"^[ \t]*(log\b.*)", whole, re.MULTILINE) == ["log default {"]
    assert "request>uri delete" in whole


def test_the_proxy_speaks_tls_1_3_only() -> None:
    text = caddyfile("node.caddy")
    assert re.search(r"protocols tls1\.3\n", text)
    assert text.count("import jejak_tls") == 1
    for name in ("Caddyfile.compose", "Caddyfile.loopback"):
        assert caddyfile(name).count("import jejak_tls") == 1


def node_paths(folder: Path) -> set[str]:
    """Every path that a node answers, from its own OpenAPI document, and the pages of its console."""
    keys_dir = folder / "keys"
    make_keys(keys_dir, office="kanim-kalianda", name="test", random=secrets.token_bytes)
    application = create_app(
        settings_from(example(commented=False)).model_copy(update={"keys_dir": keys_dir}),
        clock=SystemClock(),
        random=secrets.token_bytes,
        transport=httpx.MockTransport(lambda _request: httpx.Response(503)),
        run=runner_for(open_engine("sqlite://")),
    )
    return set(application.openapi()["paths"]) | {route.path for route in console_routes() if isinstance(route, Route)}


def opens(pattern: str, path: str) -> bool:
    """As Caddy's `path` matches."""
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern


def test_the_proxy_opens_what_offices_and_the_office_need_and_no_probe(tmp_path: Path) -> None:
    opened = {path for line in re.findall(r"\bpath (/.+)", caddyfile("node.caddy")) for path in line.split()}
    paths = node_paths(tmp_path)
    assert all(any(opens(one, path) for path in paths) for one in opened)
    closed = {path for path in paths if not any(opens(one, path) for one in opened)}
    assert closed == {"/livez", "/readyz"}


@pytest.mark.parametrize("name", CADDYFILES)
def test_caddy_itself_reads_the_files_so(name: str, tmp_path: Path) -> None:
    assert (DEPLOY / "caddy" / name).is_file()
    program = shutil.which("caddy")
    if program is None:
        pytest.skip(NO_CADDY)
    environment = {**os.environ, "CADDY_SITE": "kalianda.jejak.example", "XDG_DATA_HOME": str(tmp_path)}
    command = [
        program,
        "adapt",
        "--validate",
        "--adapter",
        "caddyfile",
        "--config",
        str(DEPLOY / "caddy" / name),
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert run.returncode == 0, run.stderr
    servers = json.loads(run.stdout)["apps"]["http"]["servers"]
    for server in servers.values():
        policies = [policy for policy in server["tls_connection_policies"] if "match" in policy]
        assert policies
        assert {policy.get("protocol_min") for policy in policies} == {"tls1.3"}
        assert "logs" not in server
    assert '"max_size": 131072' in json.dumps(servers)
