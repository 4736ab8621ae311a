"""The import desk: a file is looked at, its pictures come, it runs in the background, and says how it went."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from config.testing.cast import Phone, decided
from config.testing.gallery import a_picture
from config.testing.pictures import photo
from designs import tasks
from designs.importing import exporting, jobs
from designs.models import Design, Import, Maker, Status, Term

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf"), pytest.mark.once]
LIST = "/admin/designs/import/"
GOOD = "id,title,colour,type,maker\nA1,Red Saree,laal,saree,Meenakshi\nA2,Blue Lehnga,neela,lehnga,Meenakshi\n"


@pytest.fixture
def desk(client: Client, meera: User) -> Client:
    client.force_login(meera)
    return client


def bring(client: Client, text: str | bytes, name: str = "catalogue.csv", **more: str) -> Any:
    data = text.encode() if isinstance(text, str) else text
    return client.post(f"{LIST}add/", {"file": SimpleUploadedFile(name, data), **more}, follow=True)


def brought(client: Client, text: str | bytes, **more: str) -> Import:
    assert bring(client, text, **more).status_code == 200
    return Import.objects.latest("pk")


def started(client: Client, job: Import, django_capture_on_commit_callbacks: Any) -> Import:
    """In a test the task runs when its transaction would have been committed."""
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{LIST}{job.pk}/start/").status_code == 302
    job.refresh_from_db()
    return job


@pytest.fixture
def start(desk: Client, django_capture_on_commit_callbacks: Any) -> Any:
    return lambda job: started(desk, job, django_capture_on_commit_callbacks)


def page(client: Client, job: Import) -> str:
    return str(client.get(f"{LIST}{job.pk}/").content.decode())


def test_a_file_is_looked_at_and_nothing_is_stored(desk: Client) -> None:
    shown = page(desk, brought(desk, GOOD + ",,,,\nA3,Kurta,zebrino,kurta,\nA4,,red,saree,\n"))
    for words in ("4 rows in catalogue.csv", "would be added", "Lehenga", "zebrino (new)", "This field is required"):
        assert words in shown, words
    assert not Design.objects.exists()
    assert not Maker.objects.exists()
    assert not Term.objects.filter(name="zebrino").exists()


def test_it_runs_and_says_how_it_went(desk: Client, meera: User, start: Any) -> None:
    job = start(brought(desk, GOOD + "A3,Bad,red,saree,\nA3,Twice,red,saree,\n"))
    assert (job.state, job.done, job.total, bytes(job.data)) == ("done", 4, 4, b"")
    assert job.result["counts"] == {"added": 3, "refused": 1}
    shown = page(desk, job)
    assert "4 rows: 3 added, 0 changed, 0 already there, 1 refused." in shown
    assert "Line 4 has the same id." in shown
    made = Design.objects.get(external_id="A1")
    assert f"/admin/designs/design/{made.pk}/change/" in shown
    assert (made.created_by, made.status, made.colour, made.designer_name) == (meera, "draft", "red", "Meenakshi")
    report = desk.get(f"{LIST}{job.pk}/remarks/").content.decode("utf-8-sig").splitlines()
    assert report[0].startswith("line,external_id,title")
    assert "same id" in report[1]
    assert "3 added" in desk.get(LIST).content.decode()


def test_what_is_no_number_is_no_import(desk: Client) -> None:
    assert desk.get(f"{LIST}abc/change/").status_code == 404


def test_its_report_holds_more_than_the_page_shows(desk: Client, start: Any) -> None:
    job = start(brought(desk, "title,featured\n" + "".join(f"Saree {n},perhaps\n" for n in range(300))))
    assert job.result["counts"] == {"refused": 300}
    assert len(desk.get(f"{LIST}{job.pk}/remarks/").content.decode().splitlines()) == 301
    assert page(desk, job).count("is not yes or no") == 50


def test_again_it_changes_nothing_unless_it_may(desk: Client, start: Any) -> None:
    start(brought(desk, GOOD))
    changed = GOOD.replace("Red Saree", "Crimson Saree")
    assert start(brought(desk, changed)).result["counts"] == {"already there": 2}
    assert start(brought(desk, changed, update="1")).result["counts"] == {"changed": 1, "already there": 1}
    assert Design.objects.get(external_id="A1").title == "Crimson Saree"


def test_strict_refuses_unknown_words(desk: Client, start: Any) -> None:
    job = start(brought(desk, "title,colour\nSaree,zebrino\n", strict="1"))
    assert job.result["counts"] == {"refused": 1}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The submitted file is empty."),
        (b"a,b\n1,2\n", "one of them title"),
        (b"title,name\n1,2\n", "Two columns mean title"),
        (b"title\n", "There is no row below"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel file"),
        (b"PK\x03\x04rubbish", "workbook cannot be read"),
        (b"title\n" + b"S\xe4ree\n" * 9, "is not UTF-8"),
    ],
)
def test_what_is_no_catalogue_is_refused_in_a_sentence(desk: Client, data: bytes, sentence: str) -> None:
    assert sentence in bring(desk, data).content.decode()
    assert not Import.objects.exists()


def test_a_file_that_is_too_large_is_refused(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LARGEST", 10)
    assert "larger than" in bring(desk, GOOD).content.decode()
    monkeypatch.setattr(jobs, "LARGEST", 10**6)
    monkeypatch.setattr(jobs, "MOST_ROWS", 1)
    assert "2 rows; 1 is the most" in bring(desk, GOOD).content.decode()


class TestPictures:
    ROWS = "title,pictures,category\nSaree,Front.JPG | back.jpg,saree\n"

    def test_those_that_are_missing_are_named_and_come(self, desk: Client, start: Any) -> None:
        job = brought(desk, self.ROWS)
        assert "0 of 2 pictures are here" in page(desk, job)
        for name, size in (("front.jpg", (60, 80)), ("back.jpg", (80, 60))):
            answer = desk.post(f"{LIST}{job.pk}/photo/", {"file": SimpleUploadedFile(name, photo(size=size))})
            assert (answer.status_code, set(answer.json()) >= {"id", "variants", "public_url"}) == (200, True)
        assert "2 of 2 pictures are here" in page(desk, job)
        assert start(job).result["counts"] == {"added": 1}
        made = Design.objects.get()
        assert (made.status, len(made.card["pictures"])) == (Status.ACTIVE, 2)

    def test_without_them_the_row_is_refused(self, desk: Client, start: Any) -> None:
        job = start(brought(desk, self.ROWS))
        assert job.result["counts"] == {"refused": 1}
        assert "was not uploaded" in page(desk, job)

    def test_by_key(self, desk: Client, start: Any) -> None:
        picture = a_picture()
        assert start(brought(desk, f"title,pictures\nSaree,{picture.object_key}\n")).result["counts"] == {"added": 1}
        assert Design.objects.get().cover == picture

    def test_what_is_no_picture_is_refused_as_the_script_expects(self, desk: Client) -> None:
        job = brought(desk, self.ROWS)
        answer = desk.post(f"{LIST}{job.pk}/photo/", {"file": SimpleUploadedFile("front.jpg", b"<html>")})
        assert (answer.status_code, "not a picture" in answer.json()["message"]) == (415, True)
        assert desk.post(f"{LIST}{job.pk}/photo/").status_code == 400

    def test_without_a_script_they_come_with_the_form(self, desk: Client) -> None:
        job = brought(desk, self.ROWS)
        files = [SimpleUploadedFile("front.jpg", photo(size=(60, 80))), SimpleUploadedFile("back.jpg", b"rubbish")]
        shown = desk.post(f"{LIST}{job.pk}/", {"files": files}, follow=True).content.decode()
        assert "1 of 2 pictures are here" in shown
        assert "back.jpg: This is not a picture" in shown


class TestStarting:
    def test_twice_at_once_runs_once(self, desk: Client) -> None:
        job = brought(desk, GOOD)
        same = Import.objects.get(pk=job.pk)
        assert (job.start(), same.start()) == (True, False)

    def test_what_stalled_starts_again_and_nothing_comes_in_twice(self, desk: Client, start: Any) -> None:
        job = brought(desk, GOOD)
        assert job.start()
        desk.post(f"{LIST}{job.pk}/start/")
        assert not Design.objects.exists(), "it is running already"
        Design.objects.create(title="Red Saree", external_id="A1")  # so far it came
        Import.objects.filter(pk=job.pk).update(touched_at=timezone.now() - timedelta(minutes=5))
        assert "It stopped in the middle" in page(desk, job)
        assert start(job).result["counts"] == {"already there": 1, "added": 1}

    def test_what_went_wrong_is_said_and_may_be_tried_again(
        self, desk: Client, monkeypatch: pytest.MonkeyPatch, start: Any
    ) -> None:
        job = brought(desk, GOOD)
        with monkeypatch.context() as broken:
            broken.setattr(jobs, "run", lambda *_: 1 / 0)
            assert job.start()
            with pytest.raises(ZeroDivisionError):
                tasks.run_import.call(job.pk)
        assert "Something went wrong" in page(desk, job)
        assert start(job).result["counts"] == {"added": 2}

    def test_a_task_that_comes_late_does_nothing(self, desk: Client, start: Any) -> None:
        job = start(brought(desk, GOOD))
        tasks.run_import.call(job.pk)
        assert Design.objects.count() == 2

    def test_its_state_is_told(self, desk: Client) -> None:
        job = brought(desk, GOOD)
        assert desk.get(f"{LIST}{job.pk}/state/").json() == {"state": "waiting", "done": 0, "total": 2, "summary": ""}


@pytest.mark.parametrize("door", ["", "add/", "{}/", "{}/state/", "{}/remarks/", "{}/photo/", "{}/start/", "sample/"])
def test_who_may_not_edit_stays_outside(client: Client, meera: User, anil_like: User, door: str) -> None:
    job = Import.objects.create(name="a.csv", data=GOOD.encode(), total=2, by=meera, result={"remarks": []})
    client.force_login(anil_like)
    url = LIST + door.format(job.pk)
    method = client.post if door.endswith(("photo/", "start/")) else client.get
    assert method(url).status_code == 403


@pytest.fixture
def anil_like(phone: Phone) -> User:
    """Staff without a right to designs."""
    return User.objects.create_user("plain", is_staff=True, **decided(User.Status.APPROVED))


class TestExport:
    def test_it_gives_what_the_list_shows(self, desk: Client, start: Any) -> None:
        start(brought(desk, GOOD))
        answer = desk.get("/admin/designs/design/export/?status=draft&category=lehenga")
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
        assert (lines[0].split(",")[0], len(lines), "Blue Lehnga" in lines[1]) == ("external_id", 2, True)
        assert "attachment" in answer["Content-Disposition"]

    def test_back_in_it_changes_nothing(self, desk: Client, start: Any) -> None:
        start(brought(desk, GOOD))
        data = b"".join(exporting.csv_lines(exporting.rows(Design.objects.all())))
        assert start(brought(desk, data, update="1")).result["counts"] == {"already there": 2}

    def test_too_many_are_for_the_command(self, desk: Client, monkeypatch: pytest.MonkeyPatch, start: Any) -> None:
        start(brought(desk, GOOD))
        monkeypatch.setattr("designs.admin.catalogue.desk.MOST_EXPORTED", 1)
        shown = desk.get("/admin/designs/design/export/?status=draft", follow=True).content.decode()
        assert "More than 1 designs" in shown


def test_the_sample_can_be_imported(desk: Client, start: Any) -> None:
    data = b"".join(desk.get(f"{LIST}sample/"))
    job = brought(desk, data)
    found = jobs.preview(job)
    assert (found.total, found.header.ignored, len(found.missing)) == (3, [], 4)
    assert not [problem for row in found.rows for problem in row.understood.problems + row.understood.notes]
    assert io.BytesIO(bytes(job.data)).read() == data
