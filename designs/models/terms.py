"""The field's own words: what garments, colours, fabrics and ceremonies are called, in every spelling and script."""

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.text import slugify

from config.audit import trail
from designs.folding import spelled

LENT = "lent"  # in `facts`: the words a merger brought to the other term


class Kind(models.TextChoices):
    CATEGORY = "category", "Category"
    STYLE = "style", "Style"
    COLOUR = "colour", "Colour"
    FABRIC = "fabric", "Fabric"
    OCCASION = "occasion", "Occasion"
    SEASON = "season", "Season"
    WEAVE = "weave", "Weave"
    CRAFT = "craft", "Craft"
    MOTIF = "motif", "Motif"


# The older backend's six attributes: a design shows the first value of each as a scalar of that name.
SCALARS = (Kind.CATEGORY, Kind.STYLE, Kind.COLOUR, Kind.FABRIC, Kind.OCCASION, Kind.SEASON)
PLURALS = {
    Kind.CATEGORY: "categories",
    Kind.STYLE: "styles",
    Kind.COLOUR: "colours",
    Kind.FABRIC: "fabrics",
    Kind.OCCASION: "occasions",
    Kind.SEASON: "seasons",
    Kind.WEAVE: "weaves",
    Kind.CRAFT: "crafts",
    Kind.MOTIF: "motifs",
}


class TermQuerySet(models.QuerySet["Term"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def to_judge(self) -> Self:
        """Words that an import brought and nobody has looked at."""
        return self.filter(asked_at__isnull=False)

    def in_order(self) -> Self:
        return self.order_by("kind", "position", "name", "pk")


class Term(models.Model):
    kind = models.CharField(max_length=10, choices=Kind)
    slug = models.SlugField(max_length=60)  # read-only after creation: clients keep it
    name = models.CharField(max_length=80)
    synonyms = models.JSONField(default=list, blank=True)
    native = models.JSONField(default=dict, blank=True)  # language -> its words
    hex = models.CharField(max_length=7, blank=True)
    family = models.CharField(max_length=20, blank=True)  # of a colour
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children")
    audience = models.CharField(max_length=10, blank=True)
    region = models.CharField(max_length=80, blank=True)
    facts = models.JSONField(default=dict, blank=True)  # registered origin, months, what an occasion implies
    position = models.PositiveSmallIntegerField(default=1_000)
    is_active = models.BooleanField(default=True)
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged")
    asked_at = models.DateTimeField(null=True, editable=False)  # an import brought it; empty once staff judged it
    updated_at = models.DateTimeField(auto_now=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="term_slug_once_of_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="term_kind_known"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(is_active=False), name="term_merged_is_retired"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="term_not_its_own_parent"
            ),
        ]
        indexes = [
            # The vocabulary asks once a second whether anything changed.
            models.Index(fields=["updated_at"], name="term_updated"),
            # What waits for staff: words of imports, oldest first.
            models.Index(fields=["asked_at"], condition=Q(asked_at__isnull=False), name="term_to_judge"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        if self.pk and (fields is None or {"slug", "kind"} & set(fields)):
            self._refuse_another_slug()
        super().save(*args, **kwargs)
        look_again()

    def clean(self) -> None:
        self._refuse_parent(self.parent)
        self.refuse_taken(self.name, *self.words())

    def words(self) -> list[str]:
        """All that people may call it."""
        native = [word for words in self.native.values() for word in words]
        return [self.slug, self.name, *self.synonyms, *native]

    def facts_to_tell(self) -> dict[str, Any]:
        return {
            **{name: getattr(self, name) for name in ("name", "hex", "family", "audience", "region", "synonyms")},
            "native": [f"{language}: {', '.join(words)}" for language, words in self.native.items()],
            "parent": self.parent.slug if self.parent else "",
            "merged_into": self.merged_into.slug if self.merged_into else "",
            "offered": self.is_active,
            "waits_to_be_judged": self.asked_at is not None,
        }

    def descendants(self) -> set[int]:
        """The numbers of all below it."""
        found: set[int] = set()
        layer = {self.pk}
        while layer:
            layer = set(Term.objects.filter(parent__in=layer).values_list("pk", flat=True)) - found
            found |= layer
        return found

    # --- What is refused ---------------------------------------------------------------------------------------
    def _refuse_another_slug(self) -> None:
        kept = Term.objects.filter(pk=self.pk).values_list("kind", "slug").first()
        if kept and kept != (self.kind, self.slug):
            raise ValidationError({"slug": "Clients keep it, so it never changes."}, code="read_only")

    def _refuse_parent(self, parent: "Term | None") -> None:
        if parent is None:
            return
        if parent.kind != self.kind:
            raise ValidationError({"parent": f"{parent} is of another kind."}, code="another_kind")
        if parent.pk == self.pk or (self.pk and parent.pk in self.descendants()):
            raise ValidationError({"parent": f"{parent} belongs below {self} already."}, code="cycle")

    def refuse_taken(self, *words: str) -> None:
        """In one kind a word means one thing. Words this term has already are left in peace, also shared ones."""
        from designs import vocabulary  # noqa: PLC0415 - it reads this module

        known = vocabulary.current()
        had = {spelled(word) for kept in Term.objects.filter(pk=self.pk) for word in kept.words()}
        for word in words:
            owner = known.find(self.kind, word)
            if owner is None or owner.id == self.pk or spelled(word) in had:
                continue
            if owner.is_active or spelled(owner.slug) == spelled(word):  # a retired term keeps only its slug
                raise ValidationError(f"“{word}” is a word of {owner.name} already.", code="ambiguous")

    # --- Verbs -------------------------------------------------------------------------------------------------
    def add_synonyms(self, *words: str) -> None:
        self.refuse_taken(*words)
        with trail.changing(self, "term.synonyms_added"):
            self.take(words)

    def take(self, words: Iterable[str]) -> list[str]:
        """Answers which of them are new to it."""
        known = {spelled(word) for word in self.words()}
        fresh = {spelled(word): word.strip() for word in words if spelled(word) and spelled(word) not in known}
        if fresh:
            self.synonyms = [*self.synonyms, *fresh.values()]
            self.save(update_fields=["synonyms", "updated_at"])
        return list(fresh.values())

    def move_below(self, parent: "Term | None") -> None:
        self._refuse_parent(parent)
        self.parent = parent
        with trail.changing(self, "term.moved"):
            self.save(update_fields=["parent", "updated_at"])

    def retire(self) -> bool:
        """No longer offered; designs that carry it keep it. Answers whether that is new."""
        if not self.is_active and self.asked_at is None:
            return False
        self.is_active, self.asked_at = False, None
        with trail.changing(self, "term.retired"):
            self.save(update_fields=["is_active", "asked_at", "updated_at"])
        return True

    def restore(self) -> bool:
        """Offered again. After a merger it takes its words back; the designs stay where they are."""
        if self.is_active:
            return False
        with transaction.atomic():
            if self.merged_into:
                self.merged_into.give_back(self.facts.get(LENT, []))
            self.facts = {name: value for name, value in self.facts.items() if name != LENT}
            self.is_active, self.merged_into, self.asked_at = True, None, None
            with trail.changing(self, "term.restored"):
                self.save(update_fields=["facts", "is_active", "merged_into", "asked_at", "updated_at"])
        return True

    def give_back(self, words: list[str]) -> None:
        self.synonyms = [word for word in self.synonyms if word not in words]
        with trail.changing(self, "term.gave_back"):
            self.save(update_fields=["synonyms", "updated_at"])

    def merge(self, into: "Term") -> list[int]:
        """Its designs and its words go to the other one; its slug stays understood. Answers which designs moved."""
        with transaction.atomic():
            self._refuse_merger(into)
            moved = self._hand_over_designs(into)
            self._hand_over_children(into)
            into.refresh_from_db()
            lent = into.take(self.words())
            self.facts = {**self.facts, LENT: lent}
            self.is_active, self.merged_into, self.asked_at = False, into, None
            with trail.changing(self, "term.merged", more={"designs": (None, len(moved))}):
                self.save(update_fields=["facts", "is_active", "merged_into", "asked_at", "updated_at"])
            took: trail.Given = {"took_over": (None, self.slug), "designs": (None, len(moved)), "synonyms": ([], lent)}
            trail.record("term.took_over", on=into, changes=took)
            from designs import cards  # noqa: PLC0415 - it reads this module

            cards.write(moved)
        return moved

    def _refuse_merger(self, into: "Term") -> None:
        if into.kind != self.kind or into.pk == self.pk:
            raise ValidationError("A term can be merged into another one of its kind.", code="another_kind")
        both = Term.objects.select_for_update().filter(pk__in=[self.pk, into.pk]).order_by("pk")
        now = {term.pk: term for term in both}
        if now[self.pk].merged_into_id:
            raise ValidationError(f"{self} was merged already.", code="merged")
        if not now[into.pk].is_active:
            raise ValidationError(f"{into} is retired; restore it before something is merged into it.", code="retired")

    def _hand_over_designs(self, into: "Term") -> list[int]:
        """Each keeps the order of its terms: of two that become one, the earlier place stays."""
        moved = list(self.uses.values_list("design_id", flat=True))
        earlier = self.uses.filter(design=OuterRef("design"), position__lt=OuterRef("position"))
        into.uses.filter(Exists(earlier)).update(position=Subquery(earlier.values("position")[:1]))
        self.uses.filter(design__in=into.uses.values("design")).delete()
        self.uses.update(term=into)
        return moved

    def _hand_over_children(self, into: "Term") -> None:
        if into.pk in self.descendants():
            Term.objects.filter(pk=into.pk).update(parent=self.parent_id)  # it takes the place of what it replaces
        self.children.exclude(pk=into.pk).update(parent=into)


def look_again() -> None:
    """The vocabulary of this process shows what was saved, now and after the commit."""
    from designs import vocabulary  # noqa: PLC0415 - it reads this module

    vocabulary.forget()
    transaction.on_commit(vocabulary.forget)


def new_slug(kind: str, name: str) -> str:
    """For a word nobody listed: readable, and free."""
    base = slugify(name, allow_unicode=False)[:50] or "term"
    taken = set(Term.objects.filter(kind=kind, slug__startswith=base).values_list("slug", flat=True))
    slugs: Any = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return str(next(slug for slug in slugs if slug not in taken))
