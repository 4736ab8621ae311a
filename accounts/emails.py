"""Mails to people. Tasks carry ids only: a link is minted when its mail is sent, so no queue ever holds a token."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django_tasks import task

from accounts import links
from accounts.models import Decision, User
from config.limits.stores import store
from config.tasks import after_commit

STAFF_PAUSE = 10 * 60
CLOCKS_DIFFER = 2  # seconds between two machines; a digest that came too early would find the pause still on


def send(name: str, to: str, **context: Any) -> None:
    """Text and HTML from templates/emails/<name>.txt and .html; the first line of the text is the subject."""
    context = {"app_name": settings.APP_NAME, **context}
    subject, _, text = render_to_string(f"emails/{name}.txt", context).strip().partition("\n")
    mail = EmailMultiAlternatives(subject.strip(), text.strip() + "\n", to=[to])
    mail.attach_alternative(render_to_string(f"emails/{name}.html", context), "text/html")
    mail.send()


@task()
def tell_staff(user_id: int) -> None:
    """Somebody waits. At most one mail in ten minutes: the first at once, all others together when the pause ends.

    The shared counter says who speaks, over all processes: the first of a pause mails, the second comes back at its
    end, where it is the first of the next one.
    """
    tally = store(settings.LIMITS["auth"]["store"]).hit("mail:queue", STAFF_PAUSE)
    if tally.hits == 1:
        mail_queue(user_id)
    elif tally.hits == 2:  # noqa: PLR2004 - the second of a pause
        after_commit(tell_staff, later=tally.seconds_left + CLOCKS_DIFFER, user_id=user_id)


def mail_queue(first_new: int) -> None:
    """How many wait, and how many of them since the mail before."""
    waiting = User.objects.pending().count()
    if not waiting:
        return
    new = User.objects.pending().filter(pk__gte=first_new).count()
    link = f"{settings.PUBLIC_URL}/admin/accounts/user/"
    for user in User.objects.deciding():
        send("queue", user.email, user=user, waiting=waiting, new=new, link=link)


@task()
def ask_to_verify(user_id: int) -> None:
    user = User.objects.filter(pk=user_id).exclude(email="").first()
    if user and user.email_verified_at is None:
        send("verify", user.email, user=user, link=links.to("verify-email", links.verification(user)))


@task()
def offer_reset(address: str) -> None:
    """Here, not in the request, so that asking takes as long for an unknown address as for a known one."""
    for user in User.objects.reached_at(address):
        if user.may_enter():
            send("reset", user.email, user=user, link=links.to("reset-password", links.reset(user)))


@task()
def tell_decision(decision_id: int) -> None:
    """What was decided; nothing when another decision has overtaken this one, or the address is not proved."""
    decision = Decision.objects.select_related("person").filter(pk=decision_id).first()
    if decision is None or decision.person.decisions.filter(pk__gt=decision_id).exists():
        return
    person = decision.person
    if person.email and person.email_verified_at:
        send(f"decision_{decision.became}", person.email, user=person, reason=decision.reason)
