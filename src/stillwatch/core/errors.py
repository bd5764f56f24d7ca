"""Six errors, told apart by who must act.

Each says what is wrong, where it is (file and line, account, table), and the mend. Only faces turn them into exit
codes.
"""

from __future__ import annotations


class StillwatchError(Exception):
    """The common base: `what` went wrong, `where`, and the `mend`; its text is the three in one line."""

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        self.what = what
        self.where = where
        self.mend = mend
        super().__init__(": ".join(part for part in (where, what) if part) + (f" ({mend})" if mend else ""))


class InputError(StillwatchError):
    """The data must change: a log, an accounts file, a ledger."""


class SettingsError(StillwatchError):
    """The operator must change a setting or an option."""


class DefinitionError(StillwatchError):
    """The author of a shelf file must mend it."""


class PeerError(StillwatchError):
    """The network or a sharing peer failed."""


class VerificationError(StillwatchError):
    """Evidence does not hold."""


class InternalError(StillwatchError):
    """We must mend stillwatch itself."""
