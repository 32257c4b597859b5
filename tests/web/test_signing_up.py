"""Signing up in the three modes, with mail and without, and confirming addresses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from belvedere.accounts.models import EmailAddress, GlobalGrant, User
from belvedere.accounts.self_service import tokens
from belvedere.accounts.self_service.signing_up import forget_abandoned
from tests.api.conftest import Caller
from tests.web.conftest import signing_in, text_of
from tests.web.mailing import letters, path_in, sends_mail, token_in

__all__ = ["sends_mail"]

PASSWORD = "seventeen green boats"
GIVEN = {
    "username": "newton",
    "firstname": "Ida",
    "lastname": "Newton",
    "email": "Ida@Example.org",
    "password": PASSWORD,
    "password_confirmation": PASSWORD,
}
CONFIRM = "/_admin/confirm_address"


def register(client: Client | None = None, **given: str) -> Any:
    return (client or Client()).post("/_admin/register", {**GIVEN, **given})


@pytest.fixture
def mode(administrator: Caller) -> Any:
    def choose(word: str) -> None:
        GlobalGrant.objects.filter(permission__startswith="hg.register.").delete()
        GlobalGrant.objects.create(user_id=1, permission=f"hg.register.{word}")

    return choose


def test_where_nothing_is_granted_nobody_signs_up(administrator: Caller) -> None:
    GlobalGrant.objects.filter(permission__startswith="hg.register.").delete()
    assert "Signing up is closed" in text_of(Client().get("/_admin/register"), 403)
    assert register().status_code == 403
    assert not User.objects.filter(username="newton").exists()
    assert "/_admin/register" not in text_of(Client().get("/_admin/login"))


def test_at_once(mode: Any) -> None:
    mode("auto_activate")
    assert "/_admin/register" in text_of(Client().get("/_admin/login"))
    client = Client()
    assert "ready: sign in" in text_of(client.get(register(client)["Location"]))
    assert signing_in(client, "newton", PASSWORD).status_code == 302
    assert "Ida" in text_of(client.get("/_admin/my_account"))
    assert "not verified" in text_of(client.get("/_admin/my_account/emails"))
    assert signing_in(Client(), "ida@example.org", PASSWORD).status_code == 302


def test_by_approval(mode: Any, administrator: Caller) -> None:
    mode("manual_activate")
    client = Client()
    assert "administrator" in text_of(client.get("/_admin/register"))
    assert "waits for an administrator" in text_of(client.get(register(client)["Location"]))
    assert "waits for approval by an administrator" in text_of(signing_in(client, "newton", PASSWORD))
    assert "waits" not in text_of(signing_in(client, "newton", "wrong password"))
    administrator("update_user", userid="newton", active=True)
    assert signing_in(client, "newton", PASSWORD).status_code == 302


def test_with_mail_the_address_is_verified_first(mode: Any, sends_mail: None) -> None:
    mode("auto_activate")
    client = Client()
    assert "Look into your mail" in text_of(client.get(register(client)["Location"]))
    assert "waits for confirmation" in text_of(signing_in(client, "newton", PASSWORD))
    [letter] = letters()
    assert (letter.to, letter.subject) == (["ida@example.org"], "[Belvedere] Confirm your e-mail address")
    assert "ida@example.org" in text_of(client.get(path_in(letter)))
    assert not User.objects.get(username="newton").is_active
    assert "is verified: sign in" in text_of(client.post(CONFIRM, {"token": token_in(letter)}, follow=True))
    assert signing_in(client, "newton", PASSWORD).status_code == 302


def test_by_approval_with_mail(mode: Any, sends_mail: None, administrator: Caller) -> None:
    mode("manual_activate")
    administrator("update_user", userid="admin", email="boss@example.org")
    register()
    [confirm] = letters()
    after = Client().post(CONFIRM, {"token": token_in(confirm)}, follow=True)
    assert "waits for an administrator" in text_of(after)
    [waits] = letters()
    assert waits.to == ["boss@example.org"]
    assert "newton" in waits.subject
    assert path_in(waits) == f"/_admin/users/{User.objects.get(username='newton').pk}/edit"
    administrator("update_user", userid="newton", active=True)
    [approved] = letters()
    assert (approved.to, path_in(approved)) == (["ida@example.org"], "/_admin/login")
    administrator("update_user", userid="newton", active=False)
    administrator("update_user", userid="newton", active=True)
    assert letters() == []


def test_an_address_that_somebody_has_is_told_to_him_alone(mode: Any, sends_mail: None, reader: Caller) -> None:
    mode("auto_activate")
    other = register(email="reader@example.org")
    assert "Look into your mail" in text_of(Client().get(other["Location"]))
    [letter] = letters()
    assert letter.to == ["reader@example.org"]
    assert "tried to sign up" in letter.body
    assert "token" not in letter.body
    assert not User.objects.get(username="newton").is_active


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"username": "READER"}, "The username <code>READER</code> is taken"),
        ({"username": "a b"}, "A username has 1 to 64 letters"),
        ({"username": "default"}, "is reserved"),
        ({"email": "nowhere"}, "name@host"),
        ({"password": "short", "password_confirmation": "short"}, "A password has 8 to"),
        ({"password": "password1", "password_confirmation": "password1"}, "tried first"),
        ({"username": "ida.newton", "password": "Ida.newton", "password_confirmation": "Ida.newton"}, "your name"),
        ({"password_confirmation": "something else"}, "The two are not the same"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(mode: Any, reader: Caller, given: Any, why: str) -> None:
    mode("auto_activate")
    text = text_of(register(**given))
    assert why in text
    assert 'value="Newton"' in text
    assert PASSWORD not in text
    assert not User.objects.filter(firstname="Ida").exists()


def test_a_program_that_fills_in_everything_gets_nothing(mode: Any) -> None:
    mode("auto_activate")
    assert register(website="https://spam.example").status_code == 302
    assert not User.objects.filter(username="newton").exists()


def test_many_from_one_address_have_to_wait(mode: Any) -> None:
    mode("auto_activate")
    answers = [register(username=f"user{n}", email=f"user{n}@example.org").status_code for n in range(11)]
    assert answers == [302] * 10 + [429]


def test_one_address_does_not_get_many_letters(mode: Any, sends_mail: None) -> None:
    mode("auto_activate")
    answers = [register(Client(REMOTE_ADDR=f"10.0.0.{n}"), username=f"user{n}").status_code for n in range(6)]
    assert answers == [302] * 5 + [429]
    assert len(letters()) == 5


def test_links_end(mode: Any, sends_mail: None, monkeypatch: pytest.MonkeyPatch) -> None:
    mode("auto_activate")
    register()
    [letter] = letters()
    token = token_in(letter)
    for spoilt in ("", "x", token[:-1], token.replace(token[0], "A", 1)):
        assert "This link does not work" in text_of(Client().get(CONFIRM, {"token": spoilt}), 400)
    late = tokens.Purpose(tokens.VERIFIED_ADDRESS.name, timedelta(seconds=-1))
    monkeypatch.setattr("belvedere.accounts.self_service.fetch.VERIFIED_ADDRESS", late)
    assert "too old" in text_of(Client().post(CONFIRM, {"token": token}), 400)
    User.objects.filter(username="newton").update(created_on=timezone.now() - timedelta(days=4))
    forget_abandoned()
    assert not User.objects.filter(username="newton").exists()
    assert not EmailAddress.objects.filter(address="ida@example.org").exists()


def test_a_forgotten_sign_up_is_all_that_is_forgotten(mode: Any, reader: Caller) -> None:
    mode("manual_activate")
    register()
    User.objects.update(created_on=timezone.now() - timedelta(days=400))
    forget_abandoned()
    assert User.objects.filter(username__in=("newton", "reader", "admin")).count() == 3
