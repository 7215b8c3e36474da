"""The states of a job: every state with every event, and what the statements do to a row."""

from typing import Any

import pytest

from maritime_app.jobs import states
from maritime_app.jobs.model import AttemptOutcome, JobState
from maritime_app.jobs.outbox import enqueue, sweep_once
from maritime_app.jobs.states import JOB, JobEvent
from maritime_app.jobs.store import SQL, EndedAttempt, claim, end_attempts

ALLOWED = {
    (JobState.QUEUED, JobEvent.CLAIM): JobState.RUNNING,
    (JobState.QUEUED, JobEvent.CANCEL): JobState.CANCELLED,
    (JobState.RUNNING, JobEvent.FINISH): JobState.DONE,
    (JobState.RUNNING, JobEvent.RETRY): JobState.QUEUED,
    (JobState.RUNNING, JobEvent.FAIL): JobState.DEAD,
    (JobState.RUNNING, JobEvent.LEAVE): JobState.CANCELLED,
    (JobState.RUNNING, JobEvent.GIVE_BACK): JobState.QUEUED,
    (JobState.RUNNING, JobEvent.LOSE): JobState.QUEUED,
    (JobState.DEAD, JobEvent.REPLAY): JobState.QUEUED,
    (JobState.CANCELLED, JobEvent.REPLAY): JobState.QUEUED,
}
EVERY = [(state, event) for state in JobState for event in JobEvent]


def test_it_works():
    assert JOB.after(JOB.initial, JobEvent.CLAIM) is JobState.RUNNING
    assert [state for state in JobState if JOB.is_final(state)] == [JobState.DONE]


@pytest.mark.parametrize(("state", "event"), EVERY)
def test_every_state_with_every_event(state, event):
    assert JOB.after(state, event) == ALLOWED.get((state, event))


@pytest.mark.parametrize(("state", "event"), EVERY)
async def test_the_statements_do_what_the_table_says(db, resources, state, event):
    """A row in that state, the statement of that event: afterwards it is where the table leads."""
    job_id = await a_job_in(db, state)

    async with db.transaction() as conn:
        await HAPPENS[event](conn, job_id)
    if event is JobEvent.LOSE:
        await sweep_once(db, resources.redis_jobs)

    async with db.acquire() as conn:
        after = await conn.fetchval("select state from job where id = $1", job_id)
    assert after == (JOB.after(state, event) or state)


def test_every_event_that_ends_an_attempt_says_how_it_is_written_down():
    ending = {event for state, event in ALLOWED if state is JobState.RUNNING}

    assert set(states.OUTCOMES) == ending
    assert set(states.OUTCOMES.values()) == set(AttemptOutcome)
    with pytest.raises(ValueError, match="ends no attempt"):
        states.after_attempt(JobEvent.CANCEL)


async def a_job_in(db, state):
    """A job, due since a minute ago; a running one has used its lease up."""
    async with db.transaction() as conn:
        job_id = await enqueue(conn, "ops.tidy_up")
        await conn.execute(
            "update job set state = $2, tries = 1, worker = 'here:1', started_at = now(),"
            " run_at = now() - interval '1 minute', lease_until = now() - interval '1 second'"
            " where id = $1",
            job_id,
            state,
        )
    return job_id


def ended(event):
    async def happens(conn, job_id):
        state, outcome = states.after_attempt(event), states.OUTCOMES[event]
        await end_attempts(conn, "here:1", [EndedAttempt(job_id, 1, state, outcome)])

    return happens


async def claimed(conn, job_id):
    await claim(conn, [job_id], "here:1", 15.0)


async def replayed(conn, job_id):
    await SQL.replay_job.execute(conn, job_id, JOB.before(JobEvent.REPLAY))


async def cancelled(conn, job_id):
    await SQL.cancel_job.execute(conn, job_id, JOB.before(JobEvent.CANCEL))


async def lost(_conn, _job_id):
    """The sweeper finds it by itself."""


HAPPENS: dict[JobEvent, Any] = {
    JobEvent.CLAIM: claimed,
    JobEvent.REPLAY: replayed,
    JobEvent.CANCEL: cancelled,
    JobEvent.LOSE: lost,
    **{event: ended(event) for event in states.OUTCOMES if event is not JobEvent.LOSE},
}
