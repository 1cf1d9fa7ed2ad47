"""Each promise's guard is taken away in a copy of the project, and a test must notice.

A guard is a few characters of code that keep a promise of docs/design.md. This file lists them: what is replaced, by
what, and the test that has to fail then. A guard that was reworded fails here until its line is brought up to date.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import ROOT

pytestmark = pytest.mark.faults

PROMISES = "tests/spine/test_promises.py"
WRITER = "tests/spine/test_writer.py"
PACE = "tests/spine/test_pacing.py"
FLOW = "tests/stories/test_first_flow.py"
ARRIVING = "tests/stories/test_arriving.py"
INPUT = "tests/stories/test_bad_input.py"
MEDIA = "tests/spine/test_media.py"
REMINDERS = "tests/stories/test_reminders.py"
SAFETY = "tests/stories/test_safety.py"
DOWN = "tests/stories/test_coming_down.py"
LOGBOOK = "tests/stories/test_logbook.py"
MAP = "tests/privacy/test_column_map.py"


@dataclass(frozen=True)
class Guard:
    """`line` of `file` becomes `broken`; then `test` must fail."""

    promise: str
    file: str
    line: str
    broken: str
    test: str


GUARDS = [
    Guard("1: committed before Telegram hears", "bot/adapters/intake.py",
          "offset = await self._take(updates, offset)",
          "offset = updates[-1]['update_id'] + 1; asyncio.get_running_loop().call_later("
          "0.3, lambda: asyncio.ensure_future(self._take(updates, offset)))",
          f"{PROMISES}::test_telegram_hears_of_an_update_only_after_it_was_committed[sqlite]"),
    Guard("1: an id that is seen again is not new", "bot/adapters/store/inbox.py",
          "if _KEEP.change(", "if 1 + _KEEP.change(",
          f"{PROMISES}::test_an_update_id_that_is_seen_again_is_not_new[sqlite]"),
    Guard("1: done once", "bot/turn.py",
          "if not inbox.mark_done(connection, event.update_id, now):",
          "if inbox.mark_done(connection, event.update_id, now) is None:",
          f"{PROMISES}::test_a_turn_that_was_done_is_not_done_again[sqlite]"),
    Guard("1: the offset is forgotten after an idle day", "bot/adapters/intake.py",
          "                offset = None\n", "                pass\n",
          f"{PROMISES}::test_after_an_idle_day_the_offset_is_left_out[sqlite]"),
    Guard("1: back-pressure", "bot/adapters/lanes.py",
          "self._count >= INBOX_FULL", "self._count >= 10 * INBOX_FULL",
          f"{PROMISES}::test_a_full_inbox_takes_no_more"),
    Guard("1: inbox words go when done", "bot/adapters/store/inbox.py",
          '.values(done_at=bindparam("now"), payload=None)', '.values(done_at=bindparam("now"))',
          f"{PROMISES}::test_words_are_gone_once_they_are_dealt_with[sqlite]"),
    Guard("1: outbox words go when sent", "bot/adapters/store/outbox.py",
          'settled_at=bindparam("now"), payload=None)', 'settled_at=bindparam("now"))',
          f"{PROMISES}::test_words_are_gone_once_they_are_dealt_with[sqlite]"),
    Guard("2: a turn in a savepoint", "bot/adapters/writer.py",
          'connection.exec_driver_sql("ROLLBACK TO SAVEPOINT turn")', "pass",
          f"{WRITER}::test_an_exception_of_ours_costs_only_its_own_work[sqlite]"),
    Guard("2: releasing a savepoint does not commit", "bot/adapters/store/engine.py",
          'event.listen(engine, "begin", _sqlite_begins)', "pass",
          f"{PROMISES}::test_releasing_a_savepoint_does_not_commit[sqlite]"),
    Guard("2: a failed commit is run one by one", "bot/adapters/writer.py",
          "if len(batch) > 1:", "if len(batch) > 1000:",
          f"{WRITER}::test_a_commit_that_fails_is_run_again_one_by_one[sqlite]"),
    Guard("2: trouble of the database is tried again", "bot/adapters/writer.py",
          "if not is_trouble(error):", "if True:",
          f"{WRITER}::test_trouble_of_the_database_is_waited_out[sqlite]"),
    Guard("2: only our own exceptions are counted", "bot/adapters/lanes.py",
          "inbox.count_failure(c, row.update_id, now)", "False",
          f"{INPUT}::test_an_update_that_our_code_fails_on_is_set_aside_and_the_chat_goes_on[sqlite]"),
    Guard("3: what no handler claims is done", "bot/adapters/lanes.py",
          "await self._done(row)", "pass", f"{INPUT}::test_updates_of_every_and_of_no_kind[sqlite]"),
    Guard("4: sending is committed before the call", "bot/adapters/store/outbox.py",
          '.values(state="sending", attempts', '.values(state="pending", attempts',
          f"{PROMISES}::test_sending_is_committed_before_the_call[sqlite]"),
    Guard("4: reminders are never repeated", "bot/adapters/store/outbox.py",
          "if Rank(row.rank).repeatable:", "if True:",
          f"{PROMISES}::test_after_a_crash_replies_are_repeated_and_reminders_never[sqlite-2-unknown]"),
    Guard("4: one in flight a chat", "bot/adapters/pacing.py",
          "lane.flying = True", "pass", f"{PACE}::test_one_chat_has_one_flight"),
    Guard("4: 3 messages in 3 seconds", "bot/adapters/pacing.py",
          "CHAT = (Window(3, 3.0),)", "CHAT = (Window(4, 3.0),)",
          f"{PACE}::test_no_limit_is_ever_broken_and_all_is_sent"),
    Guard("4: retry_after to its end", "bot/adapters/pacing.py",
          "lane.halted_until = max(lane.halted_until, now + seconds)", "lane.halted_until = now + min(seconds, 60)",
          f"{PACE}::test_a_halt_is_obeyed_to_its_end_and_holds_up_nobody_else"),
    Guard("4: stale rows are dropped", "bot/adapters/store/outbox.py",
          "if reason is not None:", "if False:",
          f"{PROMISES}::test_what_is_stale_is_dropped_with_its_reason[sqlite-more0-expired]"),
    Guard("4: /sos waits for nothing", "bot/adapters/intake.py",
          "self._urgent(update)", "pass", f"{PROMISES}::test_sos_waits_for_nothing[sqlite]"),
    Guard("5: a reminder is asked once more when it is sent", "bot/reminders/handlers.py",
          "verdict = duty.fits(connection, claimed, due, now)", "verdict = None",
          f"{REMINDERS}::test_what_was_decided_is_asked_once_more_when_it_is_sent[sqlite]"),
    Guard("5: an unknown reminder is not repeated", "bot/adapters/courier.py",
          "if Rank(row.rank).repeatable:", "if row.rank <= Rank.REMINDER:",
          f"{REMINDERS}::test_a_reminder_whose_outcome_nobody_knows_is_not_repeated[sqlite]"),
    Guard("5: a date is served once", "bot/reminders/recurrence.py",
          "place = after.place if rule.every else (after.local_date, SNOOZED)", "place = after.place",
          f"{REMINDERS}::test_a_time_that_is_changed_after_it_came_does_not_come_again_that_day[sqlite]"),
    Guard("8: a card answers to its owner only", "bot/cards.py",
          "card.owner != event.owner or card.chat != event.chat", "False",
          f"{FLOW}::test_two_people_at_once_do_not_meet[sqlite]"),
    Guard("8: an old version changes nothing", "bot/cards.py",
          "card.version != tap.version", "False", f"{FLOW}::test_a_button_from_before_changes_nothing[sqlite]"),
    Guard("8: a vanished message is sent anew", "bot/adapters/courier.py",
          "if not any(gone in said for gone in GONE):", "if True:",
          f"{FLOW}::test_a_card_that_was_deleted_is_sent_anew[sqlite]"),
    Guard("8: one open prompt", "bot/turn.py",
          "self._strip({*closed, *older})", "self._strip(older)",
          f"{FLOW}::test_another_question_takes_the_buttons_too[sqlite]"),
    Guard("8: a card has its buttons once", "bot/turn.py",
          "self._strip({*closed, *older})", "self._strip(closed)",
          f"{FLOW}::test_a_closed_card_shown_again_has_its_button_once[sqlite]"),
    Guard("9: nothing before consent", "bot/checkins/handlers.py",
          "if agreed(facts.who) else welcome(facts.who)", "",
          f"{FLOW}::test_nothing_about_health_is_kept_before_consent[sqlite]"),
    Guard("9: erase destroys the key", "bot/adapters/store/vault.py",
          "connection.execute(delete(vault).where(vault.c.owner == owner))", "pass",
          f"{PROMISES}::test_nothing_is_left_in_the_files_after_erase[sqlite]"),
    Guard("9: erase leaves no bytes", "bot/spine.py",
          "self.to_scrub |= outcome.erased", "pass",
          f"{PROMISES}::test_nothing_is_left_in_the_files_after_erase[sqlite]"),
    Guard("9: a restored backup brings nobody back", "bot/turn.py",
          "self._graves.erased(wrapped)", "pass", f"{PROMISES}::test_a_restored_backup_brings_nobody_back[sqlite]"),
    Guard("9: health is sealed", "bot/adapters/store/checkins.py",
          'Sealed, owner="owner", kind="health"', 'LargeBinary, owner="owner", kind="health"',
          f"{MAP}::test_health_and_words_are_sealed"),
    Guard("2: a turn that must look something up is not done", "bot/turn.py",
          "raise Needs(decision.needs)", "pass", f"{ARRIVING}::test_two_places_at_once_are_not_mixed_up[sqlite]"),
    Guard("8: a keyboard whose card moved on goes too", "bot/adapters/courier.py",
          'method = "remove" if orphan and "share" in row.payload else "strip"', 'method = "strip"',
          f"{ARRIVING}::test_a_keyboard_still_on_its_way_goes_too[sqlite]"),
    Guard("8: a prompt for later asks when it is there", "bot/adapters/courier.py",
          'row.payload.get("asks")', "False",
          "tests/stories/test_drills.py::test_a_number_answers_the_question_above_it[sqlite]"),
    Guard("8: what was a picture is not edited", "bot/turn.py",
          "not tap.editable or", "",
          f"{MEDIA}::test_a_card_that_becomes_a_picture_or_was_one_is_sent_below[sqlite]"),
    Guard("11: nobody waits for a picture", "bot/adapters/courier.py",
          "self._pacer.rest(row.chat, LOOK_AGAIN, self._clock.monotonic())", "await self._clock.sleep(LOOK_AGAIN)",
          f"{MEDIA}::test_while_one_is_drawn_all_other_chats_go_on[sqlite]"),
    Guard("media: one upload", "bot/adapters/media.py",
          "            state.uploading = True\n", "",
          f"{MEDIA}::test_while_one_is_drawn_all_other_chats_go_on[sqlite]"),
    Guard("media: who wants no voice messages does not keep others from theirs", "bot/adapters/courier.py",
          "refused = not forbids_voice(error.message)", "refused = True",
          f"{MEDIA}::test_however_many_want_none_the_others_have_it[sqlite]"),
    Guard("media: nothing of somebody's own picture is kept", "bot/adapters/media.py",
          "        if state.own:\n", "        if False:\n",
          f"{DOWN}::test_the_weeks_in_a_picture_of_which_nothing_is_kept[sqlite]"),
    Guard("9: words are kept only when they say so", "bot/drills/naming.py",
          "if keep else ()", "", f"{DOWN}::test_name_it_and_let_it_go[sqlite]"),
    Guard("8: the answer to one line leaves the others' buttons", "bot/adapters/store/cards.py",
          "_card.c.until < now)).order_by", "_card.c.until > now)).order_by",
          f"{LOGBOOK}::test_every_line_can_be_taken_out_for_a_day_whatever_came_after[sqlite]"),
    Guard("10: a mere concern leaves what was understood", "bot/safety/handover.py",
          "and effect.until is not None)", "and effect.until is None)",
          f"{LOGBOOK}::test_a_concern_in_a_line_comes_below_what_was_understood[sqlite]"),
    Guard("an edit takes back only what lines answered", "bot/logbook/rules.py",
          "(key not in lines or kept not in (was.get(key), elsewhere.get(key)))", "False",
          f"{LOGBOOK}::test_an_answer_of_the_check_in_is_not_taken_back_by_a_line[sqlite]"),
    Guard("Undo of a line leaves what was tapped", "bot/logbook/rules.py",
          "key not in lines or ", "",
          f"{LOGBOOK}::test_undo_of_a_night_leaves_what_was_tapped[sqlite]"),
    Guard("a session is there once", "bot/logbook/handlers.py",
          "if first else {}", "if first is None else {}",
          "tests/stories/test_files.py::test_the_same_file_twice_is_one_session[sqlite]"),
    Guard("9: who never agrees is forgotten", "bot/app.py",
          "now - UNDECIDED", "now - 100 * UNDECIDED",
          f"{ARRIVING}::test_whoever_never_agrees_is_forgotten_after_a_month[sqlite]"),
    Guard("10: triage before the rules", "bot/turn.py",
          "triage(event.words) if event.words else None", "None",
          f"{FLOW}::test_words_of_danger_get_help_lines_and_the_answer_still_counts[sqlite]"),
    Guard("10: the reply is replaced", "bot/safety/handover.py",
          "if not isinstance(effect, (*SPOKEN, Forget, Schedule)))", ")",
          f"{SAFETY}::test_in_a_check_in_it_is_answered_and_what_was_said_counts[sqlite]"),
    Guard("10: somebody comes back to it", "bot/safety/handover.py",
          "if hit.level >= Level.URGENT and hit.category != WATCHED:\n        kept",
          "if hit.level > Level.EMERGENCY:\n        kept",
          f"{SAFETY}::test_the_next_day_it_is_asked_once_whatever_happens_in_between[sqlite]"),
    Guard("10: what leaves late says so", "bot/adapters/courier.py",
          'if "belated" in payload and', "if False and",
          f"{SAFETY}::test_what_can_not_leave_in_time_says_so[sqlite]"),
    Guard("10: a group learns nothing", "bot/turn.py",
          "event = replace(event, chat=event.owner, private=True)", "pass",
          f"{SAFETY}::test_in_a_group_nothing_is_said_of_it[sqlite]"),
    Guard("10: in whole once a day", "bot/safety/handover.py",
          "and event.at - flag.at < A_DAY", "and False",
          f"{SAFETY}::test_the_second_time_a_day_it_is_short_and_on_more_days_help_is_offered[sqlite]"),
]


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, to break."""
    copy = tmp_path_factory.mktemp("guards") / "project"
    skip = shutil.ignore_patterns(".*", "data", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT, copy, ignore=skip)
    return copy


@pytest.mark.timeout(300)  # the story that notices may itself wait a minute for what does not come
@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.promise)
def test_a_missing_guard_is_noticed(guard: Guard, project: Path) -> None:
    path = project / guard.file
    whole = path.read_text()
    assert whole.count(guard.line) >= 1, f"the guard reads differently now: {guard.line}"
    imports = "from sqlalchemy import LargeBinary\n" if "LargeBinary" in guard.broken else ""
    path.write_text(whole.replace(guard.line, guard.broken).replace("\nfrom ", f"\n{imports}from ", 1))
    # A story that waits for what does not come any more has failed, and so have its ends if they wait: all is left.
    options = ["-q", "-x", "-n", "0", "-p", "no:cacheprovider", "--timeout", "60", "--timeout-method", "thread"]
    try:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", *options, guard.test],
            cwd=project, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"},
        )
    finally:
        path.write_text(whole)
    assert run.returncode == 1, f"nobody noticed: {run.stdout[-2000:]}"
    assert " failed" in run.stdout or "Timeout +" in run.stdout + run.stderr, f"not by the test: {run.stdout[-2000:]}"
