"""The working copy: edits are on the disk, what is saved is whole, nobody is overwritten."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.dossiers import make, small
from viewer.errors import EntenteError
from viewer.formats import open_dossier
from viewer.formats.folder import write_folder
from viewer.formats.geopackage import editlog, recovery
from viewer.formats.geopackage.profile import COARSE, MANY, page_of
from viewer.formats.geopackage.trouble import ChangedElsewhere
from viewer.formats.geopackage.working import WorkingCopy, raw_tables, rooms
from viewer.formats.geopackage.writing import write_file
from viewer.locks import Lock
from viewer.model.dossier import Dossier, Table
from viewer.model.schema import TABLES


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    write_file(small(), tmp_path / "mine" / "small.gpkg")
    return tmp_path / "mine" / "small.gpkg"


def begin(path: Path) -> tuple[Dossier, WorkingCopy]:
    dossier = open_dossier(path)
    copy = WorkingCopy.begin(dossier, path, "geopackage")
    copy.claim()
    return dossier, copy


def retitled(dossier: Dossier, row: int, title: str) -> Dossier:
    titles = list(dossier.events["title"])
    titles[row] = title
    return with_table(dossier, dossier.events.with_columns({"title": titles}))


def with_table(dossier: Dossier, table: Table) -> Dossier:
    return replace(dossier, tables={**dossier.tables, table.name: table})


def more(table: Table, **cells: str) -> Table:
    columns = {name: [*found, cells.get(name, "")] for name, found in table.columns.items()}
    return Table(table.name, columns, (), [*table.keys, table.keys[-1] + 1])


def killed(copy: WorkingCopy) -> None:
    """Leave a working copy as a program does that is killed."""
    assert copy._connection is not None
    copy._connection.close()
    for lock in (copy._own, copy._lock):
        if lock is not None:
            lock.release()


# -- editing -----------------------------------------------------------------------------------


def test_opening_writes_nothing(file: Path) -> None:
    _, copy = begin(file)
    assert not rooms().exists()
    assert not copy.unsaved
    copy.close(discard=False)


def test_edits_come_back_after_a_kill(file: Path) -> None:
    before = file.read_bytes()
    dossier, copy = begin(file)
    dossier = retitled(dossier, 0, "Another title")
    copy.follow(dossier, "Change Title")
    dossier = with_table(dossier, dossier.claims.take(np.arange(1, len(dossier.claims))))
    copy.follow(dossier, "Delete Claim")
    dossier = with_table(dossier, more(dossier.actors, id="new", name="New"))
    copy.follow(dossier, "New Actor")
    killed(copy)
    assert file.read_bytes() == before
    (left,) = recovery.found()
    assert left.words == "1 actor added, 1 event changed, 1 claim removed"
    assert left.labels == ("Change Title", "Delete Claim", "New Actor")
    assert (left.title, left.target) == ("A small dossier", file.resolve())
    back, again = left.open()
    for name, table in dossier.tables.items():
        assert dict(back.tables[name].columns) == dict(table.columns)
        assert list(back.tables[name].keys) == list(table.keys)
    assert again.unsaved
    again.follow(retitled(back, 1, "Second"), "Change Title")
    assert again.changes().endswith("; then 1 event changed")
    again.save()
    assert open_dossier(file).events["title"][:2] == ("Another title", "Second")
    again.close(discard=False)
    assert recovery.found() == ()


def test_an_edit_that_could_not_be_noted_is_noted_the_next_time(file: Path) -> None:
    dossier, copy = begin(file)
    edited = retitled(dossier, 0, "Kept")
    copy.prepare()
    log = in_the_way(copy)
    with pytest.raises(EntenteError, match="cannot be written"):
        copy.follow(edited, "Change Title")
    log.rmdir()
    copy.follow(edited, "Change Title")
    killed(copy)
    (left,) = recovery.found()
    assert left.labels == ("Change Title",)
    back, again = left.open()
    assert back.events["title"][0] == "Kept"
    again.close(discard=True)


def test_edits_after_one_that_was_cut_short_are_kept(file: Path) -> None:
    dossier, copy = begin(file)
    copy.follow(retitled(dossier, 0, "First"), "First")
    killed(copy)
    log = recovery.found()[0].room / "edits.jsonl"
    with log.open("ab") as opened:
        opened.write(b'{"at": 1.0, "label": "cut sh')
    back, again = recovery.found()[0].open()
    again.follow(retitled(back, 0, "Second"), "Second")
    killed(again)
    (left,) = recovery.found()
    assert left.labels == ("First", "Second")
    left.discard()


def test_a_copy_is_not_taken_for_left_work_while_it_is_made(file: Path) -> None:
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            recovery.found()

    looking = [threading.Thread(target=look) for _ in range(2)]
    for thread in looking:
        thread.start()
    try:
        dossier = open_dossier(file)
        for _ in range(100):
            copy = WorkingCopy.begin(dossier, file, "geopackage")
            copy.follow(retitled(dossier, 0, "Kept"), "Change Title")
            copy.follow(retitled(dossier, 0, "Kept too"), "Change Title")
            assert recovery.found() == ()
            copy.close(discard=True)
    finally:
        stop.set()
        for thread in looking:
            thread.join()


@pytest.mark.parametrize("line", [b'{"of": "a later version"}\n', None])
def test_work_that_cannot_be_read_now_is_not_thrown_away(file: Path, line: bytes | None) -> None:
    dossier, copy = begin(file)
    copy.follow(retitled(dossier, 0, "Kept"), "Change Title")
    killed(copy)
    log = recovery.found()[0].room / "edits.jsonl"
    said = log.read_bytes()
    if line is None:
        log.unlink()
        log.mkdir()
    else:
        log.write_bytes(line)
    assert recovery.found() == ()
    if line is None:
        log.rmdir()
    log.write_bytes(said)
    recovery.found()[0].discard()


def test_a_form_opened_while_the_copy_is_made_makes_no_second_one(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier, copy = begin(file)
    within, go, make, made = threading.Event(), threading.Event(), copy._copied, []

    def slowly(path: Path) -> bool:
        made.append(path)
        within.set()
        assert go.wait(10)
        return make(path)

    monkeypatch.setattr(copy, "_copied", slowly)
    saving = threading.Thread(target=copy.save, args=(file.with_name("other.gpkg"),))
    saving.start()
    assert within.wait(10)
    copy.prepare()
    go.set()
    saving.join()
    copy.following(retitled(dossier, 0, "Kept"), "Change Title").result()
    assert len(made) == 1
    killed(copy)
    (left,) = recovery.found()
    _, again = left.open()
    again.save()
    again.close(discard=False)
    assert open_dossier(file.with_name("other.gpkg")).events["title"][0] == "Kept"


def test_a_copy_that_could_not_be_made_leaves_nothing_to_the_next(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier, copy = begin(file)

    def full() -> None:
        raise OSError(errno.ENOSPC, "planted")

    with monkeypatch.context() as patched:
        patched.setattr(copy, "_copied", lambda _: False)
        patched.setattr(copy, "_note", full)
        with pytest.raises(EntenteError, match="disk is full"):
            copy.follow(retitled(dossier, 0, "Kept"), "Change Title")
    copy.follow(retitled(dossier, 0, "Kept"), "Change Title")
    copy.save()
    copy.close(discard=False)
    assert open_dossier(file).events["title"][0] == "Kept"


def test_where_work_goes_is_noted_before_the_next_edit_where_the_save_could_not(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier, copy = begin(file)
    other = file.with_name("other.gpkg")
    copy.follow(retitled(dossier, 0, "For the other"), "Change Title")

    def full() -> None:
        raise OSError(errno.ENOSPC, "planted")

    with monkeypatch.context() as patched:
        patched.setattr(copy, "_note", full)
        copy.save(other)
        assert open_dossier(other).events["title"][0] == "For the other"
        with pytest.raises(EntenteError, match="disk is full"):
            copy.follow(retitled(dossier, 0, "More"), "Change Title")
    copy.follow(retitled(dossier, 0, "More"), "Change Title")
    killed(copy)
    (left,) = recovery.found()
    assert left.target == other.resolve()


def test_a_lock_is_taken_on_a_disk_that_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "planted")

    one, two = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    with monkeypatch.context() as patched:
        patched.setattr("viewer.locks.os.write", full)
        assert one.take()
    assert not two.take()
    assert two.holder() == "another Entente"
    one.release()
    monkeypatch.setattr("viewer.locks._stands", full)
    with pytest.raises(OSError, match="planted"):
        one.take()
    monkeypatch.undo()
    assert two.take()
    two.release()


def test_work_that_another_window_saved_meanwhile_is_not_opened(file: Path) -> None:
    dossier, copy = begin(file)
    copy.follow(retitled(dossier, 0, "Kept"), "Change Title")
    killed(copy)
    (one,), (two,) = recovery.found(), recovery.found()
    _, again = one.open()
    again.save()
    killed(again)
    with pytest.raises(EntenteError, match="was saved or discarded by another window"):
        two.open()
    assert not list(rooms().iterdir())
    assert open_dossier(file).events["title"][0] == "Kept"


def test_the_name_of_the_log_is_put_on_the_disk_by_the_next_try_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []

    def broken(_: Path) -> None:
        raise OSError(errno.EIO, "planted")

    log = editlog.EditLog(tmp_path / "edits.jsonl")
    log.add(editlog.Edit(0.0, "New Actor", "1 actor added"))
    monkeypatch.setattr(editlog, "sync", broken)
    with pytest.raises(OSError, match="planted"):
        log.write()
    monkeypatch.setattr(editlog, "sync", synced.append)
    log.write()
    assert synced == [tmp_path]
    assert editlog.EditLog.read(tmp_path / "edits.jsonl").edits == log.edits


def in_the_way(copy: WorkingCopy) -> Path:
    """Put something where a working copy writes down its edits."""
    copy._ready()
    log = copy._room / "edits.jsonl"
    log.mkdir()
    return log


def test_work_is_kept_until_it_is_discarded(file: Path) -> None:
    dossier, copy = begin(file)
    copy.follow(retitled(dossier, 0, "x"), "Change Title")
    copy.close(discard=False)
    assert len(recovery.found()) == len(recovery.found()) == 1
    recovery.found()[0].discard()
    assert recovery.found() == ()


def test_work_that_is_open_is_not_offered(file: Path) -> None:
    dossier, copy = begin(file)
    copy.follow(retitled(dossier, 0, "x"), "Change Title")
    assert recovery.found() == ()
    copy.close(discard=True)
    assert list(rooms().iterdir()) == []


def test_edits_and_their_undoing_give_the_same_bytes(file: Path) -> None:
    before = file.read_bytes()
    dossier, copy = begin(file)
    rng, states = np.random.default_rng(3), [dossier]
    for number in range(50):
        table = dossier.tables[("events", "actors", "places", "claims")[number % 4]]
        kind = rng.integers(4)
        if kind == 0:
            table = table.take(np.delete(np.arange(len(table)), rng.integers(len(table))))
        elif kind == 1:
            table = more(table, id=f"n{number}", lon="5", lat="6")
        elif kind == 2:
            table = table.with_columns({f"extra {number}": ["é"] * len(table)})
        else:
            cells = list(table["id"])
            cells[rng.integers(len(cells))] = f"c{number}"
            table = table.with_columns({"id": cells})
        dossier = replace(with_table(dossier, table), title=f"Title {number}")
        states.append(dossier)
        copy.follow(dossier, "Edit")
    assert copy.unsaved
    copy.save()
    assert file.read_bytes() != before
    written = file.with_name("anew.gpkg")
    write_file(dossier, written)
    assert written.read_bytes() == file.read_bytes()
    for state in reversed(states[:-1]):
        copy.follow(state, "Undo")
    copy.save()
    assert file.read_bytes() == before
    copy.close(discard=False)


def test_a_large_dossier_has_the_same_bytes_by_every_way(tmp_path: Path) -> None:
    actors = {"id": [f"a{n}" for n in range(MANY)]}
    few = make(title="Many", actors=["a0"])
    filled = {name: actors.get(name, [""] * MANY) for name in TABLES["actors"]}
    many = replace(few, tables={**few.tables, "actors": Table("actors", filled)})
    write_file(many, tmp_path / "written.gpkg")
    write_file(few, tmp_path / "saved.gpkg")
    opened = open_dossier(tmp_path / "saved.gpkg")
    copy = WorkingCopy.begin(opened, tmp_path / "saved.gpkg", "geopackage")
    copy.follow(replace(opened, tables=many.tables), "Paste")
    copy.save()
    copy.close(discard=True)
    whole = (tmp_path / "written.gpkg").read_bytes()
    assert page_of(whole) == COARSE
    assert (tmp_path / "saved.gpkg").read_bytes() == whole
    assert open_dossier(tmp_path / "saved.gpkg").actors["id"] == many.actors["id"]


def test_undoing_all_leaves_nothing_unsaved(file: Path) -> None:
    dossier, copy = begin(file)
    copy.follow(retitled(dossier, 0, "x"), "Change Title")
    assert (copy.unsaved, copy.changes()) == (True, "1 event changed")
    copy.follow(dossier, "Undo Change Title")
    assert (copy.unsaved, copy.changes()) == (False, "")
    copy.close(discard=False)


def test_rows_that_are_not_sound_outlive_edits_and_saves(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other:
        last = other.execute("SELECT max(fid) FROM participants").fetchone()[0]
        other.execute("UPDATE participants SET actor = 'nobody' WHERE fid = ?", (last,))
        other.commit()
    dossier, copy = begin(file)
    assert last not in dossier.tables["participants"].keys
    table = more(dossier.tables["participants"], event=dossier.events["id"][0], actor="nato")
    copy.follow(with_table(dossier, table), "New Participant")
    copy.save()
    with closing(sqlite3.connect(file)) as other:
        found = other.execute("SELECT fid, actor FROM participants WHERE fid >= ?", (last,))
        assert found.fetchall() == [(last, "nato"), (last + 1, "nobody")]
    copy.save(file.parent / "folder")
    assert ",nobody," in (file.parent / "folder" / "participants.csv").read_text()
    copy.close(discard=False)


def test_a_folder_is_edited_and_saved_with_its_unsound_rows(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    write_folder(small(), folder)
    people = folder / "participants.csv"
    people.write_text(people.read_text() + "no-event,nato,source\n")
    dossier = open_dossier(folder)
    copy = WorkingCopy.begin(dossier, folder, "folder")
    copy.follow(retitled(dossier, 0, "Another title"), "Change Title")
    copy.save()
    assert people.read_text().endswith("no-event,nato,source\n")
    assert open_dossier(folder).events["title"][0] == "Another title"
    copy.close(discard=False)


# -- saving ------------------------------------------------------------------------------------


@pytest.mark.parametrize("made", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("form", ["mine/small.gpkg", "folder"])
def test_what_the_copy_could_not_take_is_saved_with_the_rows_that_are_not_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, made: bool
) -> None:
    """The disk of the copy is no good before that is made, or after."""
    path = tmp_path / form
    path.parent.mkdir(exist_ok=True)
    if form == "folder":
        write_folder(small(), path)
        text = (path / "participants.csv").read_text()
        (path / "participants.csv").write_text(text.rstrip("\n").rpartition("\n")[0] + "\n")
        with (path / "participants.csv").open("a") as opened:
            opened.write("undated,nobody,party\n")
    else:
        write_file(small(), path)
        with closing(sqlite3.connect(path)) as other:
            last = other.execute("SELECT max(fid) FROM participants").fetchone()[0]
            other.execute("UPDATE participants SET actor = 'nobody' WHERE fid = ?", (last,))
            other.commit()
    dossier, copy = begin(path)
    assert dossier.problems

    def actors() -> list[str]:
        return sorted(raw_tables(path)["participants"]["actor"])

    def joined(dossier: Dossier, actor: str) -> Dossier:
        # Its number is that of the row that is not sound.
        event = dossier.events["id"][0]
        return with_table(dossier, more(dossier.tables["participants"], event=event, actor=actor))

    def parted(dossier: Dossier) -> Dossier:
        table = dossier.tables["participants"]
        return with_table(dossier, table.take(np.arange(len(table)) != 0))

    before = actors()
    now = dossier
    if made:
        now = joined(now, "nato")
        copy.follow(now, "New Participant")
        before.append("nato")
    (tmp_path / "in the way").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "in the way"))
    copy._move()
    if made:
        copy._connection.close()
    with pytest.raises(EntenteError, match="save what you changed: it is not kept safe till then"):
        copy.follow(joined(now, "iran"), "New Participant")
    now = parted(joined(now, "iran"))
    before.append("iran")
    before.remove(dossier.tables["participants"]["actor"][0])
    copy.save(edition=now)
    assert actors() == sorted(before)
    assert not copy.unsaved
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    copy._move()
    copy.follow(retitled(now, 0, "Later"), "Change Title")
    copy.save()
    copy.close(discard=False)
    assert open_dossier(path).events["title"][0] == "Later"
    assert actors() == sorted(before)


@pytest.mark.parametrize("goal", ["mine/small.gpkg", "folder"])
def test_a_save_whose_last_call_was_refused_is_done_again_unasked(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, goal: str
) -> None:
    path = tmp_path / goal
    if goal == "folder":
        write_folder(small(), path)
    dossier, copy = begin(path)
    copy.follow(retitled(dossier, 0, "Changed"), "Change Title")

    def refuse(folder: Path) -> None:
        if folder == path.parent:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr("viewer.formats.geopackage.writing.sync", refuse)
        patch.setattr("viewer.formats.folder.sync", refuse)
        with pytest.raises(EntenteError, match="cannot be written"):
            copy.save()
    assert copy.unsaved
    copy.save()
    assert not copy.unsaved
    assert open_dossier(path).events["title"][0] == "Changed"
    copy.close(discard=False)


def test_nothing_is_lost_where_another_program_takes_the_place_of_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "folder"
    write_folder(small(), path)
    dossier, copy = begin(path)
    copy.follow(retitled(dossier, 0, "Changed"), "Change Title")
    rename = Path.rename

    def taken(self: Path, goal: Path) -> Path:
        done = rename(self, goal)
        if self == path:
            path.mkdir()
            (path / "theirs.txt").write_text("theirs")
        return done

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", taken)
        with pytest.raises(EntenteError, match="another program put something there") as caught:
            copy.save()
    assert (path / "theirs.txt").read_text() == "theirs"
    (room,) = (one for one in tmp_path.iterdir() if one.name.startswith(".folder."))
    assert str(room / "old") in str(caught.value)
    assert open_dossier(room / "old").events["title"][0] == small().events["title"][0]
    assert open_dossier(room / "new").events["title"][0] == "Changed"
    copy.close(discard=True)


def test_the_one_before_is_kept(file: Path) -> None:
    before = file.read_bytes()
    dossier, copy = begin(file)
    for title in ("one", "two"):
        copy.follow(retitled(dossier, 0, title), "Change Title")
        copy.save()
    assert open_dossier(file).events["title"][0] == "two"
    backup = file.with_name("small.gpkg.bak")
    assert backup.read_bytes() != before
    assert open_dossier(backup).events["title"][0] == "one"
    assert {path.name for path in file.parent.iterdir()} == {file.name, backup.name}
    copy.close(discard=False)


@pytest.mark.parametrize("how", ["edited", "replaced", "removed", "appeared"])
def test_what_others_changed_is_not_overwritten_unasked(file: Path, how: str) -> None:
    dossier, copy = begin(file)
    target = file
    if how == "edited":
        with closing(sqlite3.connect(file)) as other:
            other.execute("UPDATE events SET title = 'theirs' WHERE fid = 1")
            other.commit()
    elif how == "replaced":
        shutil.copy(file, file.with_name("b"))
        write_file(retitled(dossier, 0, "theirs"), file.with_name("c"))
        file.with_name("c").replace(file)
    elif how == "removed":
        file.unlink()
    else:
        target = file.with_name("new.gpkg")
        target.write_bytes(b"theirs")
    there = target.read_bytes() if target.exists() else None
    copy.follow(retitled(dossier, 0, "mine"), "Change Title")
    with pytest.raises(ChangedElsewhere) as caught:
        copy.save(target)
    assert str(target) in str(caught.value)
    assert (target.read_bytes() if target.exists() else None) == there
    assert not [path for path in file.parent.iterdir() if "tmp" in path.name]
    assert copy.unsaved
    copy.save(target, overwrite=True)
    assert open_dossier(target).events["title"][0] == "mine"
    copy.close(discard=False)


def test_a_touched_or_copied_file_is_the_same(file: Path) -> None:
    dossier, copy = begin(file)
    shutil.copy(file, file.with_name("b"))
    file.with_name("b").replace(file)
    copy.follow(retitled(dossier, 0, "mine"), "Change Title")
    copy.save()
    assert open_dossier(file).events["title"][0] == "mine"
    copy.close(discard=False)


def test_a_folder_that_is_another_one_is_noticed(file: Path) -> None:
    dossier, copy = begin(file)
    copy.follow(retitled(dossier, 0, "mine"), "Change Title")
    gone = file.parent.rename(file.parent.with_name("unplugged"))
    file.parent.mkdir()
    with pytest.raises(ChangedElsewhere, match="is a drive missing"):
        copy.save()
    assert list(file.parent.iterdir()) == []
    file.parent.rmdir()
    with pytest.raises(EntenteError, match="its folder is gone"):
        copy.save()
    gone.rename(file.parent)
    copy.save()
    assert open_dossier(file).events["title"][0] == "mine"
    copy.close(discard=False)


def test_save_as_goes_on_with_the_new_file(file: Path) -> None:
    dossier, copy = begin(file)
    before = file.read_bytes()
    copy.follow(retitled(dossier, 0, "mine"), "Change Title")
    other = file.with_name("other.gpkg")
    copy.save(other)
    assert (copy.target, copy.unsaved) == (other.resolve(), False)
    copy.follow(retitled(dossier, 0, "again"), "Change Title")
    copy.save()
    assert open_dossier(other).events["title"][0] == "again"
    assert file.read_bytes() == before
    copy.close(discard=False)


def test_what_has_no_file_asks_for_one(file: Path) -> None:
    copy = WorkingCopy.begin(small(), file, "gexf")
    assert copy.target is None
    with pytest.raises(EntenteError, match="choose a name"):
        copy.save()
    copy.save(file.with_name("b.gpkg"))
    assert copy.target == file.with_name("b.gpkg").resolve()
    copy.close(discard=False)


def test_what_another_program_changed_is_sealed_by_saving(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other:
        other.execute("UPDATE gpkg_contents SET last_change = 'now'")
        other.execute("UPDATE events SET title = 'theirs' WHERE fid = 1")
        other.commit()
    dossier, copy = begin(file)
    assert dossier.problems
    copy.save()
    assert open_dossier(file).problems == ()
    assert open_dossier(file).events["title"][0] == "theirs"
    copy.close(discard=False)


# -- two windows -------------------------------------------------------------------------------


def test_a_second_window_is_told_and_only_reads(file: Path) -> None:
    dossier, first = begin(file)
    _, second = begin(file)
    assert first.elsewhere == ""
    assert second.elsewhere.startswith("another window")
    with pytest.raises(EntenteError, match="is open in another window"):
        second.save()
    second.follow(retitled(dossier, 0, "mine"), "Change Title")
    second.save(file.with_name("mine.gpkg"))
    first.close(discard=True)
    third = begin(file)[1]
    assert third.elsewhere == ""
    for copy in (second, third):
        copy.close(discard=False)


def test_another_process_is_told_by_its_number(file: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from viewer.formats import open_dossier\n"
        "from viewer.formats.geopackage.working import WorkingCopy\n"
        "path = Path(sys.argv[1]); copy = WorkingCopy.begin(open_dossier(path), path)\n"
        "copy.claim()\n"
        "print(copy.elsewhere, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(file)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        assert other.stdout.readline() == "\n"
        copy = begin(file)[1]
        assert f"process {other.pid}" in copy.elsewhere
        copy.close(discard=True)
        other.kill()
    copy = begin(file)[1]
    assert copy.elsewhere == ""
    copy.close(discard=True)


@pytest.mark.skipif(os.name != "posix", reason="processes end otherwise elsewhere")
def test_what_a_killed_save_left_is_swept_by_the_next_opening(file: Path) -> None:
    import socket

    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    host = socket.gethostname()
    left = file.with_name(f".small.gpkg.{host}.{gone.pid}.abcd.entente-tmp")
    busy = file.with_name(f".small.gpkg.{host}.{os.getpid()}.abcd.entente-tmp")
    other = file.with_name(".something.entente-tmp.else")
    for path in (left, busy, other):
        path.write_bytes(b"x")
    open_dossier(file)
    assert [path.exists() for path in (left, busy, other)] == [False, True, True]


@pytest.fixture(autouse=True)
def nothing_open() -> Iterator[None]:
    yield
    assert not [path for path in rooms().glob("*") if not (path / "edits.jsonl").exists()]


def test_an_empty_dossier_can_be_worked_on(tmp_path: Path) -> None:
    dossier = make()
    copy = WorkingCopy.begin(dossier, None)
    dossier = with_table(dossier, make(actors=["one"]).actors)
    copy.follow(dossier, "New Actor")
    copy.save(tmp_path / "a.gpkg")
    assert open_dossier(tmp_path / "a.gpkg").actors["id"] == ("one",)
    copy.close(discard=False)
