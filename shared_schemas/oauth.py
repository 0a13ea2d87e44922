"""What a node says as an OAuth 2 authorization server for partners (RFC 6749, 7009, 7662, 8414; RFC 9449 for DPoP)."""

from typing import Literal

from pydantic import ConfigDict

from shared_schemas.base import Answer
from shared_schemas.problem import Titles

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
GRANT = "client_credentials"


class Metadata(Answer):
    """RFC 8414 §2. There is no authorization endpoint, so no response type is supported."""

    issuer: str
    token_endpoint: str
    jwks_uri: str
    revocation_endpoint: str
    introspection_endpoint: str
    scopes_supported: tuple[str, ...]
    response_types_supported: tuple[str, ...] = ()
    grant_types_supported: tuple[str, ...] = (GRANT,)
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("private_key_jwt",)
    token_endpoint_auth_signing_alg_values_supported: tuple[str, ...]
    revocation_endpoint_auth_methods_supported: tuple[str, ...] = ("private_key_jwt",)
    revocation_endpoint_auth_signing_alg_values_supported: tuple[str, ...]
    introspection_endpoint_auth_methods_supported: tuple[str, ...] = ("private_key_jwt",)
    introspection_endpoint_auth_signing_alg_values_supported: tuple[str, ...]
    dpop_signing_alg_values_supported: tuple[str, ...]


class Jwk(Answer):
    """A public key of the node's access tokens (RFC 8037)."""

    kty: str
    crv: str
    x: str
    kid: str
    alg: str
    use: str


class JwkSet(Answer):
    """RFC 7517 §5."""

    keys: tuple[Jwk, ...]


class TokenGranted(Answer):
    """RFC 6749 §5.1; bound to the key of the proof (RFC 9449 §5)."""

    access_token: str
    token_type: Literal["DPoP"] = "DPoP"  # noqa: S105 (RFC 9449 names it so)
    expires_in: int
    scope: str


class Confirmation(Answer):
    """RFC 7800; the thumbprint of the client's DPoP key."""

    jkt: str


class TokenState(Answer):
    """RFC 7662 §2.2. Of a token that counts no more, or that is somebody else's, nothing but `active` is said."""

    active: bool
    scope: str | None = None
    client_id: str | None = None
    token_type: str | None = None
    iss: str | None = None
    sub: str | None = None
    aud: str | None = None
    jti: str | None = None
    iat: int | None = None
    exp: int | None = None
    cnf: Confirmation | None = None


class TokenEnded(Answer):
    """RFC 7009 §2.2: nothing is said, whatever the token was."""


class OAuthError(Answer):
    """RFC 6749 §5.2, with the problem's own code and both sentences besides; `rule` is the part that failed."""

    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_extra={"description": "RFC 6749 §5.2"})

    error: Literal[
        "invalid_request", "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope",
        "invalid_dpop_proof",
    ]  # fmt: skip
    error_description: str
    code: str
    titles: Titles
    rule: str | None = None
