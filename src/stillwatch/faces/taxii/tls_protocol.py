"""uvicorn's protocol, with the client's certificate where an application finds it.

ASGI has a place for it (`scope["extensions"]["tls"]`), which uvicorn leaves empty. The certificate is there only where
the handshake has checked it against the authority of the settings; the digest is what settings name it by.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio


class TlsProtocol(HttpToolsProtocol):
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._certificate_sha256 = certificate_sha256(transport.get_extra_info("ssl_object"))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._certificate_sha256:
            tls: dict[object, object] = {"client_cert_sha256": self._certificate_sha256}
            self.scope["extensions"] = {**(self.scope.get("extensions") or {}), "tls": tls}


def certificate_sha256(tls: Any) -> str:
    """Digest of the certificate of the other side; empty where it has shown none."""
    certificate = tls.getpeercert(binary_form=True) if tls is not None else None
    return hashlib.sha256(certificate).hexdigest() if certificate else ""
