"""New passwords for those who forgot theirs, and what changes with a password."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from belvedere.accounts.models import EmailAddress, Session, User
from belvedere.accounts.self_service import tokens
from belvedere.accounts.self_service.letters import forgotten_password
from belvedere.accounts.sessions import _mark
from belvedere.mail import Letter
from tests.api.conftest import Caller
from tests.web.conftest import PASSWORD, signing_in, text_of
from tests.web.mailing import letters, path_in, sends_mail, token_in

__all__ = ["sends_mail"]

ASK = "/_admin/password_reset"
CHOOSE = "/_admin/password_reset_confirmation"
NEW = "eleven quiet lamps"


def ask(email: str, **more: str) -> Any:
    return Client(**more).post(ASK, {"email": email})


def choose(token: str, password: str = NEW) -> Any:
    return Client().post(CHOOSE, {"token": token, "password": password, "password_confirm": password})


def test_without_mail_an_administrator_has_to_help(reader: Caller) -> None:
    assert "Ask an administrator" in text_of(Client().get(ASK))
    assert "Ask an administrator" in text_of(ask("reader@example.org"))


def test_a_link_works_once(sends_mail: None, reader: Caller, signed_in: Any) -> None:
    client = signed_in(reader)
    assert "Look into your mail" in text_of(Client().get(ask(" Reader@example.org ")["Location"]))
    [letter] = letters()
    assert letter.to == ["reader@example.org"]
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    text = text_of(Client().get(path_in(letter)))
    assert "<strong>reader</strong>" in text
    assert "tried first" in text_of(choose(token_in(letter), "password1"))
    assert choose(token_in(letter))["Location"] == "/_admin/login"
    assert signing_in(Client(), "reader", PASSWORD).status_code == 200
    assert not Session.objects.filter(user_id=reader.user_id).exists()
    assert signing_in(Client(), "reader", NEW).status_code == 302
    assert "Sign in" in text_of(client.get("/"))
    [told] = letters()
    assert told.subject == "[Belvedere] Your password was changed"
    assert "was used already" in text_of(Client().get(path_in(letter)), 400)
    assert choose(token_in(letter), "yet another one").status_code == 400


def test_no_link_is_written_long_after_it_was_asked_for(sends_mail: None, reader: Caller) -> None:
    def written(before: timedelta) -> Letter | None:
        return forgotten_password("reader@example.org", (timezone.now() - before).isoformat())

    assert written(timedelta(minutes=50)) is not None
    assert written(timedelta(minutes=70)) is None


def test_the_answer_tells_nothing(sends_mail: None, reader: Caller) -> None:
    answers = []
    for email, address in (("reader@example.org", "10.0.0.1"), ("nobody@example.org", "10.0.0.2")):
        with CaptureQueriesContext(connection) as queries:
            answers.append((ask(email, REMOTE_ADDR=address)["Location"], len(queries)))
    assert answers[0] == answers[1]
    assert [letter.to for letter in letters()] == [["reader@example.org"]]


def test_only_who_may_sign_in_and_showed_that_the_address_is_his(sends_mail: None, reader: Caller) -> None:
    EmailAddress.objects.create(user_id=reader.user_id, address="claimed@example.org")
    ask("claimed@example.org")
    User.objects.filter(pk=reader.user_id).update(is_active=False)
    ask("reader@example.org")
    assert letters() == []
    User.objects.filter(pk=reader.user_id).update(is_active=True)
    ask("reader@example.org")
    [letter] = letters()
    User.objects.filter(pk=reader.user_id).update(is_active=False)
    assert choose(token_in(letter)).status_code == 400


def test_links_end(sends_mail: None, reader: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    ask("reader@example.org")
    [letter] = letters()
    late = tokens.Purpose(tokens.NEW_PASSWORD.name, timedelta(seconds=-1))
    monkeypatch.setattr("belvedere.accounts.self_service.fetch.NEW_PASSWORD", late)
    assert "too old" in text_of(choose(token_in(letter)), 400)


def test_one_kind_of_link_is_not_another(sends_mail: None, reader: Caller, signed_in: Any) -> None:
    signed_in(reader).post("/_admin/my_account/emails", {"new_email": "more@example.org"})
    [letter] = letters()
    assert choose(token_in(letter)).status_code == 400


def test_asking_is_slowed_down(sends_mail: None, reader: Caller) -> None:
    assert [ask("reader@example.org").status_code for _ in range(4)] == [302, 302, 302, 429]
    assert ask("reader@example.org", REMOTE_ADDR="10.1.2.3").status_code == 429
    assert [ask(f"{n}@example.org").status_code for n in range(8)] == [302] * 7 + [429]
    assert "name@host" in text_of(ask("nonsense"))


def test_a_password_of_an_old_kind_is_hashed_anew(reader: Caller, signed_in: Any) -> None:
    old = make_password(PASSWORD, hasher="pbkdf2_sha256")
    User.objects.filter(username="reader").update(password=old)
    client = Client()
    assert signing_in(client, "reader", "wrong").status_code == 200
    assert User.objects.get(username="reader").password == old
    first = Client()
    first.cookies = signed_in_with(old)
    assert signing_in(client, "reader", PASSWORD).status_code == 302
    assert User.objects.get(username="reader").password.startswith("argon2$")
    assert "Sign out" in text_of(client.get("/"))
    assert "Sign out" in text_of(first.get("/"))


def signed_in_with(stored: str) -> Any:
    """Begin a session as the page does before it hashes the password anew."""
    client = Client()
    assert signing_in(client, "reader", PASSWORD).status_code == 302
    user = User.objects.get(username="reader")
    User.objects.filter(pk=user.pk).update(password=stored)
    Session.objects.filter(user=user).update(password_mark=_mark(stored))
    return client.cookies
