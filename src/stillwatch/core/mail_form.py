"""One form for a mail address in its usual disguises.

>>> mail_form("A.B+promo@GoogleMail.com"), mail_form("a.b+promo@example.org")
('ab@gmail.com', 'a.b@example.org')
"""

from __future__ import annotations

from typing import Final

_UNDOTTED_DOMAINS: Final = frozenset(("gmail.com", "googlemail.com"))


def mail_form(address: str) -> str:
    """Without case, `+tag`, and dots where the provider ignores them; of what is no address, the text without case."""
    local, at, domain = address.strip().lower().rpartition("@")
    if not at:
        return domain
    local = local.partition("+")[0]
    if domain in _UNDOTTED_DOMAINS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"
