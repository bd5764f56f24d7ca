"""The columns of an account record, and the names under which registries and exports write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from stillwatch.core.mail_form import mail_form
from stillwatch.logs.times import time_ns
from stillwatch.wire.values import clean, flag, text

if TYPE_CHECKING:
    from collections.abc import Callable

AccountKind = Literal["text", "time", "bool"]


class AccountColumn(NamedTuple):
    name: str
    kind: AccountKind
    spellings: str
    """Names without case and punctuation, the surest first."""


ID_SPELLINGS: Final = [
    "swaccountid",
    "accountid",
    "account",
    "accountuuid",
    "acctid",
    "acct",
    "id",
    "customerid",
    "customer",
    "tenantid",
    "tenant",
    "subscriptionid",
    "billingid",
    "userid",
    "user",
    "uid",
    "apikeyid",
    "keyhash",
    "apikeyhash",
    "apikey",
    "keyid",
    "key",
]
"""Whatever comes first in this list is the account id."""
KEY_SPELLINGS: Final = frozenset(
    [
        "keys",
        "apikeyids",
        "apikeys",
        "swapikeyid",
        "apikeyid",
        "keyhash",
        "apikeyhash",
        "hashedkey",
        "apikey",
        "keyid",
        "key",
        "userid",
        "user",
        "uid",
    ]
)
"""Ids beside the account id under which a log may know the account."""

ACCOUNT_COLUMNS: Final = (
    AccountColumn("created_at", "time", "signuptime createdat created signupat signup registeredat registered"),
    AccountColumn(
        "banned_at",
        "time",
        "bannedat banned bantime bandate suspendedat suspended disabledat terminatedat blockedat deactivatedat "
        "revokedat",
    ),
    AccountColumn(
        "organisation", "text", "organisation organization org company orgname companyname orgnamehash orgid"
    ),
    AccountColumn("email_domain", "text", "emaildomain maildomain domain"),
    AccountColumn("email_key", "text", "emailkey emailhash email emailaddress mail"),
    AccountColumn("email_disposable", "bool", "emaildisposable disposableemail isdisposable disposable"),
    AccountColumn("phone_key", "text", "phonekey phonehash phone phonenumber mobile tel"),
    AccountColumn(
        "payment_key",
        "text",
        "paymentkey paymentinstrumentfingerprint paymentfingerprint cardfingerprint paymentinstrument paymentmethodid "
        "paymentmethod cardhash card paymenthash payment",
    ),
    AccountColumn("device_key", "text", "devicekey signupdeviceid deviceid devicefingerprint devicehash device"),
    AccountColumn(
        "signup_address",
        "text",
        "signupaddress signupclientaddress signupip signupipaddress registrationip ip ipaddress",
    ),
    AccountColumn("referral_code", "text", "referralcode referral referrer invitecode promocode coupon"),
    AccountColumn("billing_country", "text", "billingcountry paymentbincountry country countrycode signupcountry"),
    AccountColumn("plan", "text", "plan tier planname pricingplan"),
    AccountColumn("status", "text", "status accountstatus state standing"),
    AccountColumn("status_changed_at", "time", "statuschangedat statuschanged statustime statusat"),
    AccountColumn("declared_use", "text", "declareduse usecase intendeduse purpose"),
    AccountColumn("name_key", "text", "namekey paymentnamehash namehash fullname name accountname cardholder holder"),
    AccountColumn("label", "text", "label verdict truth"),
)

_MARKED: Final = re.compile(r"[^a-z0-9]")


def plain_name(name: str) -> str:
    """A column name without case and punctuation."""
    return _MARKED.sub("", name.lower())


def mail_key(value: Any) -> str | None:
    """An address so that its usual disguises are one: case, `+tag`, and dots where the provider ignores them."""
    found = text(value)
    if found is None:
        return None
    return mail_form(found) or None


def phone_key(value: Any) -> str | None:
    """The digits of a number that reads as one; a hash stays as it is."""
    found = text(value)
    if found is None:
        return None
    digits = re.sub(r"[^0-9]", "", found)
    return digits.removeprefix("00") if re.fullmatch(r"[+0-9 ()./\-]+", found) and digits else found.strip()


def name_key(value: Any) -> str | None:
    """A name without case and with single spaces."""
    found = text(value)
    return clean(" ".join(found.casefold().split())) or None if found is not None else None


def stripped(value: Any) -> str | None:
    """Text without spaces around it."""
    found = text(value)
    return (found.strip() or None) if found is not None else None


def lowered(value: Any) -> str | None:
    """Text without case and without spaces around it."""
    found = stripped(value)
    return found.lower() if found is not None else None


def loose_flag(value: Any) -> bool | None:
    """A truth value, also as yes and no, 1 and 0."""
    if isinstance(value, str):
        value = {"1": True, "yes": True, "y": True, "0": False, "no": False, "n": False}.get(value.lower(), value)
    elif isinstance(value, int) and value in (0, 1):
        value = bool(value)
    return flag(value)


CONVERTERS: Final[dict[str, Callable[[Any], Any]]] = {
    **{column.name: {"text": stripped, "time": time_ns, "bool": loose_flag}[column.kind] for column in ACCOUNT_COLUMNS},
    "email_key": mail_key,
    "email_domain": lowered,
    "phone_key": phone_key,
    "name_key": name_key,
    "status": lowered,
}
"""How the value of each column is brought into its one form; None for a value that has none."""
