from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from uploads import keys, links, variants
from uploads.storage import pictures


class PictureQuerySet(models.QuerySet["Picture"]):
    def shown(self) -> Self:
        """What a design may use."""
        return self.filter(status__in=[Picture.Status.READY, Picture.Status.ADOPTED])

    def broken(self) -> Self:
        return self.filter(status=Picture.Status.BROKEN)

    def first_of(self, category: str, sha256: str) -> "Picture | None":
        """The same bytes, uploaded before. Avatars are nobody else's business."""
        same = self.filter(category=category, sha256=sha256, status=Picture.Status.READY)
        return same.order_by("pk").first() if category != keys.AVATARS else None

    def below(self, prefix: str) -> Self:
        return self.filter(object_key__startswith=prefix) if prefix else self.all()

    def called(self, names: list[str]) -> Self:
        """Also by the keys that adopted ones had in the older gallery."""
        return self.filter(Q(object_key__in=names) | Q(earlier_key__in=names))

    def outdated(self, mark: str) -> Self:
        """Whose variants are missing, or carry another mark than they should."""
        return self.gallery().filter(Q(edition=0) | ~Q(mark=mark))

    def gallery(self) -> Self:
        """All that have variants."""
        return self.shown().exclude(category=keys.AVATARS).order_by("pk")


class Picture(models.Model):
    """A stored picture. Its variants have computed names, so they need no rows."""

    class Status(models.TextChoices):
        INCOMING = "incoming", "Incoming"  # a phone has leave to put it; nobody has looked at it
        READY = "ready", "Ready"
        ADOPTED = "adopted", "Adopted"  # lay in the bucket before us; shown as it is
        BROKEN = "broken", "Broken"

    object_key = models.CharField(max_length=512, unique=True)
    # Of one that was adopted and stored anew since: its object stays, since old links and phones name it.
    earlier_key = models.CharField(max_length=512, unique=True, null=True, editable=False)
    category = models.CharField(max_length=10, choices=[(name, name) for name in keys.CATEGORIES], default=keys.DESIGNS)
    status = models.CharField(max_length=10, choices=Status, default=Status.READY)
    # Of the bytes that were sent, not of those that are stored: the same photo is recognised when it comes again.
    sha256 = models.CharField(max_length=64, blank=True)
    is_first = models.BooleanField(default=True, editable=False)  # of those with the same bytes
    size = models.PositiveIntegerField(default=0)
    content_type = models.CharField(max_length=40, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    thumbhash = models.CharField(max_length=48, blank=True)
    dominant_colour = models.CharField(max_length=7, blank=True)
    edition = models.PositiveSmallIntegerField(default=0)  # of its variants; 0 when it has none
    mark = models.CharField(max_length=16, blank=True)  # the watermark its variants carry
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        permissions = [("edit_pictures", "May upload and delete pictures")]
        constraints = [
            models.UniqueConstraint(
                fields=["category", "sha256"],
                condition=Q(status="ready", is_first=True) & ~Q(category="avatars") & ~Q(sha256=""),
                name="picture_same_bytes_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["incoming", "ready", "adopted", "broken"]), name="picture_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status="ready") | Q(size__gt=0, width__gt=0, height__gt=0), name="picture_ready_has_facts"
            ),
        ]
        indexes = [
            # prune_incoming: what nobody completed.
            models.Index(fields=["created_at"], condition=Q(status="incoming"), name="picture_incoming"),
            # What waits for staff: pictures whose objects are gone.
            models.Index(fields=["id"], condition=Q(status="broken"), name="picture_broken"),
            # regenerate_variants: whose mark is another.
            models.Index(fields=["mark", "id"], name="picture_by_mark"),
        ]

    def __str__(self) -> str:
        return self.object_key

    @property
    def is_incoming(self) -> bool:
        return self.status == self.Status.INCOMING

    @property
    def url(self) -> str:
        return pictures().link(self.object_key)

    @property
    def widths(self) -> list[int]:
        return variants.widths_of(self.width) if self.edition else []

    @property
    def variant_keys(self) -> list[str]:
        return [variants.variant_key(self.object_key, width, self.edition) for width in self.widths]

    @property
    def all_keys(self) -> list[str]:
        return [self.object_key, *self.variant_keys, *([self.earlier_key] if self.earlier_key else [])]

    def urls(self) -> list[dict[str, Any]]:
        return self._links()[1]

    @property
    def thumbnail_url(self) -> str:
        whole, urls = self._links()
        return links.thumbnail(urls, whole)

    def _links(self) -> tuple[str, list[dict[str, Any]]]:
        return links.of_picture(self.object_key, self.width, self.height, self.edition)


class Avatar(models.Model):
    """Whose face a picture is."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="avatar")
    picture = models.OneToOneField(Picture, on_delete=models.PROTECT, related_name="avatar")

    def __str__(self) -> str:
        return f"of {self.user_id}"
