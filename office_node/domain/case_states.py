"""The case as one state machine: states, what each is for peers, and every step with who may take it.

Source: Permenkumham 8/2014 as amended by 18/2022 for the steps of a passport application; `docs/cases.md` has the
table that is made from here. Nothing here is decided by a level or a score (rule 5).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from office_node.domain.standings import ADVERSE
from shared_schemas.cases import State, Transition
from shared_schemas.statement import Role
from shared_schemas.trace import NoticeStanding, Standing

Need = Literal["reason_code", "reason", "condition", "until"]

EXAMINED: frozenset[State] = frozenset(
    {"filed", "incomplete", "received", "biometrics", "interview", "examination", "adjudication", "approved"}
)
"""Nothing is decided yet, or what was decided is not issued: for peers it is under examination."""
FINAL: frozenset[State] = frozenset({"cancelled", "annulled"})
"""From here a case goes nowhere; a new application is a new case."""

STANDINGS: Mapping[State, NoticeStanding] = {
    **dict.fromkeys(EXAMINED, "under_examination"),
    **dict.fromkeys(("issued", "handed_over", "cancelled", "annulled"), "cleared"),
    "postponed": "postponed",
    "suspended": "suspended",
    "refused": "refused",
    "withdrawn": "withdrawn",
    **dict.fromkeys(
        ("passport_cancelled", "passport_revoked", "passport_withdrawn", "departure_postponed"), "postponed"
    ),
}
"""What peers see. What befalls a passport later is a suspension where it has an end (`standing_of`)."""

NAMES: Mapping[State, tuple[str, str]] = {
    "filed": ("Diajukan", "Filed"),
    "incomplete": ("Berkas kurang", "Documents incomplete"),
    "received": ("Berkas diterima", "Documents received"),
    "biometrics": ("Biometrik", "Biometrics"),
    "interview": ("Wawancara", "Interview"),
    "examination": ("Pendalaman", "In-depth examination"),
    "adjudication": ("Adjudikasi", "Adjudication"),
    "approved": ("Disetujui", "Approved"),
    "issued": ("Terbit", "Issued"),
    "handed_over": ("Diserahkan", "Handed over"),
    "postponed": ("Ditunda bersyarat", "Postponed on a condition"),
    "suspended": ("Ditangguhkan", "Suspended for a time"),
    "refused": ("Ditolak", "Refused"),
    "withdrawn": ("Ditarik atau tidak dilanjutkan pemohon", "Withdrawn or not continued by the applicant"),
    "cancelled": ("Batal", "Cancelled before it began"),
    "annulled": ("Keputusan dibatalkan", "Decision annulled"),
    "passport_cancelled": ("Paspor dibatalkan", "Passport cancelled"),
    "passport_revoked": ("Paspor dicabut", "Passport revoked"),
    "passport_withdrawn": ("Paspor ditarik", "Passport withdrawn"),
    "departure_postponed": ("Keberangkatan ditunda", "Departure postponed"),
}
_PASSPORT: tuple[State, ...] = ("passport_cancelled", "passport_revoked", "passport_withdrawn", "departure_postponed")
_AFTER_COUNTER: tuple[State, ...] = (
    "incomplete", "received", "biometrics", "interview", "examination", "adjudication",
)  # fmt: skip
_COUNTER: tuple[Role, ...] = ("counter", "supervisor")
_DESK: tuple[Role, ...] = ("counter", "interview", "supervisor", "inteldakim", "kakanim")
_INTERVIEW: tuple[Role, ...] = ("interview", "supervisor", "inteldakim")
_DEEP: tuple[Role, ...] = ("supervisor", "inteldakim")
_LEAD: tuple[Role, ...] = ("supervisor", "inteldakim", "kakanim")
_HEAD: tuple[Role, ...] = ("supervisor", "kakanim")


@dataclass(frozen=True, slots=True)
class Step:
    """One way from some states to another. `two`: always two officers; what lifts an adverse standing takes two too."""

    name: Transition
    sources: tuple[State, ...]
    target: State
    roles: tuple[Role, ...]
    text: tuple[str, str]
    needs: tuple[Need, ...] = ()
    two: bool = False


_CODED: tuple[Need, ...] = ("reason_code", "reason")
STEPS: tuple[Step, ...] = (
    Step("receive", ("filed", "incomplete"), "received", _COUNTER, ("Terima berkas", "Receive the documents")),
    Step("request_documents", ("filed", "received", "incomplete"), "incomplete", _COUNTER,
         ("Minta kelengkapan berkas", "Ask for missing documents"), ("condition",)),
    Step("take_biometrics", ("received",), "biometrics", ("counter", "interview", "supervisor"),
         ("Ambil biometrik", "Take biometrics")),
    Step("begin_interview", ("biometrics",), "interview", _INTERVIEW, ("Mulai wawancara", "Begin the interview")),
    Step("examine", ("interview", "adjudication"), "examination", _INTERVIEW,
         ("Pendalaman", "Examine in depth"), ("reason",)),
    Step("adjudicate", ("interview",), "adjudication", _INTERVIEW, ("Ke adjudikasi", "Pass on to adjudication")),
    Step("adjudicate", ("examination",), "adjudication", _DEEP,
         ("Pendalaman selesai, ke adjudikasi", "Examined; pass on to adjudication"), ("reason",)),
    Step("approve", ("adjudication",), "approved", ("interview", *_HEAD), ("Setujui", "Approve")),
    Step("issue", ("approved",), "issued", _DESK, ("Paspor terbit", "Passport issued")),
    Step("hand_out", ("issued",), "handed_over", _COUNTER, ("Serahkan paspor", "Hand the passport over")),
    Step("postpone", (*_AFTER_COUNTER, "approved", "postponed"), "postponed", _DESK,
         ("Tunda bersyarat", "Postpone on a condition"), (*_CODED, "condition"), two=True),
    Step("suspend", ("interview", "examination", "adjudication", "postponed"), "suspended", _LEAD,
         ("Tangguhkan", "Suspend for a time"), (*_CODED, "until"), two=True),
    Step("refuse", (*_AFTER_COUNTER, "postponed"), "refused", _LEAD, ("Tolak", "Refuse"), _CODED, two=True),
    Step("withdraw", (*_AFTER_COUNTER, "approved", "postponed"), "withdrawn", _DESK,
         ("Ditarik pemohon", "Withdrawn by the applicant"), ("reason",)),
    Step("close_incomplete", _AFTER_COUNTER, "withdrawn", _DESK,
         ("Tidak dilengkapi pada waktunya", "Not completed in time"), _CODED),
    Step("cancel", ("filed", "incomplete", "received"), "cancelled", _COUNTER,
         ("Batalkan (tidak datang, ganda, sistem)", "Cancel (never came, duplicate, system)"), _CODED),
    Step("resume", ("postponed",), "interview", ("interview", *_HEAD),
         ("Syarat terpenuhi, lanjutkan", "The condition is met; go on"), ("reason",), two=True),
    Step("reopen", ("suspended", "refused", "withdrawn"), "interview", _HEAD,
         ("Buka kembali", "Open again"), ("reason",), two=True),
    Step("annul", ("postponed", "suspended", "refused", "withdrawn", *_PASSPORT), "annulled", _HEAD,
         ("Batalkan keputusan", "Annul the decision"), ("reason",), two=True),
    Step("cancel_passport", ("issued", "handed_over"), "passport_cancelled", _HEAD,
         ("Batalkan paspor", "Cancel the passport"), _CODED, two=True),
    Step("revoke_passport", ("issued", "handed_over"), "passport_revoked", _HEAD,
         ("Cabut paspor", "Revoke the passport"), _CODED, two=True),
    Step("withdraw_passport", ("issued", "handed_over"), "passport_withdrawn", _HEAD,
         ("Tarik paspor", "Withdraw the passport"), _CODED, two=True),
    Step("postpone_departure", ("handed_over",), "departure_postponed", _LEAD,
         ("Tunda keberangkatan", "Postpone the departure"), _CODED, two=True),
)  # fmt: skip
_BY: Mapping[tuple[Transition, State], Step] = {(step.name, source): step for step in STEPS for source in step.sources}
EXAMINED_DEEPLY: frozenset[State] = frozenset({"examination", "adjudication"})
"""Somebody has looked with time: from then on a case can be refused for its purpose."""
_OF_STANDING: Mapping[str, State] = {
    "under_examination": "received", "lapsed": "received", "postponed": "postponed", "suspended": "suspended",
    "refused": "refused", "withdrawn": "withdrawn", "cleared": "handed_over",
}  # fmt: skip


def step_from(state: State, transition: Transition) -> Step | None:
    """The step of that name from that state; None if there is none."""
    return _BY.get((transition, state))


def steps_from(state: State) -> Iterable[Step]:
    """Every step that leads on from a state."""
    return (step for step in STEPS if state in step.sources)


def standing_of(state: State, *, has_end: bool) -> NoticeStanding:
    """What peers see of a case in that state; what befell a passport is a suspension where it has an end."""
    return "suspended" if state in _PASSPORT and has_end else STANDINGS[state]


def state_of(standing: Standing) -> State:
    """The state of a case of which only the standing is known: from an old register, or from a peer's copy."""
    return _OF_STANDING[standing]


def takes_two(step: Step, *, before: Standing) -> bool:
    """Rule 5: what harms the applicant, and what makes an adverse standing disappear or milder, takes two officers."""
    return step.two or before in ADVERSE


def too_early(step: Step, *, been: Collection[State], group: str | None) -> bool:
    """Whether a refusal is out of order: only papers or a list (groups A and C) are a ground without an examination.

    `been`: every state that the case has been in, the present one with them.
    """
    return step.target == "refused" and not EXAMINED_DEEPLY & set(been) and group not in ("A", "C")
