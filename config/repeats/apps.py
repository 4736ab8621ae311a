from django.apps import AppConfig


class RepeatsConfig(AppConfig):
    name = "config.repeats"
    default_auto_field = "django.db.models.BigAutoField"
