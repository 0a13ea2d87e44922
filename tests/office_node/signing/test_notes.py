"""Notes byte for byte as C2SP has them; verified here by code that shares nothing with ours."""

import base64
import hashlib

import nacl.signing
import pytest

from office_node.errors import MalformedStatementError
from office_node.signing.keys import SigningKey, verify_key
from office_node.signing.notes import (
    Checkpoint,
    NoteSignature,
    SignedCheckpoint,
    cosign,
    cosigned_at,
    is_signed,
    key_hash,
    read_checkpoint,
    sign_checkpoint,
)

LOG = SigningKey("kanim-kalianda/sign-2026", bytes(range(32)))
WITNESS = SigningKey("kanim-kotabumi/sign-2026", bytes(range(1, 33)))
ROOT = hashlib.sha256(b"tree").digest()
POINT = Checkpoint("jejak/kanim-kalianda/1", 15368405, ROOT)
NOTE = sign_checkpoint(POINT, key=LOG).note()


def test_the_vector_of_the_signed_note_specification() -> None:
    """The example of C2SP signed-note: PeterNeumann's key and text."""
    public = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert public[0] == 1
    assert key_hash("PeterNeumann", public[1:].hex()).hex() == "c74f20a3"
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    blob = base64.b64decode(line)
    assert blob[:4].hex() == "c74f20a3"
    assert verify_key(public[1:].hex()).verifies(blob[4:], text.encode())


def test_a_checkpoint_is_three_lines_and_a_signature_that_anybody_can_check() -> None:
    text, _, line = NOTE.partition("\n\n")
    assert text == f"jejak/kanim-kalianda/1\n15368405\n{base64.b64encode(ROOT).decode()}"
    dash, name, blob = line.rstrip("\n").split(" ")
    assert (dash, name) == ("\u2014", "jejak/kanim-kalianda/1")
    octets, public = base64.b64decode(blob), bytes.fromhex(LOG.public_hex)
    named = hashlib.sha256(b"jejak/kanim-kalianda/1\n\x01" + public).digest()[:4]
    assert octets[:4] == named
    nacl.signing.VerifyKey(public).verify((text + "\n").encode(), octets[4:])


def test_what_was_written_is_read_and_verified() -> None:
    read = read_checkpoint(NOTE)
    assert read.checkpoint == POINT
    assert read.note() == NOTE
    assert is_signed(read, LOG.verify_key)
    assert not is_signed(read, WITNESS.verify_key)
    other = SignedCheckpoint(Checkpoint(POINT.origin, POINT.size + 1, ROOT), read.signatures)
    assert not is_signed(other, LOG.verify_key)


def test_a_cosignature_says_when_and_is_checked_apart_from_the_logs_own() -> None:
    name = "kanim-kotabumi"
    both = SignedCheckpoint(POINT, (*read_checkpoint(NOTE).signatures, cosign(POINT, name=name, key=WITNESS, at=1764)))
    read = read_checkpoint(both.note())
    assert cosigned_at(read, name=name, key=WITNESS.verify_key) == 1764
    assert cosigned_at(read, name=name, key=LOG.verify_key) is None
    assert cosigned_at(read, name="kanim-liwa", key=WITNESS.verify_key) is None
    blob = read.signatures[1].blob
    message = f"cosignature/v1\ntime 1764\n{POINT.text}".encode()
    nacl.signing.VerifyKey(bytes.fromhex(WITNESS.public_hex)).verify(message, blob[8:])
    at_another_time = NoteSignature(name, read.signatures[1].key_hash, bytes(8) + blob[8:])
    moved = SignedCheckpoint(POINT, (at_another_time,))
    assert cosigned_at(moved, name=name, key=WITNESS.verify_key) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note.rstrip("\n"),
        lambda note: note.replace("15368405", "015368405"),
        lambda note: note.replace("15368405", "-1"),
        lambda note: note.replace("15368405", "9" * 30),
        lambda note: note.replace("jejak/kanim", "jejak kanim", 1),
        lambda note: note.replace("\u2014", "-"),
        lambda note: note.replace("=\n\n", "\n\n"),
        lambda note: note.replace("\n\n", "\nextra\n\n", 1),
        lambda note: note + "\n",
        lambda note: note + "x" * 9000,
        lambda _note: "",
    ],
)
def test_another_form_is_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises(MalformedStatementError):
        read_checkpoint(change(NOTE))
