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


SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+"
    "zyWE+xeMcTOAYQ8=\n"
)
COSIGNED = (
    SOFA
    + "\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5"
    "nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
ROTATED = (
    SOFA
    + "\u2014 example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5"
    "Rovnzv++qbSzm9Q=\n"
)


@pytest.mark.parametrize("note", [SOFA, COSIGNED, ROTATED])
def test_the_examples_of_the_specifications_are_read_and_written_byte_for_byte(note: str) -> None:
    """tlog-checkpoint, tlog-cosignature and tlog-witness; they publish no key, so the signatures stay unverified."""
    read = read_checkpoint(note)
    assert (read.checkpoint.origin, read.checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert read.note() == note
    assert all(len(one.blob) in (64, 72) for one in read.signatures)


def test_the_time_and_the_message_of_the_cosignature_specification() -> None:
    """tlog-cosignature: `time 1679315147`, and what is signed under it."""
    read = read_checkpoint(COSIGNED)
    assert int.from_bytes(read.signatures[1].blob[:8], "big") == 1679315147
    made = cosign(read.checkpoint, name="witness.example.com/w1", key=WITNESS, at=1679315147)
    message = (
        "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )
    assert made.blob[:8] == read.signatures[1].blob[:8]
    nacl.signing.VerifyKey(bytes.fromhex(WITNESS.public_hex)).verify(message.encode(), made.blob[8:])


def test_a_line_of_a_known_key_that_fails_spoils_the_note_and_others_do_not() -> None:
    [own], name = read_checkpoint(NOTE).signatures, "kanim-kotabumi"
    good = cosign(POINT, name=name, key=WITNESS, at=9)
    later = cosign(POINT, name=name, key=WITNESS, at=11)
    broken = NoteSignature(own.name, own.key_hash, bytes(64))
    strange = NoteSignature(own.name, b"abcd", bytes(64))
    assert is_signed(SignedCheckpoint(POINT, (strange, own)), LOG.verify_key)
    assert not is_signed(SignedCheckpoint(POINT, (own, broken)), LOG.verify_key)
    assert cosigned_at(SignedCheckpoint(POINT, (later, good)), name=name, key=WITNESS.verify_key) == 11
    for blob in (bytes(72), good.blob[:-1], b"\xff" * 8 + good.blob[8:]):
        spoilt = (good, NoteSignature(name, good.key_hash, blob))
        assert cosigned_at(SignedCheckpoint(POINT, spoilt), name=name, key=WITNESS.verify_key) is None


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
        lambda note: note.replace("jejak/kanim", "jejak\x00kanim"),
        lambda note: note.replace("jejak/kanim", "jejak\ud800kanim"),
        lambda note: note.replace("15368405", "15368405\r"),
        lambda note: note + "x" * 9000,
        lambda _note: "",
    ],
)
def test_another_form_is_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises(MalformedStatementError):
        read_checkpoint(change(NOTE))
