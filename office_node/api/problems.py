"""The one place where errors become HTTP: RFC 9457 problems with a stable code, in Indonesian and English.

Nothing of the input is echoed, not even the name of a field that the asker made up. `PROBLEMS` is also the
documentation (`docs/problems.md` is made from it); every error of the tree has its line (`tests/office_node/test_errors.py`).
"""

import logging
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from office_node.errors import JejakError, NodeError
from office_node.logs import log
from shared_schemas.problem import MEDIA_TYPE, FieldProblem, Problem, Titles


class Said(NamedTuple):
    """Status and the two sentences of one code; `retry_s`: after how many seconds the same may be tried again."""

    status: int
    id: str
    en: str
    retry_s: int | None = None


PROBLEMS: Mapping[str, Said] = {
    "unsigned": Said(401, "Pesan tidak ditandatangani.", "The message is not signed."),
    "malformed-signature": Said(401, "Tanda tangan pesan tidak sesuai profil.", "The signature does not follow the profile."),
    "unknown-key": Said(401, "Kunci penanda tangan tidak dikenal.", "The signing key is not known."),
    "revoked-key": Said(401, "Kunci penanda tangan tidak berlaku.", "The signing key may not sign now."),
    "bad-digest": Said(401, "Isi pesan tidak cocok dengan sidik jarinya.", "The body does not match its digest."),
    "bad-signature": Said(401, "Tanda tangan pesan salah.", "The signature is wrong."),
    "wrong-destination": Said(401, "Pesan ditujukan ke alamat lain.", "The message was signed for another address."),
    "expired": Said(401, "Pesan sudah kedaluwarsa; periksa jam.", "The message has expired; check the clocks."),
    "not-yet-valid": Said(401, "Waktu pesan mendahului jam simpul ini; periksa jam.", "The message is from the future; check the clocks."),
    "replayed": Said(401, "Pesan ini sudah pernah diterima.", "This message was received before."),
    "malformed-statement": Said(422, "Pernyataan tidak berbentuk benar.", "The statement is malformed."),
    "wrong-type": Said(422, "Jenis pernyataan salah.", "The statement is of the wrong type."),
    "wrong-audience": Said(422, "Pernyataan ditujukan kepada pihak lain.", "The statement is for somebody else."),
    "issuer-mismatch": Said(422, "Penanda tangan bukan penerbit pernyataan.", "The signer is not the statement's issuer."),
    "checkpoint-malformed": Said(400, "Permintaan kepada saksi tidak sah.", "The request to the witness is malformed."),
    "checkpoint-unsigned": Said(403, "Titik periksa tidak ditandatangani kantor itu.", "The checkpoint is not signed by that office."),
    "log-unknown": Said(404, "Log itu tidak disaksikan di sini.", "That log is not witnessed here."),
    "log-inconsistent": Said(422, "Bukti tidak menunjukkan bahwa log hanya bertambah.", "The proof does not show that the log has only grown."),
    "backup-unreadable": Said(503, "Berkas cadangan tidak dapat dipakai di sini.", "The backup cannot be used here."),
    "recovery-unneeded": Said(503, "Basis data ini tidak dipulihkan dari cadangan.", "This database was not put back from a backup."),
    "recovery-alone": Said(503, "Tidak ada kantor lain yang menjawab.", "No other office answers."),
    "generation-unreleased": Said(422, "Simpul pengirim baru dipulihkan dan belum dinyatakan sah oleh para pengurus.", "The sender's node was restored and is not released by the stewards yet."),
    "evidence-unproven": Said(422, "Berkas itu tidak membuktikan apa pun terhadap log kantor ini.", "What was shown proves nothing against this office's log."),
    "proof-impossible": Said(404, "Log tidak memiliki daun atau ukuran itu.", "The log has no such leaf or size."),
    "receipt-impossible": Said(409, "Kantor ini belum pernah menanyakan permohonan itu kepada kantor lain.", "This office has asked nobody about that case."),
    "receipt-not-ready": Said(503, "Log belum menomori catatan itu; coba lagi sebentar lagi.", "The log has not numbered these entries yet; try again in a moment.", retry_s=2),
    "not-successor": Said(403, "Menurut daftar anggota, kantor ini bukan penerus perkara itu.", "By the roster this office does not go on with that case."),
    "case-moved": Said(409, "Perkara ini sudah diserahkan kepada kantor penerus; keputusan ada di sana.", "This case was handed over; the office that goes on with it decides."),
    "protocol-too-old": Said(422, "Versi protokol pengirim sudah terlalu lama.", "The sender's protocol version is too old."),
    "protocol-too-new": Said(422, "Versi protokol pengirim lebih baru dari simpul ini.", "The sender's protocol version is newer than this node's."),
    "statement-unknown-key": Said(422, "Kunci pernyataan tidak dikenal.", "The statement's key is not known."),
    "statement-bad-signature": Said(422, "Tanda tangan pernyataan salah.", "The statement's signature is wrong."),
    "statement-from-future": Said(422, "Pernyataan bertanggal masa depan; periksa jam.", "The statement is dated in the future; check the clocks."),
    "too-few-signatures": Said(422, "Tanda tangan kurang.", "Too few signatures."),
    "notice-mismatch": Said(422, "Pemberitahuan tidak cocok dengan kueri.", "The notice does not belong to the inquiry."),
    "nothing-to-search": Said(422, "Kueri tidak memuat apa pun yang dapat dicari.", "The inquiry holds nothing that could be searched."),
    "reveal-mismatch": Said(403, "Rincian tidak sesuai dengan kueri.", "The reveal does not match a hit given to you."),
    "roster-refused": Said(422, "Daftar anggota ditolak.", "The roster is refused."),
    "not-an-office": Said(403, "Hanya kantor yang boleh meminta ini.", "Only an office may ask this."),
    "not-a-dashboard": Said(403, "Angka persis hanya untuk dasbor Kanwil.", "Exact figures are for the Kanwil's dashboard only."),
    "not-found": Said(404, "Tidak ditemukan di kantor ini.", "Not found in this office."),
    "row-not-shown": Said(404, "Pemeriksaan ini tidak menampilkan riwayat tersebut.", "This screening does not show that row."),
    "case-changed": Said(409, "Permohonan ini sudah berubah sejak dilihat; muat ulang dahulu.", "The case has changed since you looked at it; look again first."),
    "step-impossible": Said(409, "Langkah itu tidak dapat diambil dari keadaan permohonan sekarang.", "That step does not lead on from where the case is now."),
    "supervisor-needed": Said(409, "Persetujuan ini memerlukan penyelia beserta alasannya: jawaban kantor lain belum lengkap atau tingkatnya MERAH.", "A supervisor must approve this and say why: not all offices are accounted for, or the level is MERAH."),
    "paper-time": Said(422, "Waktu pada formulir kertas berada di masa depan atau lebih dari 30 hari lalu.", "The time on the paper form is in the future, or more than 30 days ago."),
    "list-day": Said(422, "Tanggal daftar berada di masa depan atau lebih dari 90 hari lalu.", "The day of the list is in the future, or more than 90 days ago."),
    "village-unknown": Said(422, "Kode desa tidak dikenal.", "There is no village of that code."),
    "outreach-day": Said(422, "Tanggal kegiatan di luar jangka yang diterima.", "The day is outside what is accepted."),
    "test-unknown": Said(422, "Versi tes atau pertanyaannya tidak dikenal.", "There is no test of that version, or no such question in it."),
    "cursor-forgotten": Said(410, "Penanda itu terlalu lama atau tidak dikenal; mulai lagi tanpa penanda.", "That cursor is too old or unknown; begin anew without one."),
    "second-officer-needed": Said(409, "Keputusan ini memerlukan petugas kedua.", "This decision needs a second officer."),
    "same-officer": Said(409, "Petugas kedua harus orang lain.", "The second officer must be another person."),
    "decision-invalid": Said(422, "Keputusan tidak lengkap atau tidak sah.", "The decision is incomplete or not allowed."),
    "question-first": Said(409, "Simpan dahulu jawaban atas \"Pernah mengajukan di kantor lain?\".", "First save the answer to \"Have you applied at another office before?\"."),
    "answer-invalid": Said(422, "Jawaban tidak cocok dengan pertanyaan pedoman yang berlaku.", "The answer does not fit a question of the guideline in force."),
    "birth-date-in-future": Said(422, "Tanggal lahir berada di masa depan.", "The birth date is in the future."),
    "idempotency-mismatch": Said(409, "Kunci idempotensi dipakai untuk isi lain.", "The idempotency key was used with another body."),
    "already-decided": Said(409, "Sudah diselesaikan sebelumnya.", "Already settled."),
    "access-denied": Said(401, "Kunci akses atau peran tidak diterima.", "The access key or role is not accepted."),
    "login-refused": Said(401, "Nama, kata sandi atau kode tidak diterima.", "Name, password or code is not accepted."),
    "login-locked": Said(429, "Terlalu banyak percobaan masuk; tunggu sebentar.", "Too many attempts to log in; wait a while."),
    "login-busy": Said(503, "Simpul sedang sibuk; coba lagi.", "The node is busy; try again.", 2),
    "session-ended": Said(401, "Sesi sudah berakhir; masuk lagi.", "The session has ended; log in again."),
    "account-unfinished": Said(403, "Ganti kata sandi dan pasang autentikator dahulu.", "Choose a password and set up an authenticator first."),
    "foreign-request": Said(403, "Permintaan bukan dari halaman simpul ini.", "The request does not come from this node's own pages."),
    "role-not-allowed": Said(403, "Peran ini tidak boleh melakukannya.", "This role may not do that."),
    "password-unfit": Said(422, "Kata sandi terlalu pendek, mudah ditebak, atau sama dengan yang lama.", "The password is too short, easily guessed, or the old one."),
    "proof-refused": Said(403, "Tanda tangan petugas kedua tidak berlaku untuk keputusan ini.", "The second officer's signature does not hold for this decision."),
    "officer-exists": Said(409, "Akun petugas ini sudah ada.", "There is an account of this officer already."),
    "last-administrator": Said(409, "Harus tetap ada satu administrator.", "One administrator must stay."),
    "own-account": Said(409, "Hak akun sendiri tidak dapat diubah.", "Nobody changes the rights of her own account."),
    "webhook-refused": Said(503, "Alamat webhook tidak dapat dipakai.", "The webhook's address cannot be used."),
    "provider-unavailable": Said(503, "Penyedia identitas tidak menjawab; masuk dengan kata sandi.", "The identity provider does not answer; log in with your password.", 30),
    "partner-unknown": Said(401, "Mitra ini tidak ada dalam daftar.", "The roster lists no such partner."),
    "partner-suspended": Said(403, "Akses mitra ini dihentikan sementara.", "This partner is suspended."),
    "partner-expired": Said(403, "Masa berlaku hak mitra ini sudah habis atau belum mulai.", "This partner's rights do not count now: their time is over or has not begun."),
    "partner-elsewhere": Said(403, "Hak mitra ini bukan untuk kantor ini.", "This partner's rights are not for this office."),
    "scope-refused": Said(403, "Cakupan akses itu tidak diberikan kepada mitra ini.", "That scope is not granted to this partner."),
    "purpose-refused": Said(403, "Mitra ini tidak boleh meminta untuk tujuan itu.", "This partner may not ask for that purpose."),
    "fields-refused": Said(403, "Diminta lebih banyak isian daripada yang boleh dilihat mitra ini.", "More fields are asked for than this partner may see."),
    "region-refused": Said(403, "Wilayah itu di luar hak mitra ini.", "That region is outside this partner's rights."),
    "quota-reached": Said(429, "Kuota harian mitra ini sudah habis.", "This partner has used what it may ask in a day."),
    "token-request": Said(400, "Permintaan token tidak sesuai bentuknya.", "The request for a token has not its form."),
    "grant-refused": Said(400, "Jenis pemberian token ini tidak didukung.", "This type of grant is not supported."),
    "assertion-refused": Said(401, "Pernyataan mitra tidak membuktikan apa pun di simpul ini.", "The client's assertion proves nothing at this node."),
    "assertion-replayed": Said(401, "Pernyataan mitra itu sudah pernah dipakai.", "The client's assertion was used before."),
    "dpop-refused": Said(401, "Bukti DPoP tidak sah untuk permintaan ini.", "The DPoP proof does not hold for this request."),
    "dpop-replayed": Said(401, "Bukti DPoP itu sudah pernah dipakai.", "The DPoP proof was used before."),
    "token-refused": Said(401, "Token akses tidak berlaku di simpul ini.", "The access token does not count at this node."),
    "invalid-input": Said(422, "Isian tidak sah.", "The input is not valid."),
    "malformed-json": Said(400, "JSON rusak.", "The JSON is malformed."),
    "too-large": Said(413, "Isi pesan terlalu besar.", "The body is too large."),
    "too-many-requests": Said(429, "Terlalu banyak permintaan; coba lagi setelah waktu yang disebut.", "Too many requests; try again after the time that is named."),
    "too-slow": Said(408, "Isi pesan datang terlalu lambat.", "The body came too slowly."),
    "method-not-allowed": Said(405, "Metode tidak didukung di alamat ini.", "The method is not supported here."),
    "bad-request": Said(400, "Permintaan tidak dapat dipahami.", "The request is not understood."),
    "roster-missing": Said(503, "Simpul belum memiliki daftar anggota.", "The node has no roster yet."),
    "roster-expired": Said(503, "Daftar anggota sudah terlalu lama kedaluwarsa.", "The roster has been expired for too long."),
    "key-missing": Said(503, "Salah satu kunci simpul ini tidak ada; administrator harus memeriksa.", "One of this node's own keys is missing; an administrator must look."),
    "sealed-box": Said(503, "Berkas tersegel tidak dapat dibuka dengan kunci simpul ini.", "A sealed file does not open with this node's key."),
    "trust-changed": Said(503, "Daftar anggota sedang berganti; coba lagi.", "The roster is changing; try again.", 1),
    "keys-behind": Said(503, "Kunci pencarian permohonan sedang diperbarui; coba lagi.", "The case's search keys are being renewed; try again.", 1),
    "store-failed": Said(503, "Basis data simpul ini tidak dapat menyimpan atau membaca data; tidak ada yang tersimpan.", "This node's database could not store or read data; nothing was kept.", 5),
    "commit-uncertain": Said(503, "Belum pasti apakah data tersimpan; ulangi permintaan yang sama.", "Whether this was kept is not known; send the same request again.", 1),
    "unseal-failed": Said(503, "Data tersegel di simpul ini tidak dapat dibuka; administrator harus memeriksa.", "Sealed data of this node does not open; an administrator must look."),
    "peer-unreachable": Said(502, "Kantor lain tidak dapat dihubungi.", "The other office cannot be reached."),
    "peer-timeout": Said(504, "Kantor lain tidak menjawab pada waktunya.", "The other office did not answer in time."),
    "peer-refused": Said(502, "Kantor lain menolak.", "The other office refused."),
    "peer-answer-invalid": Said(502, "Jawaban kantor lain tidak sah.", "The other office's answer is not valid."),
    "peer-too-large": Said(502, "Jawaban kantor lain terlalu besar.", "The other office's answer is too large."),
    "not-ready": Said(503, "Simpul belum siap.", "The node is not ready."),
    "log-rolled-back": Said(503, "Simpul ini berjalan dengan salinan lama basis datanya; administrator harus memulihkannya.", "This node runs on an old copy of its database; an administrator must recover it."),
    "log-damaged": Said(503, "Log di simpul ini bukan log yang ditandatangani; administrator harus memeriksa.", "The log of this node is not the one that was signed; an administrator must look."),
    "internal": Said(500, "Kesalahan di simpul ini; sudah dicatat.", "An error in this node; it has been noted."),
}  # fmt: skip
_OF_STATUS = {
    400: "malformed-json", 401: "access-denied", 404: "not-found", 405: "method-not-allowed", 413: "too-large",
}  # fmt: skip
_EXPECTED = {
    "not-ready": logging.INFO,
    "roster-missing": logging.WARNING,
    "trust-changed": logging.WARNING,
    "keys-behind": logging.WARNING,
}
"""What a node says while it starts or changes; every other fault of its own is for an administrator to see."""


def problem(
    code: str,
    *,
    skew_s: int | None = None,
    retry_s: int | None = None,
    reason: str | None = None,
    errors: tuple[FieldProblem, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The response for one code of `PROBLEMS`."""
    said = PROBLEMS[code]
    body = Problem(
        type=f"urn:jejak:problem:{code}",
        title=said.id,
        titles=Titles(id=said.id, en=said.en),
        status=said.status,
        code=code,
        skew_s=skew_s,
        retry_s=retry_s,
        reason=reason,
        errors=errors,
    )
    sent = {"Cache-Control": "no-store", **(headers or {})}
    if (pause_s := retry_s or said.retry_s) is not None:
        sent["Retry-After"] = str(pause_s)
    if code == "access-denied":
        sent["WWW-Authenticate"] = "Bearer"  # RFC 9110 §11.6.1
    content = body.model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, status_code=said.status, headers=sent, media_type=MEDIA_TYPE)


def of_error(error: JejakError) -> JSONResponse:
    """The response for an error of ours; what has no sentence is 503, never a bare 500."""
    code = error.code if error.code in PROBLEMS else "not-ready"
    return problem(code, skew_s=getattr(error, "skew_s", None), retry_s=getattr(error, "retry_s", None))


def of_node(error: NodeError) -> JSONResponse:
    """The same with the fixed word for the administrator, where only the office's own machine asks; logged."""
    reason = getattr(error, "reason", None)
    log.log(_EXPECTED.get(error.code, logging.ERROR), "node-error", code=error.code, reason=reason)
    return problem(error.code if error.code in PROBLEMS else "not-ready", reason=reason)


def of_validation(error: ValidationError | RequestValidationError) -> JSONResponse:
    """Which fields broke which rule; the values are not repeated, nor a name that no field has."""
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return problem("malformed-json")
    said = PROBLEMS["invalid-input"]
    errors = tuple(
        FieldProblem(
            pointer=_pointer(one["loc"][:-1] if one["type"] == "extra_forbidden" else one["loc"]),
            code=str(one["type"]).replace("_", "-"),
            title=Titles(id=said.id, en=said.en),
        )
        for one in found[:20]
    )
    return problem("invalid-input", errors=errors)


def _pointer(location: Sequence[int | str]) -> str:
    """RFC 6901; for a query or header parameter its place comes first."""
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in location if part != "body"]
    return "".join(f"/{part}" for part in parts)


def install(app: FastAPI) -> None:
    """Handlers for our errors, for validation, and for the framework's own."""

    async def ours(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, JejakError)
        if isinstance(error, NodeError):
            level = _EXPECTED.get(error.code, logging.ERROR)
            log.log(level, "node-error", code=error.code, reason=getattr(error, "reason", None))
        return of_error(error)

    async def invalid(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ValidationError | RequestValidationError)
        return of_validation(error)

    async def framework(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return problem(_OF_STATUS.get(error.status_code, "bad-request"), headers=error.headers)

    async def unforeseen(_request: Request, error: Exception) -> JSONResponse:
        log.error("unforeseen-error", error=type(error).__name__)
        return problem("internal")

    app.add_exception_handler(JejakError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(ValidationError, invalid)
    app.add_exception_handler(HTTPException, framework)
    app.add_exception_handler(Exception, unforeseen)
