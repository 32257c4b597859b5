"""The form for a public key: for one's own keys and for administrators."""

from __future__ import annotations

from django import forms

from belvedere.accounts.credentials.public_keys import LONGEST
from belvedere.accounts.credentials.ssh_keys import DESCRIPTION_LENGTH
from belvedere.web.forms import Form


class SshKeyForm(Form):
    """A public key."""

    public_key = forms.CharField(
        label="Public key",
        max_length=LONGEST,
        help_text="The one line of the file that ends in .pub, for example ~/.ssh/id_ed25519.pub.",
        widget=forms.Textarea({"rows": 4, "class": "code", "spellcheck": "false", "autocomplete": "off"}),
    )
    description = forms.CharField(
        max_length=DESCRIPTION_LENGTH, required=False, help_text="Left empty, the key's own comment is taken."
    )
