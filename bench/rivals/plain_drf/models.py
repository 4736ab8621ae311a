"""The gallery's tables, read as a team would have modelled them: terms and pictures are relations."""
# ruff: noqa: DJ008 - nobody looks at these rows

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser
from django.db import models


class Row(models.Model):
    objects: ClassVar[Any] = models.Manager()

    class Meta:
        abstract = True


class Person(AbstractBaseUser):
    username = models.CharField(max_length=255, unique=True)
    status = models.CharField(max_length=10)
    reason = models.CharField(max_length=500)

    USERNAME_FIELD = "username"

    class Meta:
        managed = False
        db_table = "accounts_user"

    @property
    def is_approved(self) -> bool:
        return self.status == "approved"


class Session(Row):
    user = models.ForeignKey(Person, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "accounts_session"


class Maker(Row):
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80)

    class Meta:
        managed = False
        db_table = "designs_maker"


class Collection(Row):
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80)

    class Meta:
        managed = False
        db_table = "designs_collection"


class Term(Row):
    kind = models.CharField(max_length=10)
    slug = models.SlugField(max_length=60)
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True)

    class Meta:
        managed = False
        db_table = "designs_term"


class Picture(Row):
    object_key = models.CharField(max_length=512)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    thumbhash = models.CharField(max_length=48)
    dominant_colour = models.CharField(max_length=7)
    edition = models.PositiveSmallIntegerField()

    class Meta:
        managed = False
        db_table = "uploads_picture"


class Design(Row):
    uses: Any
    places: Any
    external_id = models.CharField(max_length=100, null=True)
    title = models.CharField(max_length=200)
    description = models.TextField()
    short_description = models.CharField(max_length=500)
    long_description = models.TextField()
    category = models.CharField(max_length=60)
    style = models.CharField(max_length=60)
    colour = models.CharField(max_length=60)
    fabric = models.CharField(max_length=60)
    occasion = models.CharField(max_length=60)
    season = models.CharField(max_length=60)
    audience = models.CharField(max_length=10)
    tags = models.CharField(max_length=1_000)
    size_available = models.CharField(max_length=200)
    sizes = models.JSONField()
    price_range = models.CharField(max_length=100)
    price_min = models.PositiveBigIntegerField(null=True)
    price_max = models.PositiveBigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    designer = models.ForeignKey(Maker, on_delete=models.PROTECT, null=True)
    designer_name = models.CharField(max_length=120)
    designer_key = models.CharField(max_length=120)
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, null=True)
    collection_name = models.CharField(max_length=120)
    featured = models.BooleanField()
    status = models.CharField(max_length=10)
    view_count = models.PositiveIntegerField()
    like_count = models.PositiveIntegerField()
    published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    title_key = models.CharField(max_length=200)
    price_from = models.BigIntegerField()
    price_to = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "designs_design"


class DesignTerm(Row):
    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="uses")
    term = models.ForeignKey(Term, on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField()

    class Meta:
        managed = False
        db_table = "designs_designterm"


class DesignPicture(Row):
    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="places")
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField()
    alt = models.CharField(max_length=300)

    class Meta:
        managed = False
        db_table = "designs_designpicture"


class Favorite(Row):
    user = models.ForeignKey(Person, on_delete=models.CASCADE)
    design = models.ForeignKey(Design, on_delete=models.CASCADE)
    created_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "favorites_favorite"
        unique_together = [("user", "design")]
