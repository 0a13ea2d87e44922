"""149 peers in one process, each on its own port with TLS 1.3: every signed question is answered after 50 ms.

They sign as offices do and keep nothing; what is measured is the client. Usage: `python -m … FILE`, made by `fanout`.
"""

import asyncio
import hashlib
import json
import secrets
import ssl
import sys
import time
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvloop

from office_node.signing.canonical import canonical
from office_node.signing.keys import SigningKey
from office_node.signing.messages import QuestionRef, sign_answer
from office_node.signing.statements import seal_body
from shared_schemas.base import rfc3339

PATH = "/federation/v1/inquiries"
TAKES_S = 0.05


@dataclass
class Peer:
    """One office."""

    office: str
    url: str
    key: SigningKey
    searched: dict[str, Any]
    made: dict[str, bytes] = field(default_factory=dict)
    """Answers by the digest of their question, as an office repeats what it has said."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer what comes over one connection until it ends."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                due = time.monotonic() + TAKES_S
                fields = dict(line.split(": ", 1) for line in head.decode("ascii").split("\r\n")[1:-2])
                headers = {name.lower(): value for name, value in fields.items()}
                body = await reader.readexactly(int(headers["content-length"]))
                answer = self._answer(body, headers["signature"])
                await asyncio.sleep(due - time.monotonic())
                writer.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _answer(self, question: bytes, signature: str) -> bytes:
        payload = b64decode(json.loads(question)["inquiry"]["payload"])
        digest = hashlib.sha256(payload).hexdigest()
        if digest not in self.made:
            self.made[digest] = self._make(json.loads(payload), digest)
        body = self.made[digest]
        headers = sign_answer(
            200, content_type="application/json", body=body,
            question=QuestionRef("POST", self.url + PATH, signature), key=self.key, now=int(time.time()),
            nonce=secrets.token_hex(16),
        )  # fmt: skip
        lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *(f"{n}: {v}" for n, v in headers.items())]
        return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body

    def _make(self, inquiry: dict[str, Any], digest: str) -> bytes:
        now = rfc3339(datetime.now(UTC))
        body = {
            "type": "answer", "version": 2, "issuer": self.office, "generation": 1, "issued_at": now,
            "actor": {"office": self.office, "role": "node", "officer": None}, "audience": inquiry["issuer"],
            "in_reply_to": digest, "inquiry": inquiry["inquiry"], "outcome": "no_hit", "hits": [], "traces": [],
            "truncated": False, "searched": self.searched, "roster_version": inquiry["roster_version"],
            "hello": {"at": now, "generation": 1, "last_number": 0, "live": None, "checkpoint": None},
        }  # fmt: skip
        statement = seal_body(body, salt=secrets.token_bytes(32), key=self.key, type="answer").statement
        return canonical({"answer": statement.to_dict()})


async def serve_all(told: dict[str, Any]) -> None:
    """Listen for every peer until killed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(told["certificate"])
    for one in told["peers"]:
        key = SigningKey(one["keyid"], bytes.fromhex(one["seed"]))
        peer = Peer(one["office"], f"https://127.0.0.1:{one['port']}", key, told["searched"])
        await asyncio.start_server(peer.serve, "127.0.0.1", one["port"], ssl=context)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve_all(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
