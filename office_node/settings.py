"""Settings of one node: frozen, read once from the environment by the command line, then handed in.

Every field's description is the documentation: `docs/settings.md` is generated from here and checked.
Secrets are never values; they are files in `keys_dir`.
"""

from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared_schemas.cases import Zone
from shared_schemas.ids import OfficeId
from shared_schemas.partner import PartnerLimit
from shared_schemas.statement import PROTOCOL_VERSION

_ADDRESS = r"^https?://[a-z0-9.\-\[\]:]+$"
_LOOPBACK = ("http://127.", "http://localhost:", "http://[::1]")


class Settings(BaseSettings):
    """All that an administrator can set; names in the environment start with `JEJAK_`."""

    model_config = SettingsConfigDict(env_prefix="JEJAK_", frozen=True, extra="forbid")

    office: OfficeId = Field(description="Id of this office as in the roster, e.g. `kanim-kalianda`.")
    public_url: Annotated[str, StringConstraints(pattern=_ADDRESS)] = Field(
        description="Address at which peers reach this node, as in the roster. Signatures are bound to it. "
        "Plain http only on loopback."
    )
    database_url: str | None = Field(
        default=None,
        description="SQLAlchemy address of the database; unset: SQLite in `data_dir`. "
        "PostgreSQL by its socket: `postgresql+psycopg://jejak@/jejak`.",
    )
    data_dir: Path = Field(
        default=Path("/var/lib/jejak"), description="Folder of the embedded database; unused with PostgreSQL."
    )
    keys_dir: Path = Field(
        default=Path("/etc/jejak/keys"),
        description="Folder of this node's keys, outside the data folder: `signing`, `encryption`, `storage`, `local`.",
    )
    directory_url: str | None = Field(
        default=None, description="Where the roster is fetched from, besides two random members. May be off."
    )
    root_fingerprint: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")] | None = Field(
        default=None, description="32 hex digits read out by a steward; what trust in the roster starts from."
    )
    recovery_key: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        default=None,
        description="Public part of the key that backups are sealed to; made by `jejak recovery-key`, elsewhere.",
    )
    bind_host: str = Field(default="127.0.0.1", description="Address that the web server listens on.")
    bind_port: int = Field(default=8080, ge=0, le=65535, description="Port that the web server listens on.")
    soft_limit_s: float = Field(
        default=2.0, gt=0, le=30, description="After this many seconds an officer sees what has come; the rest is late."
    )
    peer_timeout_s: float = Field(default=10.0, gt=0, le=60, description="Longest wait for one answer of one peer.")
    max_parallel_per_peer: int = Field(
        default=16,
        ge=1,
        le=100,
        description="Most exchanges of this process under way with one other office; more of them wait, so that a slow "
        "office takes nothing from the others.",
    )
    peer_rate_per_s: float = Field(
        default=20.0,
        gt=0,
        le=1000,
        description="Signed messages a second that one other office may send in the long run; beyond it, 429.",
    )
    peer_burst: int = Field(
        default=2000, ge=1, le=1_000_000, description="Messages that an office which was quiet may send at once."
    )
    key_rate_per_s: float = Field(
        default=20.0,
        gt=0,
        le=1000,
        description="Calls a second under one access key of the office API; beyond it, 429.",
    )
    key_burst: int = Field(default=2000, ge=1, le=1_000_000, description="Calls at once under one access key.")
    officer_rate_per_s: float = Field(
        default=2.0, gt=0, le=1000, description="Calls a second of one officer that file, decide or read a person."
    )
    officer_burst: int = Field(default=600, ge=1, le=1_000_000, description="Such calls of one officer at once.")
    protocol: int = Field(
        default=PROTOCOL_VERSION,
        ge=PROTOCOL_VERSION - 1,
        le=PROTOCOL_VERSION,
        description="Newest protocol version that this node speaks. Lower it only to hold an upgrade back.",
    )
    training: bool = Field(
        default=False,
        description="Invented people only, for learning: every answer says so, and the node has nothing to do with a "
        "federation of real offices (docs/training.md).",
    )
    zone: Zone = Field(default="WIB", description="The office's time zone: `WIB`, `WITA` or `WIT`.")
    extra_holidays: tuple[date, ...] = Field(
        default=(),
        description="JSON, days on which the office is closed besides public holidays and joint leave: "
        '`["2026-11-27"]`.',
    )
    list_every_s: float = Field(
        default=0.5,
        gt=0,
        le=60,
        description="Pause between two applications of a list that is filed and screened in the background.",
    )
    webhook_networks: tuple[str, ...] = Field(
        default=(),
        description="JSON, networks of the office's own systems that webhooks may be sent to, and nothing else: "
        '`["10.20.0.0/16"]` (docs/office-api.md).',
    )
    partner_limits: dict[str, PartnerLimit] = Field(
        default={},
        description="JSON, what this office takes from a partner's rights in the roster, by partner: "
        '`{"mitra-polda-lampung": {"fields": ["standing"], "daily_quota": 20}}`; also `scopes`, `purposes`, `regions`, '
        "and `closed`. Nothing here widens them.",
    )
    completion_days: int = Field(
        default=30, ge=7, le=90, description="Days in which missing documents or a condition are to be completed."
    )
    examination_days: int = Field(default=10, ge=1, le=60, description="Working days for an in-depth examination.")
    issue_days: int = Field(
        default=4, ge=1, le=30, description="Working days from the end of the examination to the passport."
    )
    collect_days: int = Field(default=30, ge=7, le=90, description="Days in which a passport is to be collected.")
    ask_again_days: int = Field(default=30, ge=1, le=90, description="How long a silent office is asked again.")
    first_backoff_s: float = Field(
        default=2.0, gt=0, description="First pause after a peer's failure; doubles, jittered."
    )
    longest_backoff_s: float = Field(default=3600.0, gt=0, description="Longest pause of a silent peer.")
    catch_up_s: float = Field(
        default=120.0,
        gt=0,
        le=3600,
        description="How long a node that starts waits for what it lacks of others' notices before it says that it is "
        "ready; whose are still missing it then says by name.",
    )
    session_idle_s: float = Field(
        default=900.0, ge=60, le=3600, description="A session of an officer ends after so long without a request."
    )
    session_longest_s: float = Field(
        default=36_000.0, ge=600, le=86_400, description="A session of an officer ends so long after the log-in."
    )
    console_url: Annotated[str, StringConstraints(pattern=_ADDRESS)] | None = Field(
        default=None,
        description="Address at which officers' browsers reach this node, if it is not `JEJAK_PUBLIC_URL`. A change "
        "is accepted from pages of this origin only.",
    )
    oidc_issuer: (
        Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.\-\[\]:]+(/[A-Za-z0-9._~/\-]*)?$")] | None
    ) = Field(
        default=None,
        description="Issuer of an OpenID provider that officers may log in through besides; unset: none "
        "(docs/accounts.md).",
    )
    oidc_client_id: str | None = Field(
        default=None,
        description="This node as the provider knows it. Its secret is the file `oidc` in `JEJAK_KEYS_DIR`; without "
        "that file it is a public client.",
    )
    oidc_officer_claim: str = Field(
        default="preferred_username",
        description="Claim that holds the officer's reference. It must be one that the provider gives to nobody else "
        "and that officers cannot change.",
    )
    oidc_role_claim: str | None = Field(
        default=None, description="Claim that holds roles or groups; unset: the account's roles."
    )
    oidc_roles: dict[str, str] = Field(
        default={},
        description='JSON, value of that claim to role: `{"loket": "counter"}`. A session has those of them that the '
        "account has too.",
    )
    oidc_acr: tuple[str, ...] = Field(
        default=(), description="JSON, accepted values of `acr`; empty: whatever the provider does."
    )
    oidc_amr: tuple[str, ...] = Field(default=(), description='JSON, values that `amr` must all hold, e.g. `["mfa"]`.')
    roster_refresh_s: float = Field(default=300.0, gt=0, description="How often the roster is looked for, jittered.")
    hello_every_s: float = Field(
        default=900.0,
        gt=0,
        le=14_400,
        description="How often each member is told where this office's feed ends, by a hello of its own. Who does not "
        "answer is tried again every minute.",
    )
    audit_every_s: float = Field(
        default=2700.0,
        gt=0,
        le=86_400,
        description="How often each other office is asked about its log: has it only grown, and is what came from it "
        "in it. Within the hour is what the federation counts on.",
    )
    sweep_every_s: float = Field(
        default=60.0, gt=0, description="How often expired rows are removed and gaps looked for."
    )
    log_every_s: float = Field(
        default=0.5, gt=0, description="How often new entries of the log are numbered and its checkpoint is signed."
    )
    deliver_every_s: float = Field(default=0.5, gt=0, description="How often the outbox is looked through.")
    reveal_wait_s: float = Field(
        default=3600.0,
        gt=0,
        description="After a hit without a reveal, the asked office is alerted by token score alone.",
    )

    @model_validator(mode="after")
    def _plain_http_only_on_loopback(self) -> "Settings":
        for url in (self.public_url, self.directory_url, self.console_url, self.oidc_issuer):
            if url is not None and url.startswith("http://") and not url.startswith(_LOOPBACK):
                raise ValueError("plain http is for loopback only; peers are reached by https")
        return self

    @model_validator(mode="after")
    def _networks_are_networks(self) -> "Settings":
        for one in self.webhook_networks:
            ip_network(one)
        return self

    @model_validator(mode="after")
    def _a_provider_knows_this_node(self) -> "Settings":
        if self.oidc_issuer is not None and self.oidc_client_id is None:
            raise ValueError("oidc_issuer needs oidc_client_id")
        return self

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address; the embedded one where none is set."""
        return self.database_url or f"sqlite:///{self.data_dir / 'node.sqlite'}"
