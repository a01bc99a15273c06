"""Finds what looks like a secret in a statement, such as a key in the body of a function."""

from __future__ import annotations

import re

STARS = "***"
_NAME = r"""[\w."']*(?:secret|password|passwd|token|api_?key|service_key|private_key|anon_key|service_role)[\w."']*"""
_PATTERNS = (
    # A signed token, a key of Supabase, Stripe, GitHub, Slack, Amazon or Google, a private key.
    re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]{5,}"),
    re.compile(r"\b(?:sb_secret|sb_publishable|sk_live|sk_test|rk_live|whsec|ghp|gho|github_pat)_[\w-]{8,}"),
    re.compile(r"\bxox[abp]-[\w-]{10,}|\bAKIA[0-9A-Z]{16}\b|\bAIza[\w-]{30,}"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL),
    re.compile(r"(?<=bearer )[\w.~+/=-]{16,}", re.IGNORECASE),
    # A password in an address.
    re.compile(r"(?<=://)[^\s:/@\"']+:[^\s@\"']+(?=@)"),
)
# A function's own setting, whatever its value; elsewhere a value that is long and mixed, as no word is.
_SETTING = re.compile(rf"(\bSET\s+{_NAME}\s*(?:TO|=)\s*)'(?:[^']|'')+'", re.IGNORECASE)
_MIXED = r"(?=[^'\"]*\d)(?=[^'\"]*[A-Za-z])[\w+/=.~-]{16,}"
_ASSIGNED = re.compile(rf"({_NAME}\s*(?::=|=|,|:|\bTO\b)\s*['\"]){_MIXED}(?=['\"])", re.IGNORECASE)


def replaced(text: str) -> str:
    """Return the text with three stars for each thing that looks like a secret."""
    for pattern in _PATTERNS:
        text = pattern.sub(STARS, text)
    text = _SETTING.sub(rf"\1'{STARS}'", text)
    return _ASSIGNED.sub(rf"\1{STARS}", text)
