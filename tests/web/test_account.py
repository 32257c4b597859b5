"""One's own account: who one is, one's password, addresses and sessions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from belvedere.accounts.models import EmailAddress, Session, User
from belvedere.web.devices import device_from
from tests.api.conftest import Caller
from tests.web.conftest import PASSWORD, signing_in, text_of
from tests.web.mailing import letters, path_in, sends_mail, token_in

__all__ = ["sends_mail"]

PLACE = "/_admin/my_account"
SECTIONS = ("", "/password", "/emails", "/sessions", "/api_keys", "/ssh_keys", "/repos", "/watched", "/perms")
NEW = "eleven quiet lamps"


def bearer(key: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {key}"}}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_is_for_those_who_signed_in(reader: Caller, signed_in: Any, section: str) -> None:
    response = Client().get(PLACE + section)
    assert response.status_code == 302
    assert response["Location"].startswith("/_admin/login?came_from=%2F_admin%2Fmy_account")
    text = text_of(signed_in(reader).get(PLACE + section))
    assert text.count("<h1") == 1
    assert text.count('aria-current="page"') >= 1
    assert (reader.key in text) == (section == "/api_keys")


@pytest.mark.parametrize("section", ["", "/password", "/emails", "/sessions"])
def test_a_key_that_is_narrowed_does_not_look_after_the_account(
    administrator: Caller, reader: Caller, section: str
) -> None:
    administrator("create_repo", repo_name="open")
    for scopes in ({"methods": "pages"}, {"access": "write"}, {"repositories": ["open"]}):
        key = reader("create_api_key", description="narrow", **scopes)["api_key"]["api_key"]
        assert Client().get(PLACE + section, **bearer(key)).status_code == 403
        assert Client().post(f"{PLACE}/emails", {"new_email": "thief@example.org"}, **bearer(key)).status_code == 403
    assert EmailAddress.objects.filter(user_id=reader.user_id).count() == 1
    assert Client().get(PLACE + section, **bearer(reader.key)).status_code == 200


def test_names_are_changed_and_nothing_else(reader: Caller, signed_in: Any) -> None:
    client = signed_in(reader)
    given = {"firstname": "Rosa", "lastname": "<b>L</b>", "username": "root", "is_administrator": "1", "admin": "on"}
    text = text_of(client.post(PLACE, given, follow=True))
    assert "Your profile is saved" in text
    assert "&lt;b&gt;L&lt;/b&gt;" in text
    user = User.objects.get(pk=reader.user_id)
    assert (user.username, user.firstname, user.is_administrator) == ("reader", "Rosa", False)
    assert 'value="Rosa"' in text_of(client.post(PLACE, {"firstname": "Rosa", "lastname": "x" * 256}))


def another_browser() -> Client:
    """Sign the reader in once more."""
    client = Client()
    assert signing_in(client, "reader", PASSWORD).status_code == 302
    return client


def change(client: Client, present: str = PASSWORD, new: str = NEW, again: str | None = None) -> Any:
    given = {"current_password": present, "new_password": new, "new_password_confirmation": again or new}
    return client.post(f"{PLACE}/password", given)


def test_changing_the_password_ends_other_sessions(reader: Caller, signed_in: Any, sends_mail: None) -> None:
    here, elsewhere = signed_in(reader), another_browser()
    assert change(here).status_code == 302
    [letter] = letters()
    assert letter.to == ["reader@example.org"]
    assert "Your password is changed" in text_of(here.get(f"{PLACE}/password"))
    assert elsewhere.get(PLACE).status_code == 302
    assert Session.objects.filter(user_id=reader.user_id).count() == 1
    assert signing_in(Client(), "reader", PASSWORD).status_code == 200
    assert signing_in(Client(), "reader", NEW).status_code == 302
    assert reader("get_user")["username"] == "reader"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"present": "wrong"}, "not your present password"),
        ({"new": "short"}, "A password has 8 to"),
        ({"new": "reader@example.org"}, "must not be your name"),
        ({"new": "12345678"}, "tried first"),
        ({"again": "other"}, "The two are not the same"),
    ],
)
def test_a_password_that_is_not_changed(reader: Caller, signed_in: Any, given: dict[str, str], why: str) -> None:
    client = signed_in(reader)
    assert why in text_of(change(client, **given))
    assert signing_in(Client(), "reader", PASSWORD).status_code == 302


def test_the_present_password_is_not_guessed(reader: Caller, signed_in: Any) -> None:
    client = signed_in(reader)
    assert [change(client, "wrong").status_code for _ in range(7)] == [200] * 6 + [429]
    assert change(client).status_code == 429


def test_a_user_without_a_password_is_told_so(reader: Caller) -> None:
    assert "has no password" in text_of(Client().get(f"{PLACE}/password", **bearer(reader.key)))


def addresses(client: Client) -> str:
    return text_of(client.get(f"{PLACE}/emails"))


def holder(address: str) -> str:
    """Name who has shown that an address is his."""
    row = EmailAddress.objects.filter(address=address, verified_on__isnull=False).select_related("user").first()
    return row.user.username if row else ""


def test_an_address_is_verified_by_a_link(reader: Caller, signed_in: Any, sends_mail: None) -> None:
    client = signed_in(reader)
    client.post(f"{PLACE}/emails", {"new_email": "New@Example.org"})
    row = EmailAddress.objects.get(address="new@example.org")
    assert holder("new@example.org") == ""
    assert client.post(f"{PLACE}/emails/main", {"email_id": row.pk}).status_code == 409
    [letter] = letters()
    assert letter.to == ["new@example.org"]
    assert 'The user "reader"' in letter.body
    client.get(path_in(letter))
    row.refresh_from_db()
    assert row.verified_on is None  # programs that look into mail for harm open links
    text = text_of(client.post("/_admin/confirm_address", {"token": token_in(letter)}, follow=True))
    assert "new@example.org is verified" in text
    assert holder("new@example.org") == "reader"
    client.post(f"{PLACE}/emails/main", {"email_id": row.pk})
    [told] = letters()
    assert (told.to, told.subject) == (["reader@example.org"], "[Belvedere] Your main e-mail address was changed")
    assert reader("get_user")["email"] == "new@example.org"
    assert client.post(f"{PLACE}/emails/delete", {"del_email_id": row.pk}).status_code == 409
    old = EmailAddress.objects.get(address="reader@example.org")
    assert client.post(f"{PLACE}/emails/delete", {"del_email_id": old.pk}).status_code == 302
    assert reader("get_user")["emails"] == ["new@example.org"]


def test_without_mail_an_address_stays_unverified(reader: Caller, signed_in: Any) -> None:
    client = signed_in(reader)
    client.post(f"{PLACE}/emails", {"new_email": "new@example.org"})
    assert "sends no mail" in addresses(client)
    assert "not verified" in addresses(client)
    assert holder("new@example.org") == ""


def test_an_address_of_somebody_else(reader: Caller, writer: Caller, signed_in: Any, sends_mail: None) -> None:
    client = signed_in(reader)
    assert client.post(f"{PLACE}/emails", {"new_email": "writer@example.org"}).status_code == 302
    [letter] = letters()
    assert "tried to add this address" in letter.body
    assert "confirm_address" not in letter.body
    client.post(f"{PLACE}/emails", {"new_email": "race@example.org"})
    [link] = letters()
    EmailAddress.objects.create(user_id=writer.user_id, address="race@example.org", verified_on=timezone.now())
    lost = client.post("/_admin/confirm_address", {"token": token_in(link)})
    assert "belongs to another account" in text_of(lost, 409)
    assert holder("race@example.org") == "writer"
    theirs = EmailAddress.objects.get(user_id=writer.user_id, address="writer@example.org")
    for deed in ("main", "delete", "link"):
        assert client.post(f"{PLACE}/emails/{deed}", {"email_id": theirs.pk}).status_code == 404


def test_addresses_that_cannot_be(reader: Caller, signed_in: Any, sends_mail: None) -> None:
    client = signed_in(reader)
    for given, why in (("nowhere", "name@host"), ("READER@example.org", "in your account already"), ("", "required")):
        assert why in text_of(client.post(f"{PLACE}/emails", {"new_email": given}))
    answers = [client.post(f"{PLACE}/emails", {"new_email": f"{n}@example.org"}).status_code for n in range(11)]
    assert answers == [302] * 10 + [429]
    rows = [EmailAddress(user_id=reader.user_id, address=f"more{n}@example.org") for n in range(9)]
    EmailAddress.objects.bulk_create(rows)
    assert "at most 20" in text_of(client.post(f"{PLACE}/emails", {"new_email": "last@example.org"}))


def test_sessions_are_listed_and_ended(reader: Caller, writer: Caller, signed_in: Any) -> None:
    here, there, theirs = signed_in(reader), another_browser(), signed_in(writer)
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"
    third = Session.objects.filter(user_id=reader.user_id).latest("pk")
    Session.objects.filter(pk=third.pk).update(agent=firefox, address="10.9.8.7")
    text = text_of(here.get(f"{PLACE}/sessions"))
    assert "Firefox on Linux" in text
    assert "10.9.8.7" in text
    assert text.count("this one") == 1
    foreign = Session.objects.get(user_id=writer.user_id)
    assert here.post(f"{PLACE}/sessions/end", {"session_id": foreign.pk}).status_code == 404
    assert here.post(f"{PLACE}/sessions/end", {"session_id": third.pk}).status_code == 302
    assert there.get(PLACE).status_code == 302
    there = another_browser()
    assert "1 other session is signed out" in text_of(here.post(f"{PLACE}/sessions/end", {"others": "1"}, follow=True))
    assert there.get(PLACE).status_code == 302
    assert here.get(PLACE).status_code == theirs.get(PLACE).status_code == 200


def test_a_session_that_ended_with_its_password_is_not_listed(
    administrator: Caller, reader: Caller, signed_in: Any
) -> None:
    signed_in(reader)
    Session.objects.update(address="10.9.8.7")
    client = signed_in(reader)  # which sets the password again, with another hash
    assert Session.objects.filter(user_id=reader.user_id).count() == 2
    assert "10.9.8.7" not in text_of(client.get(f"{PLACE}/sessions"))


def test_ended_sessions_are_forgotten_at_the_next_sign_in(reader: Caller, writer: Caller, signed_in: Any) -> None:
    client = signed_in(reader)
    Session.objects.update(expires_on=timezone.now() - timedelta(seconds=1))
    assert client.get(PLACE).status_code == 302
    signed_in(writer)
    assert [row.user_id for row in Session.objects.all()] == [writer.user_id]


def test_a_deleted_user_is_signed_out(administrator: Caller, reader: Caller, signed_in: Any) -> None:
    client = signed_in(reader)
    administrator("delete_user", userid="reader")
    assert client.get(PLACE).status_code == 302


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Version/18.0 Safari/604", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Version/18 Safari/605", "Safari on Mac"),
        ("curl/8.9", "curl"),
        ("<script>", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_devices_in_words(agent: str, device: str) -> None:
    assert device_from(agent) == device
