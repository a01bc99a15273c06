"""Tokens that prove nothing. Who accepts one of them as the service role gives everything away."""

from __future__ import annotations

import base64
import json
import time

# Its role would be let through everywhere, its sub is nobody.
CLAIMS = {"role": "service_role", "sub": "00000000-0000-4000-8000-000000000000", "aud": "authenticated"}


def bad_tokens(secret: str) -> dict[str, str]:
    """By what is wrong with them. secret: the one that good tokens are signed with."""
    import jwt

    soon = int(time.time()) + 3600
    claims = {**CLAIMS, "exp": soon}
    header, payload, signature = jwt.encode(claims, secret, "HS256").split(".")
    anon = jwt.encode({"role": "anon", "exp": soon}, secret, "HS256")
    return {
        "no token": "nonsense",
        "expired": jwt.encode({**CLAIMS, "exp": int(time.time()) - 60}, secret, "HS256"),
        "unsigned": jwt.encode(claims, "", "none"),
        "unsigned, in capitals": f"{_part({'alg': 'NONE', 'typ': 'JWT'})}.{payload}.",
        "without its signature": f"{header}.{payload}.",
        "of another key": jwt.encode(claims, "another secret, which is as long as it has to be", "HS256"),
        "of another algorithm": jwt.encode(claims, secret, "HS512"),
        "with another's signature": ".".join([*anon.split(".")[:1], payload, anon.split(".")[2]]),
        "with half a signature": f"{header}.{payload}.{signature[: len(signature) // 2]}",
        "without expiry": jwt.encode(CLAIMS, secret, "HS256"),
        "changed": f"{header}.{payload}x.{signature}",
        "without role": jwt.encode({"sub": CLAIMS["sub"], "exp": soon}, secret, "HS256"),
    }


def _part(value: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
