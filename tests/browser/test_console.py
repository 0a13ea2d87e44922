"""The console in a real browser, from the counter to the second signature.

At every step: what axe finds, what the policy stops, whom the browser asks, and what it keeps. Nothing of each.
"""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from office_node.store.alerts import NewAlert, raise_alert
from office_node.store.engine import open_engine
from tests.console_browser import Offices, Sitting, running_offices
from tests.federation.cast import AGAIN, BANDAR, KALIANDA

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.slow]
BIRTH = "17-03-1994"


@pytest.fixture(scope="module")
def offices(chromium: str) -> Iterator[Offices]:
    """Real offices with a woman postponed in Kalianda, and a browser."""
    with running_offices(chromium) as running:
        yield running


def fill_in(sitting: Sitting, *, number: str, **other: str) -> None:
    """At the counter of Kotabumi, as she spells her name today."""
    sitting.open("/console/cases/new")
    told = {
        "application_no": number, "name": AGAIN["name"], "birth_date": BIRTH, "birth_place": AGAIN["birth_place"],
        "mother_name": AGAIN["mother_name"], "phones": AGAIN["phones"][0],
    }  # fmt: skip
    for name, text in (told | other).items():
        sitting.page.fill(f"#{name}", text)


def file_her(sitting: Sitting, *, number: str, **other: str) -> None:
    """And all offices have answered or had their time."""
    fill_in(sitting, number=number, **other)
    sitting.press("Ajukan dan tanya semua kantor")
    sitting.page.locator("#panel").wait_for()
    sitting.look()


def test_from_the_counter_to_a_postponement_that_two_officers_sign(offices: Offices) -> None:
    with offices.sitting() as counter:
        counter.sign_in(offices.officers["counter"])
        file_her(counter, number="B-1")
        case = counter.page.url
        assert counter.word == "Perlu pendalaman"
        assert counter.page.locator(".pair").inner_text().count("Mungkin orang yang sama") == 1
        assert "Belum lengkap." in counter.page.locator(".banner").inner_text()
        assert "kanim-bandarlampung: belum diketahui" in counter.page.locator(".panel .unknown").inner_text()
        assert "ditunda bersyarat" in counter.page.locator(".rows").first.inner_text()
        counter.press("Bandingkan dengan kanim-kalianda")
        assert "j" in counter.page.locator("mark").all_inner_texts()
        counter.press("Simpan")  # the browser asks for what is missing, and nothing is sent
        counter.page.get_by_label("sama", exact=True).check()
        counter.page.fill("#reason", "Foto pada paspor lama sama")
        counter.press("Simpan")
        assert "Kata petugas: sama" in counter.page.locator(".rows").first.inner_text()
        for step in ("Terima berkas", "Ambil biometrik"):
            counter.press(step)
            counter.press(step)
        counter.press("Keluar")
        assert counter.page.url.endswith("/console/sign-in")

    with offices.sitting() as interview:
        interview.sign_in(offices.officers["interview"])
        interview.open(case.removeprefix(interview.url))
        assert interview.word == "Tanyakan dahulu"
        assert "kalianda" not in interview.page.content()
        interview.press("Ke wawancara")
        first = interview.page.locator("#applied_elsewhere")
        first.get_by_label("Tidak").check()
        interview.page.fill("[name=note-applied_elsewhere]", "Mengaku belum pernah mengajukan")
        coached = interview.page.locator("#broker_coached")
        coached.get_by_label("Ya").check()
        interview.page.fill("[name=note-broker_coached]", "Formulir diisi orang yang menunggu di luar")
        coached.get_by_label("sudah dipastikan").check()
        interview.press("Simpan dan kembali")
        assert interview.word == "Rujuk penyelia"
        assert "kanim-kalianda" in interview.page.content()
        interview.press("Mulai wawancara")
        interview.press("Mulai wawancara")
        interview.press("Tunda bersyarat")
        interview.page.select_option("#reason_code", "B2")
        interview.page.fill("#condition", "Surat rekomendasi Disnaker")
        interview.page.fill("#reason", "Prosedur kerja belum ditempuh")
        second = offices.officers["supervisor"]
        for name, text in (("officer", second.ref), ("password", "bukan ini sandinya"), ("code", "000000")):
            interview.page.fill(f"#second_{name}", text)
        interview.press("Tunda bersyarat")
        assert "Belum dilakukan" in interview.page.locator(".summary").inner_text()
        assert interview.page.input_value("#second_password") == ""
        assert interview.page.input_value("#reason") == "Prosedur kerja belum ditempuh"
        interview.page.fill("#second_password", second.password)
        interview.page.fill("#second_code", second.recovery.pop())
        interview.press("Tunda bersyarat")
        assert "Ditunda bersyarat" in interview.page.locator(".identity").inner_text()
        assert f"bersama {second.ref}" in interview.page.locator(".timeline").inner_text()

    with offices.sitting(office=KALIANDA) as kalianda:
        kalianda.sign_in(offices.officers["kalianda"])
        kalianda.open("/console/alerts")
        assert "Kantor lain bertanya tentang pemohon kita" in kalianda.page.locator(".alerts").inner_text()
        kalianda.page.get_by_label("Catatan").first.fill("Sudah dihubungi Kotabumi")
        kalianda.press("Tandatangani")
        assert "Sudah dihubungi" not in kalianda.page.content()


def test_answers_appear_while_an_office_is_slow_and_the_page_loads_again_by_itself(offices: Offices) -> None:
    silent = offices.places[BANDAR].ports[0]
    with socket.create_server(("127.0.0.1", silent)), offices.sitting() as counter:  # takes a question, never answers
        counter.sign_in(offices.officers["counter"])
        for number in range(8):
            fill_in(counter, number=f"S-{number}")
            counter.page.get_by_role("button", name="Ajukan dan tanya semua kantor").click()
            counter.page.locator("#outcome").wait_for()
            if counter.word == "Menunggu jawaban":  # else it rests: it has just not answered somebody else
                break
        counter.page.get_by_text(f"{KALIANDA}: sudah menjawab").wait_for()
        assert f"{BANDAR}: ditunggu" in counter.page.locator("#progress").inner_text()
        counter.page.locator("#panel").wait_for()
        assert f"{BANDAR}: belum diketahui" in counter.page.locator("#panel + p + .panel").inner_text()
        assert counter.word == "Perlu pendalaman"
        counter.look()


def test_a_counter_officer_needs_no_mouse_and_hides_the_screen_with_a_key(offices: Offices) -> None:
    with offices.sitting() as counter:
        keyboard, sari = counter.page.keyboard, offices.officers["counter"]
        counter.page.goto(counter.url)
        keyboard.type(sari.ref)
        for text in (sari.password, sari.recovery.pop()):
            keyboard.press("Tab")
            keyboard.type(text)
        keyboard.press("Enter")
        counter.page.get_by_role("link", name="Permohonan baru").focus()
        keyboard.press("Enter")
        counter.page.locator("#application_no").wait_for()
        for text in ("K-1", "Bagus Prakoso Wibowo", "30-07-1989"):
            keyboard.type(text)
            keyboard.press("Tab")
        keyboard.press("Enter")
        counter.page.locator("#panel").wait_for()
        counter.look()
        assert counter.word == "Lanjut"
        assert "Itu tidak mengatakan apa pun tentang pemohon" in counter.page.locator(".pair").inner_text()
        keyboard.press("F9")
        assert not counter.page.get_by_text("Bagus Prakoso Wibowo").first.is_visible()
        counter.look()
        keyboard.press("F9")
        assert counter.page.get_by_text("Bagus Prakoso Wibowo").first.is_visible()
        counter.page.goto(f"{counter.url}/console/cases")
        keyboard.press("Tab")
        keyboard.press("Enter")
        assert counter.page.evaluate("document.activeElement.id") == "main"


def test_without_scripts_everything_works_too(offices: Offices) -> None:
    context = offices.browser.new_context(java_script_enabled=False)
    page, sari = context.new_page(), offices.officers["counter"]
    url = offices.places["kanim-kotabumi"].url()
    page.goto(url)
    for name, text in (("officer", sari.ref), ("password", sari.password), ("code", sari.recovery.pop())):
        page.fill(f"#{name}", text)
    page.click("main button")
    page.goto(f"{url}/console/cases/new")
    for name, text in (("application_no", "N-1"), ("name", "Wayan Sudarma"), ("birth_date", "1-2-1990")):
        page.fill(f"#{name}", text)
    page.click("main button.btn-primary")
    page.locator("#panel").wait_for()
    assert page.locator("#outcome").inner_text() == "Lanjut"
    page.click("#hide")
    assert "Layar ditutup" in page.locator("main").inner_text()
    page.go_back()
    page.get_by_role("button", name="Keluar").click()
    assert page.url.endswith("/console/sign-in")
    context.close()


@pytest.mark.parametrize("width", [320, 390, 683])
def test_long_names_other_scripts_and_narrow_screens_break_nothing(offices: Offices, width: int) -> None:
    """683 is 1366 at 200 %."""
    with offices.sitting(width=width) as counter:
        counter.sign_in(offices.officers["counter"])
        counter.open("/console/cases/new")
        counter.press("Ajukan dan tanya semua kantor")
        assert counter.page.locator(".summary a").all_inner_texts()[0] == "Nomor permohonan"
        counter.page.get_by_role("link", name="Nama lengkap").click()
        assert counter.page.evaluate("document.activeElement.id") == "name"
        file_her(counter, number=f"L-{width}", name="Sri" + "wahyuningsih" * 12, aliases="محمد عبد الله\n李小龙")
        counter.press("Minta kelengkapan berkas")
        for path in ("", "/desk", "/account", "/peers", "/alerts", "/cases?work=over", "/none", "/hidden", "/help"):
            counter.open(f"/console{path}")
        counter.press("English")
        assert counter.page.locator("html").get_attribute("lang") == "en"


def test_a_form_of_another_site_does_nothing(offices: Offices) -> None:
    with offices.sitting() as counter:
        counter.sign_in(offices.officers["counter"])
        stranger = counter.page.context.new_page()
        stranger.set_content(
            f'<form method="post" action="{counter.url}/console/desk"><input name="purpose" value="correction">'
            "<button>x</button></form>"
        )
        stranger.click("button")
        stranger.locator("h1").wait_for()
        assert stranger.locator("h1").inner_text() in ("Sesi berakhir", "Tidak dapat dilanjutkan")
        counter.open("/console/desk")
        assert counter.page.input_value("#purpose") == "passport_application"


def test_a_page_after_the_session_has_gone_leads_to_the_sign_in(offices: Offices) -> None:
    with offices.sitting() as counter:
        counter.sign_in(offices.officers["counter"])
        counter.open("/console/desk")
        counter.page.context.clear_cookies(name="__Host-jejak")
        counter.press("Simpan")
        assert counter.page.locator("h1").inner_text() == "Sesi berakhir"
        counter.press("Masuk")
        assert counter.page.url.endswith("/console/sign-in")


@pytest.mark.parametrize("width", [320, 1366])
def test_five_hundred_alerts_are_pages_of_a_hundred(offices: Offices, width: int) -> None:
    place = offices.places[KALIANDA]
    engine = open_engine(place.settings.sqlalchemy_url)
    with engine.begin() as connection:
        for number in range(500):
            new = NewAlert(
                id=f"{width:08x}{number:024x}", kind="inquiries_unusual", case_ref="", office=f"kanim-{number}",
                inquiry=f"{width}-{number}", zone=None, raised_at=datetime.now(UTC), count=number,
            )  # fmt: skip
            raise_alert(connection, new)
    engine.dispose()
    with offices.sitting(office=KALIANDA, width=width) as supervisor:
        supervisor.sign_in(offices.officers["kalianda"])
        supervisor.open("/console/alerts")
        assert supervisor.page.locator(".alerts > li").count() == 100
        supervisor.press("Berikutnya")
        assert supervisor.page.locator(".alerts > li").count() == 100
        supervisor.press("Ke awal daftar")


def test_an_administrator_makes_an_account_on_a_phone(offices: Offices) -> None:
    with offices.sitting(width=320) as administrator:
        administrator.sign_in(offices.officers["administrator"])
        administrator.page.fill("#officer", "o-20")
        administrator.page.fill("#name", "Ratna Dewi")
        administrator.press("Buat akun")
        administrator.page.get_by_label("Petugas wawancara").check()
        administrator.press("Buat akun")
        assert administrator.page.locator(".secret").count() == 1
        assert administrator.page.get_by_role("link", name="Antrean").count() == 0
