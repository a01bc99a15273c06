"""The certificate with which the guarding proxy reads what a page sends over TLS; it lives as long as the process."""

from __future__ import annotations

import base64
import datetime
import hashlib
import ssl
import tempfile
from functools import cache
from pathlib import Path


@cache
def _made() -> tuple[bytes, str]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a guarded page")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=7))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    digest = base64.b64encode(hashlib.sha256(public).digest()).decode()
    return private + certificate.public_bytes(serialization.Encoding.PEM), digest


def fingerprint() -> str:
    """Return what Chromium's --ignore-certificate-errors-spki-list takes, so that it trusts this certificate alone."""
    return _made()[1]


def serving() -> ssl.SSLContext:
    """Return the context of a TLS server that shows this certificate, whatever host was asked for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    # ssl reads a key from a file only.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "pair.pem")
        file.touch(0o600)
        file.write_bytes(_made()[0])
        context.load_cert_chain(file)
    return context
