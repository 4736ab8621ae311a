from django.apps import AppConfig
from django.db.models import OuterRef
from django.db.models.signals import post_migrate, pre_migrate


class FavoritesConfig(AppConfig):
    name = "favorites"

    def ready(self) -> None:
        from accounts import erasure, figures  # noqa: PLC0415 - needs the models
        from favorites import models, triggers  # noqa: PLC0415

        erasure.holds("favorites", export=models.kept_by, erase=models.forget)
        figures.counts("designs_favorited", figures.rows(models.Favorite.objects.filter(user=OuterRef("pk"))))
        pre_migrate.connect(triggers.before_migrating, sender=self, dispatch_uid="hearts_before")
        post_migrate.connect(triggers.after_migrating, sender=self, dispatch_uid="hearts_after")
