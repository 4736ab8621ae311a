from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from accounts.models import User
from config.audit import trail
from designs.models.makers import Collection, Maker, key_of
from designs.models.terms import PLURALS, Kind, Term
from designs.querysets import DesignQuerySet
from uploads.models import Picture

MINOR = 100
NEVER_ABOVE = 2**53  # unpriced designs come last under `price`


class ForbiddenMoveError(Exception):
    """This is not open from where the design stands."""

    def __init__(self, message: str) -> None:
        super().__init__(message)


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    PENDING = "pending", "Pending review"
    ACTIVE = "active", "Active"
    INACTIVE = "inactive", "Hidden"
    REJECTED = "rejected", "Rejected"


class Audience(models.TextChoices):
    WOMEN = "women", "Women"
    MEN = "men", "Men"
    KIDS = "kids", "Kids"
    UNISEX = "unisex", "Unisex"


class Design(models.Model):
    """What people open the app for."""

    external_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    short_description = models.CharField(max_length=500, blank=True)
    long_description = models.TextField(blank=True)

    # The first value of each old attribute, as its slug: cards and filters of the older app need no join.
    category = models.CharField(max_length=60, blank=True, editable=False)
    style = models.CharField(max_length=60, blank=True, editable=False)
    colour = models.CharField(max_length=60, blank=True, editable=False)
    fabric = models.CharField(max_length=60, blank=True, editable=False)
    occasion = models.CharField(max_length=60, blank=True, editable=False)
    season = models.CharField(max_length=60, blank=True, editable=False)
    terms: models.ManyToManyField[Term, "DesignTerm"] = models.ManyToManyField(
        Term, through="DesignTerm", related_name="designs"
    )

    audience = models.CharField(max_length=10, choices=Audience, blank=True)
    tags = models.CharField(max_length=1_000, blank=True)  # as it was written; DesignTag is what filters ask
    size_available = models.CharField(max_length=200, blank=True)
    sizes = models.JSONField(default=list, blank=True)
    price_range = models.CharField(max_length=100, blank=True)
    price_min = models.PositiveBigIntegerField(null=True, blank=True)  # minor units
    price_max = models.PositiveBigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="INR")

    designer = models.ForeignKey(Maker, on_delete=models.PROTECT, null=True, blank=True, related_name="designs")
    designer_name = models.CharField(max_length=120, blank=True)
    designer_key = models.CharField(max_length=120, blank=True, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, null=True, blank=True, related_name="designs")
    collection_name = models.CharField(max_length=120, blank=True)
    collection_key = models.CharField(max_length=120, blank=True, editable=False)

    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    featured = models.BooleanField(default=False)
    featured_at = models.DateTimeField(null=True, blank=True, editable=False)
    cover = models.ForeignKey(
        Picture, on_delete=models.PROTECT, null=True, blank=True, related_name="covers", editable=False
    )
    # What a card shows of terms and pictures, so that a page is one query; written by designs.cards, never by hand.
    card = models.JSONField(default=dict, blank=True, editable=False)

    view_count = models.PositiveIntegerField(default=0, editable=False)
    like_count = models.PositiveIntegerField(default=0, editable=False)  # kept by a trigger on the hearts

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    moderated_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)  # content only: views, hearts, featuring never move it

    # Sorts compare a value that is never null, and the id where it is equal.
    title_key = models.GeneratedField(
        expression=Lower("title"), output_field=models.CharField(max_length=200), db_persist=True
    )
    price_from = models.GeneratedField(
        expression=Coalesce("price_min", "price_max", NEVER_ABOVE),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    price_to = models.GeneratedField(
        expression=Coalesce("price_max", "price_min", -1), output_field=models.BigIntegerField(), db_persist=True
    )

    objects = DesignQuerySet.as_manager()

    class Meta:
        permissions = [("edit_designs", "May publish, change and delete designs")]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="design_status_known"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(cover__isnull=False), name="design_shown_has_a_picture"
            ),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(published_at__isnull=False), name="design_active_was_published"
            ),
            models.CheckConstraint(
                condition=Q(price_min__isnull=True) | Q(price_max__isnull=True) | Q(price_max__gte=F("price_min")),
                name="design_price_upwards",
            ),
        ]
        # Not partial: SQLite uses a partial index only for a condition it can read, never for a bound parameter.
        indexes = [
            # The list: newest, oldest.
            models.Index(fields=["status", "published_at", "id"], name="design_newest"),
            # popular, most_viewed, price, -price, title.
            models.Index(fields=["status", "like_count", "id"], name="design_popular"),
            models.Index(fields=["status", "view_count", "id"], name="design_viewed"),
            models.Index(fields=["status", "price_from", "id"], name="design_price"),
            models.Index(fields=["status", "price_to", "id"], name="design_price_down"),
            models.Index(fields=["status", "title_key", "id"], name="design_title"),
            # One category of the list, newest first; its cover on the categories door.
            models.Index(fields=["status", "category", "published_at", "id"], name="design_of_category"),
            models.Index(fields=["designer_key", "published_at"], name="design_of_maker"),
            models.Index(fields=["collection_key"], name="design_of_collection"),
            # The featured door.
            models.Index(fields=["featured", "featured_at", "id"], name="design_featured"),
            # The moderation desk: newest change first in each tab.
            models.Index(fields=["status", "updated_at", "id"], name="design_desk"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fold_names()
        fields = kwargs.get("update_fields")
        if fields is None and not self._state.adding:
            fields = self.own_columns()
        if fields is not None:
            kwargs["update_fields"] = {*fields, "designer_key", "collection_key"}
        super().save(*args, **kwargs)

    def fold_names(self) -> None:
        self.designer_key, self.collection_key = key_of(self.designer_name), key_of(self.collection_name)

    @classmethod
    def own_columns(cls) -> set[str]:
        """All but the counts: an older copy that is saved must not take views back."""
        columns = {
            column.name for column in cls._meta.concrete_fields if not column.primary_key and not column.generated
        }
        return columns - {"view_count", "like_count"}

    @property
    def is_shown(self) -> bool:
        return self.status == Status.ACTIVE

    def facts_to_tell(self) -> dict[str, Any]:
        """What it says, shows and costs. Its card has the slugs of its terms, and which pictures it shows."""
        shown = self.card.get("pictures", [])
        return {
            **{name: getattr(self, name) for name in TOLD},
            "price_min": in_rupees(self.price_min),
            "price_max": in_rupees(self.price_max),
            **{PLURALS[kind]: self.card.get("terms", {}).get(kind.value, []) for kind in Kind},
            "pictures": [picture["id"] for picture in shown],
            "captions": [picture["alt"] for picture in shown if picture.get("alt")],
        }

    # --- Verbs: each answers whether it changed anything -------------------------------------------------------
    def submit(self, *, by: User | None = None) -> bool:
        return self._move(Status.PENDING, by)

    def publish(self, *, by: User | None = None) -> bool:
        return self._move(Status.ACTIVE, by)

    def hide(self, *, by: User | None = None, reason: str = "") -> bool:
        return self._move(Status.INACTIVE, by, reason)

    def reject(self, *, by: User | None = None, reason: str = "") -> bool:
        return self._move(Status.REJECTED, by, reason)

    def withdraw(self, *, by: User | None = None) -> bool:
        """Back to a draft."""
        return self._move(Status.DRAFT, by)

    def feature(self, *, by: User | None = None, on: bool = True) -> bool:
        """Not a change of the design: `updated_at` stays."""
        with transaction.atomic():
            changed = Design.objects.filter(pk=self.pk, featured=not on).update(
                featured=on, featured_at=timezone.now() if on else None
            )
            self.refresh_from_db(fields=["featured", "featured_at"])
            if changed:
                what = "featured" if on else "unfeatured"
                self._remember(what, by)
                trail.record(f"design.{what}", on=self, by=by, changes={"featured": (not on, on)})
        return bool(changed)

    def _move(self, to: str, by: User | None, reason: str = "") -> bool:
        with transaction.atomic():
            while True:
                self.refresh_from_db(fields=["status", "cover", "published_at"])
                if self.status == to:
                    return False
                self._refuse(to)
                if self._change_status(to, by, reason):
                    return True

    def _refuse(self, to: str) -> None:
        if to not in MOVES[self.status]:
            raise ForbiddenMoveError(f"A design that is {self.status} cannot become {to}.")
        if to != Status.DRAFT and self.cover_id is None:
            raise ForbiddenMoveError("A design needs a picture before it can leave the drafts.")

    def _change_status(self, to: str, by: User | None, reason: str) -> bool:
        """One conditional statement: of two who decide at once, the second looks again."""
        now, was = timezone.now(), self.status
        facts: dict[str, Any] = {"status": to, "moderated_by": by, "moderated_at": now, "reason": reason}
        if to == Status.ACTIVE and self.published_at is None:
            facts["published_at"] = now  # the first time only: hiding and showing again makes nothing new
        if not Design.objects.filter(pk=self.pk, status=was).update(**facts):
            return False
        for name, value in facts.items():
            setattr(self, name, value)
        self._remember(to, by, reason)
        trail.record(f"design.{DONE[to]}", on=self, by=by, changes={"status": (was, to)})
        return True

    def _remember(self, what: str, by: User | None, reason: str = "") -> None:
        Moderation.objects.create(design=self, what=what, by=by, reason=reason)


DONE: dict[str, str] = {
    Status.DRAFT: "withdrawn",
    Status.PENDING: "submitted",
    Status.ACTIVE: "published",
    Status.INACTIVE: "hidden",
    Status.REJECTED: "rejected",
}
TOLD = (
    "title",
    "external_id",
    "short_description",
    "description",
    "long_description",
    "audience",
    "tags",
    "size_available",
    "price_range",
    "currency",
    "designer_name",
    "collection_name",
)
# From where a design stands, where it may go.
MOVES: dict[str, set[str]] = {
    Status.DRAFT: {Status.PENDING, Status.ACTIVE, Status.REJECTED, Status.INACTIVE},
    Status.PENDING: {Status.ACTIVE, Status.REJECTED, Status.DRAFT, Status.INACTIVE},
    Status.ACTIVE: {Status.INACTIVE, Status.REJECTED, Status.DRAFT, Status.PENDING},
    Status.INACTIVE: {Status.ACTIVE, Status.REJECTED, Status.DRAFT, Status.PENDING},
    Status.REJECTED: {Status.DRAFT, Status.PENDING, Status.ACTIVE, Status.INACTIVE},
}


def in_rupees(minor: int | None) -> float | None:
    return None if minor is None else minor // MINOR if minor % MINOR == 0 else minor / MINOR


class Moderation(models.Model):
    """Who did what to which design, when and why. Written by the verbs, never changed."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="moderations")
    what = models.CharField(max_length=12)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.what} by {self.by_id}"


class DesignTerm(models.Model):
    """A saree is wedding and reception, red and gold."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="uses")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="uses")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["design", "term"], name="design_term_once")]
        indexes = [
            # Filters by term, and merging.
            models.Index(fields=["term", "design"], name="design_of_term"),
        ]

    def __str__(self) -> str:
        return f"{self.design_id}: {self.term_id}"


class DesignTag(models.Model):
    """A tag as filters ask for it: without case."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="tag_rows")
    key = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "design"], name="design_tag_once")]

    def __str__(self) -> str:
        return self.key
