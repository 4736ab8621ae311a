import warnings
from contextlib import suppress

from django.apps import AppConfig


class UploadsConfig(AppConfig):
    name = "uploads"
    verbose_name = "Pictures"

    def ready(self) -> None:
        from PIL import Image  # noqa: PLC0415 - slow to import

        warnings.filterwarnings("ignore", module="PIL")  # odd metadata is every day; what matters is refused in words
        Image.MAX_IMAGE_PIXELS = None  # uploads.validators counts, frames included, and answers in words
        with suppress(ImportError):
            from pillow_heif import register_heif_opener  # noqa: PLC0415 - optional

            register_heif_opener(thumbnails=False)
        from accounts.waiting import waits  # noqa: PLC0415 - needs the models
        from uploads import holdings, memory  # noqa: PLC0415
        from uploads.models import Picture  # noqa: PLC0415

        memory.give_large_blocks_back()
        holdings.register()
        waits(
            "pictures",
            "pictures.edit",
            rows=Picture.objects.broken,
            one="picture is missing in the storage",
            many="pictures are missing in the storage",
            desk="uploads_picture_changelist",
            query={"status": "broken"},
        )
