from django_tasks import task

from config.audit import trail
from designs.importing import jobs
from designs.models import Import


@task()
def run_import(number: int) -> None:
    job = Import.objects.select_related("by").filter(pk=number, state=Import.State.RUNNING).first()
    if job:
        with trail.acting(job.by_id):
            jobs.work(job)
