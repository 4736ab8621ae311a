from django.db import models

from designs.models.designs import Design
from uploads.models import Picture


class DesignPictureManager(models.Manager["DesignPicture"]):
    def of_pictures(self, pictures: list[int]) -> "models.QuerySet[DesignPicture, tuple[int, int]]":
        """Which design shows which of these."""
        return self.filter(picture__in=pictures).values_list("picture_id", "design_id").order_by("pk")


class DesignPicture(models.Model):
    """The pictures of a design in their order; the first is the cover."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="pictures")
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="designs")
    position = models.PositiveSmallIntegerField(default=0)
    alt = models.CharField(max_length=300, blank=True)

    objects = DesignPictureManager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["design", "picture"], name="design_picture_once")]

    def __str__(self) -> str:
        return f"{self.design_id}: {self.picture_id}"
