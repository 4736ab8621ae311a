"""The one admin site; the apps register their desks with it."""

from typing import Any

from django.conf import settings
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite


class SignInForm(AuthenticationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # It would jump over the skip link, and open the keyboard of a phone over the page.
        del self.fields["username"].widget.attrs["autofocus"]


class GallerySite(UnfoldAdminSite):
    site_title = settings.APP_NAME
    site_header = settings.APP_NAME
    index_title = "What waits for you"
    login_form = SignInForm
