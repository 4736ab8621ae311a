"""Mails to people. Tasks carry ids only: a link is minted when its mail is sent, so no queue ever holds a token."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django_tasks import task

from accounts import links
from accounts.models import User
from config.limits.stores import store

STAFF_PAUSE = 10 * 60


def send(name: str, to: str, **context: Any) -> None:
    """Text and HTML from templates/emails/<name>.txt and .html; the first line of the text is the subject."""
    context = {"app_name": settings.APP_NAME, **context}
    subject, _, text = render_to_string(f"emails/{name}.txt", context).strip().partition("\n")
    mail = EmailMultiAlternatives(subject.strip(), text.strip() + "\n", to=[to])
    mail.attach_alternative(render_to_string(f"emails/{name}.html", context), "text/html")
    mail.send()


@task()
def tell_staff() -> None:
    """Somebody waits. At most one mail in ten minutes, which counts everybody in the queue."""
    if store(settings.LIMITS["auth"]["store"]).hit("mail:queue", STAFF_PAUSE).hits > 1:
        return
    waiting = User.objects.pending().count()
    if not waiting:
        return
    link = f"{settings.PUBLIC_URL}/admin/accounts/user/"
    for user in User.objects.deciding():
        send("queue", user.email, user=user, waiting=waiting, link=link)


@task()
def ask_to_verify(user_id: int) -> None:
    user = User.objects.filter(pk=user_id).exclude(email="").first()
    if user and user.email_verified_at is None:
        send("verify", user.email, user=user, link=links.to("verify-email", links.verification(user)))


@task()
def offer_reset(address: str) -> None:
    """Here, not in the request, so that asking takes as long for an unknown address as for a known one."""
    for user in User.objects.filter(email__iexact=address, email_verified_at__isnull=False):
        if user.may_enter():
            send("reset", user.email, user=user, link=links.to("reset-password", links.reset(user)))


@task()
def tell_decision(user_id: int) -> None:
    user = User.objects.filter(pk=user_id, email_verified_at__isnull=False).first()
    if user and user.status in {User.Status.APPROVED, User.Status.REJECTED}:
        send(f"decision_{user.status}", user.email, user=user, reason=user.reason)
