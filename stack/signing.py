"""A key pair that signs access tokens: ES256 or RS256 (RFC 7518), with its public half as a JWK (RFC 7517)."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt

ALGORITHMS = ("ES256", "RS256")
_RSA_BITS = 2048


class BadKeyError(Exception):
    """A signing key that cannot be used; one sentence says why."""


@dataclass(frozen=True)
class SigningKey:
    """A key pair. algorithm: ES256 or RS256. kid: its name in tokens. jwk: the public half."""

    algorithm: str
    kid: str
    private: Any = field(repr=False)
    jwk: dict[str, Any]


def signing_key(asked: str, secret: str) -> SigningKey:
    """Return the key of ES256, which follows from the secret, a new one of RS256, or the key in a file, PEM or JWK.

    Raises BadKeyError.
    """
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if asked == "ES256":
        return _described(ec.derive_private_key(_number(secret), ec.SECP256R1()))
    if asked == "RS256":
        return _described(rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS))
    return _described(*_loaded(Path(asked)))


def _loaded(file: Path) -> tuple[Any, str | None]:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        content = file.read_bytes()
        if content.lstrip()[:1] in (b"[", b"{"):
            return _from_jwk(json.loads(content))
        return load_pem_private_key(content, None), None
    except OSError as error:
        said = f"the signing key {file} cannot be read ({error.strerror}); give {', '.join(ALGORITHMS)} or a file"
        raise BadKeyError(said) from None
    except (ValueError, TypeError, KeyError, IndexError, jwt.PyJWTError):
        said = f"{file} holds no private key without a passphrase; make one with: openssl genpkey -algorithm RSA"
        raise BadKeyError(said) from None


def _from_jwk(given: Any) -> tuple[Any, str | None]:
    """Return the first key of a list, as the Supabase CLI keeps them, or the only one, with its name."""
    one = given[0] if isinstance(given, list) else given
    # jwt.PyJWK takes a public key as well, which cannot sign.
    if not one["d"]:
        raise ValueError
    return jwt.PyJWK(one).key, one.get("kid")


def _described(private: Any, name: str | None = None) -> SigningKey:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from jwt.algorithms import ECAlgorithm, RSAAlgorithm

    if isinstance(private, rsa.RSAPrivateKey):
        algorithm, jwk = "RS256", json.loads(RSAAlgorithm.to_jwk(private.public_key()))
    elif isinstance(private, ec.EllipticCurvePrivateKey) and isinstance(private.curve, ec.SECP256R1):
        algorithm, jwk = "ES256", json.loads(ECAlgorithm.to_jwk(private.public_key()))
    else:
        raise BadKeyError("a signing key must be RSA, for RS256, or of the curve P-256, for ES256")
    named = {name: jwk[name] for name in sorted(jwk) if name in ("crv", "e", "kty", "n", "x", "y")}
    # The thumbprint of RFC 7638.
    kid = name or hashlib.sha256(json.dumps(named, separators=(",", ":")).encode()).hexdigest()[:32]
    public = {**named, "alg": algorithm, "kid": kid, "use": "sig", "key_ops": ["verify"], "ext": True}
    return SigningKey(algorithm, kid, private, public)


def _number(secret: str) -> int:
    """Return a number below the order of P-256 that follows from a secret."""
    return int.from_bytes(hmac.digest(secret.encode(), b"ES256", "sha256")[:31]) + 1
