from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DesignsConfig(AppConfig):
    name = "designs"

    def ready(self) -> None:
        from designs import cards, holdings, piles, triggers  # noqa: PLC0415 - needs the models
        from designs.data.loading import load_after_migrating  # noqa: PLC0415
        from designs.models import DesignPicture  # noqa: PLC0415
        from uploads import uses  # noqa: PLC0415

        uses.finders["design"] = DesignPicture.objects.of_pictures
        uses.listeners.append(cards.pictures_changed)
        holdings.register()
        piles.register()

        triggers.CHANGES_TOLD.survive_migrations(self)
        # Not a data migration: each version brings the words it knows, and a test that empties tables gets them back.
        post_migrate.connect(load_after_migrating, sender=self, dispatch_uid="load_vocabulary")
