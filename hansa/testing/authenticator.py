"""A passkey in software: it answers the browser's two questions as a phone would, without a browser."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

FLAG = AuthenticatorData.FLAG


@dataclass
class Authenticator:
    """One key pair for one site; `verified` says whether it unlocks itself with a PIN."""

    origin: str = "http://localhost"
    site: str = "localhost"
    verified: bool = True
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    person: str = ""

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to `navigator.credentials.create`."""
        self.person = options["user"]["id"]
        public = AttestedCredentialData.create(Aaguid.NONE, self.id, ES256.from_cryptography_key(self.key.public_key()))
        known = self._known(FLAG.AT, public)
        response = {
            "clientDataJSON": websafe_encode(self._said("webauthn.create", options["challenge"])),
            "attestationObject": websafe_encode(bytes(AttestationObject.create("none", known, {}))),
        }
        return self._answer(response) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to `navigator.credentials.get`."""
        said, known = self._said("webauthn.get", options["challenge"]), self._known()
        signed = bytes(known) + hashlib.sha256(said).digest()
        response = {
            "clientDataJSON": websafe_encode(said),
            "authenticatorData": websafe_encode(bytes(known)),
            "signature": websafe_encode(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": self.person,
        }
        return self._answer(response) | {"clientExtensionResults": {}}

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": websafe_encode(self.id),
            "rawId": websafe_encode(self.id),
            "type": "public-key",
            "response": response,
        }

    def _said(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _known(self, extra: Any = 0, key: Any = b"") -> AuthenticatorData:
        flags = FLAG(extra) | FLAG.UP | (FLAG.UV if self.verified else FLAG(0))
        return AuthenticatorData.create(hashlib.sha256(self.site.encode()).digest(), flags, 0, key)
