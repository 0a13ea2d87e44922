"""The form for days without a node: every question of every interview, nothing scored, nothing fetched."""

from html.parser import HTMLParser

from office_node.guideline.pack import shipped_pack
from office_node.guideline.paper import paper_form


def test_the_form_has_every_question_that_is_always_asked_in_both_languages() -> None:
    pack = shipped_pack()
    text = paper_form(pack, office="kanim-kalianda")
    for question in pack.questions:
        shown = question.text.id in text and question.text.en in text
        assert shown == question.always or question.part == "partners", question.code
    assert "kanim-kalianda" in text


def test_the_form_is_whole_in_itself_and_says_nothing_of_levels() -> None:
    seen: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.extend([tag, *(name for name, _ in attrs)])

    text = paper_form(shipped_pack(), office="<b>kanim</b>")
    Tags().feed(text)
    assert not {"script", "link", "img", "src", "href"} & set(seen)
    assert "<b>kanim" not in text
    assert not any(word in text for word in ("MERAH", "KUNING", "HIJAU", "bersih", "clean"))
