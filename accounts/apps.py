from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import schema  # noqa: F401, PLC0415 - registers itself; DRF must be loaded before
        from accounts.groups import ensure_groups  # noqa: PLC0415 - needs the models
        from accounts.holdings import register  # noqa: PLC0415 - the same
        from accounts.models import User  # noqa: PLC0415 - the same
        from accounts.waiting import people_wait  # noqa: PLC0415 - the same
        from config.watching.figures import tells  # noqa: PLC0415 - the same

        register()
        people_wait()
        tells("gallery_pending_people", "People who wait to be let in.", User.objects.pending().count)
        # Not a data migration: permissions exist only after all migrations ran, and apps above add theirs.
        post_migrate.connect(ensure_groups, sender=self, dispatch_uid="ensure_groups")
