"""Who makes, and what they call their lines. Both are created when first named."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.text import slugify

from config.audit import trail
from designs.folding import folded

if TYPE_CHECKING:
    from designs.models.designs import Design


TRIES = 3
LONGEST = 120


class NameTakenError(ValidationError):
    """Another one is called so, and might be the same."""

    def __init__(self, owner: "Named") -> None:
        super().__init__(f"There is another one called {owner.name}.", code="name_taken")
        self.owner = owner


class Named(models.Model):
    """A name, unique without case, and a slug that never changes. Designs keep the name, too."""

    column: ClassVar[str]  # of the design; its `_name` and its `_key` stand beside it

    name = models.CharField(max_length=LONGEST)
    key = models.CharField(max_length=LONGEST, editable=False)
    slug = models.SlugField(max_length=80, unique=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = key_of(self.name)
        self.slug = self.slug or free_slug(type(self), self.name)
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "key"}
        super().save(*args, **kwargs)

    def facts_to_tell(self) -> dict[str, Any]:
        return {"name": self.name}

    def namesakes(self, name: str) -> Any:
        """Others that are called so where names may not be shared."""
        everybody: Any = type(self)._meta.default_manager
        return everybody.filter(key=key_of(name)).exclude(pk=self.pk)

    # --- Verbs -------------------------------------------------------------------------------------------------
    def rename(self, name: str) -> bool:
        """Its designs follow. Answers whether that is new."""
        wanted = " ".join(name.split())
        if not wanted:
            raise ValidationError("It needs a name.", code="required")
        if wanted == self.name:
            return False
        was, self.name = self.name, wanted
        try:
            with transaction.atomic():
                with trail.changing(self, f"{self._meta.model_name}.renamed"):
                    self.save(update_fields=["name"])
                hand_over(self, self)
        except IntegrityError:
            self.name, self.key = was, key_of(was)
            raise NameTakenError(self.namesakes(wanted).get()) from None
        return True

    def merge(self, into: Self) -> int:
        """All that is its own goes to the other one, and it is gone. Answers how many designs went."""
        if into.pk == self.pk:
            raise ValidationError("It cannot be merged into itself.", code="itself")
        with transaction.atomic():
            moved = hand_over(self, into)
            self.hand_over_more(into)
            kind, facts = self._meta.model_name, {"designs": (None, moved)}
            trail.record(f"{kind}.merged", on=self, changes={"merged_into": (None, into.name), **facts})
            trail.record(f"{kind}.took_over", on=into, changes={"took_over": (None, self.name), **facts})
            self.delete()
        return moved

    def hand_over_more(self, into: Self) -> None:
        """What else belongs to it."""


def hand_over(one: Named, to: Named) -> int:
    from designs.models.designs import Design  # noqa: PLC0415 - it reads these models

    new = {one.column: to, f"{one.column}_name": to.name, f"{one.column}_key": to.key}
    return Design.objects.filter(**{one.column: one}).update(**new)


def key_of(name: str) -> str:
    """Folding may make a name longer: ß becomes ss."""
    return folded(name)[:LONGEST]


class MakerManager(models.Manager["Maker"]):
    def named(self, name: str) -> "Maker":
        """Made on first use, under the constraint: nobody asks first."""
        found = self.filter(key=key_of(name)).first()
        return found or first_or_theirs(self, name=" ".join(name.split()), key=key_of(name))


class Maker(Named):
    column = "designer"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="maker"
    )

    objects = MakerManager()
    designs: "models.Manager[Design]"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="maker_name_unique_without_case")]

    def hand_over_more(self, into: Self) -> None:
        for collection in self.collections.all():
            if twin := into.collections.filter(key=collection.key).first():
                collection.merge(twin)
            else:
                collection.maker = into
                collection.save(update_fields=["maker"])
        if self.user_id and not into.user_id:
            user, self.user = self.user, None
            self.save(update_fields=["user"])
            into.user = user
            into.save(update_fields=["user"])


class CollectionManager(models.Manager["Collection"]):
    def named(self, name: str, maker: Maker | None) -> "Collection":
        found = self.filter(key=key_of(name), maker=maker).first()
        return found or first_or_theirs(self, name=" ".join(name.split()), key=key_of(name), maker=maker)


class Collection(Named):
    column = "collection"

    maker = models.ForeignKey(Maker, on_delete=models.PROTECT, null=True, blank=True, related_name="collections")

    objects = CollectionManager()
    designs: "models.Manager[Design]"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["maker", "key"], name="collection_name_unique_of_a_maker"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(maker__isnull=True), name="collection_name_unique_of_nobody"
            ),
        ]

    def namesakes(self, name: str) -> Any:
        return super().namesakes(name).filter(maker=self.maker_id)


def first_or_theirs(manager: Any, **facts: Any) -> Any:
    """Of twenty at once one creates, and the others get it."""
    name = facts.pop("name")
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return manager.create(name=name, **facts)
        except IntegrityError:
            if found := manager.filter(**facts).first():
                return found  # else only the slug was taken meanwhile: another name that reads the same
    return manager.create(name=name, **facts)


def free_slug(model: type[Named], name: str) -> str:
    base = slugify(name, allow_unicode=False)[:60] or model.__name__.lower()
    everybody: models.Manager[Any] = model._meta.default_manager  # type: ignore[assignment] # a concrete model has one
    taken = set(everybody.filter(slug__startswith=base).values_list("slug", flat=True))
    slugs: Any = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return str(next(slug for slug in slugs if slug not in taken))
