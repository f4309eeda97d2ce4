"""What is wrong with a text that is no EDTF, and what was probably meant."""

from __future__ import annotations

import re

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def quoted(text: str) -> str:
    """Return a text in quotation marks, cut where it is long."""
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"


def wrong(text: str) -> ValueError:
    """Return the error for a text that is no EDTF, with what was probably meant."""
    right = advice(text)
    return ValueError(
        f"{quoted(text)} is no date: "
        + (f"write {right}" if right else "write it as 2012, 2012-09, 2012-09-07 or 2012/2014")
    )


_SLIPS: tuple[tuple[str, str], ...] = (
    (r"([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})", "{0}-{1:0>2}-{2:0>2}"),
    (r"([0-9]{4})([0-9]{2})([0-9]{2})", "{0}-{1}-{2}"),
    (r"([0-9]{4})[-/. ]([0-9]{1,2})", "{0}-{1:0>2}"),
    (r"([0-9]{3})(?:0?s|[xu?_-])", "{0}X"),
    (r"([0-9]{2})(?:xx|uu)", "{0}XX"),
    (r"([0-9]{3})", "{0}X for the decade"),
    (r"([0-9]{2})", "20{0}, or {0}XX for the century"),
    (r"(?:c\.|ca\.?|circa|about|~) *([0-9]{4})", "{0}~"),
    (r"([0-9]{4}) *(?:-|–|—|to) *([0-9]{4})", "{0}/{1}"),
    (r"(.+)/(?:open|now|present|today)", "{0}/.."),
    (r"(.+)/(?:unknown|\?)", "{0}/ with nothing after the stroke"),
    (r"(?:unknown|n/?a|none|-|\?)", "nothing, or XXXX, where the date is not known"),
    (r"([0-9]{4}-[0-9]{2}-[0-9]{2}) +([0-9]{1,2}:.+)", "{0}T{1:0>5}"),
    (r"(-?[0-9]{5,})", "Y{0}"),
)


def advice(text: str) -> str:
    """Return what would be right, for slips that are common; empty for others."""
    for pattern, template in _SLIPS:
        if found := re.fullmatch(pattern, text, re.IGNORECASE | re.ASCII):
            return template.format(*found.groups())
    if found := re.fullmatch(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", text, re.ASCII):
        # Which of the two is the day depends on the country: that is for the writer to say.
        return f"{found[3]}-MM-DD, the month before the day"
    if found := re.fullmatch(
        r"(?:([0-9]{1,2})\.? +)?([A-Z]{3})[A-Z]*\.?,? *(?:([0-9]{1,2}),? +)?([0-9]{4})",
        text,
        re.IGNORECASE | re.ASCII,
    ):
        month = found[2].title()
        if month in MONTHS:
            day = found[1] or found[3]
            number = f"{found[4]}-{MONTHS.index(month) + 1:02}"
            return f"{number}-{day:0>2}" if day else number
    return ""
