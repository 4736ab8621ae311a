"""What can wait at the desks of this app."""

from accounts.waiting import waits
from designs.models import Design, Import, Search, Status, Term


def register() -> None:
    waits(
        "designs",
        "designs.edit",
        rows=lambda: Design.objects.filter(status=Status.PENDING),
        since="updated_at",
        one="design waits for review",
        many="designs wait for review",
        desk="designs_design_changelist",
        query={"status": Status.PENDING.value},
    )
    waits(
        "searches",
        "designs.edit",
        rows=Search.objects.without_results,
        one="search found nothing",
        many="searches found nothing",
        desk="designs_search_changelist",
    )
    waits(
        "terms",
        "designs.edit",
        rows=Term.objects.to_judge,
        since="asked_at",
        one="new word of an import waits for a yes or no",
        many="new words of imports wait for a yes or no",
        desk="designs_term_changelist",
        query={"kind": "all", "is_active__exact": "0"},
    )
    waits(
        "imports",
        "designs.edit",
        "pictures.edit",
        rows=Import.objects.to_mend,
        since="finished_at",
        one="import broke off",
        many="imports broke off",
        desk="designs_import_changelist",
    )
