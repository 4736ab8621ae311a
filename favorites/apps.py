from django.apps import AppConfig
from django.db.models import OuterRef


class FavoritesConfig(AppConfig):
    name = "favorites"

    def ready(self) -> None:
        from accounts import erasure, figures  # noqa: PLC0415 - needs the models
        from favorites import models, triggers  # noqa: PLC0415

        erasure.holds(
            "favorites",
            export=models.kept_by,
            erase=models.forget,
            about="designs you keep, and since when",
            goes="Their hearts; the counts of the designs follow.",
            columns=("favorites.Favorite.user",),
        )
        figures.counts("designs_favorited", figures.rows(models.Favorite.objects.filter(user=OuterRef("pk"))))
        triggers.HEARTS_COUNTED.survive_migrations(self)
