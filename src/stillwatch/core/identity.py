"""Where a request says who sends it, as the operator has arranged it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Names of headers (lower case) and of fields of the body (dotted); an empty name is looked at nowhere.

    Headers that name an account, an address or a fingerprint are believed only of a trusted proxy, which must set or
    drop them on every request. The API key is known by the SHA-256 of the credential in hex, as LiteLLM writes it.
    """

    account_header: str = ""
    user_header: str = ""
    organisation_header: str = ""
    team_header: str = ""
    end_user_header: str = ""
    session_header: str = ""
    tls_header: str = ""
    """JA4 or JA3 of the client's handshake."""
    address_header: str = "x-forwarded-for"
    """A list of addresses; the last that is no trusted proxy counts."""
    trusted_proxies: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    """Networks. Whoever asks through a Unix socket (an empty peer) is trusted."""
    key_headers: tuple[str, ...] = ("authorization", "x-api-key", "api-key", "x-goog-api-key")
    account_field: str = ""
    organisation_field: str = ""
    end_user_fields: tuple[str, ...] = ("safety_identifier", "user", "metadata.user_id")
    """The first that the body has. The caller writes it: a hint, never checked."""
    session_fields: tuple[str, ...] = (
        *("metadata.session_id", "litellm_session_id", "session_id", "conversation.id", "conversation"),
        "previous_response_id",
    )
