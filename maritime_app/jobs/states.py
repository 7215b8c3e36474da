"""The states of a job as one table; the statements in sql/queries/jobs.sql follow it."""

from enum import StrEnum

from maritime_app.jobs.model import AttemptOutcome, JobState
from maritime_app.state_machine import StateMachine, Transition


class JobEvent(StrEnum):
    """What happens to a job."""

    CLAIM = "claim"
    FINISH = "finish"
    RETRY = "retry"
    FAIL = "fail"
    LEAVE = "leave"
    GIVE_BACK = "give_back"
    LOSE = "lose"
    CANCEL = "cancel"
    REPLAY = "replay"


_QUEUED, _RUNNING = JobState.QUEUED, JobState.RUNNING
JOB: StateMachine[JobState, JobEvent] = StateMachine(
    "job",
    _QUEUED,
    [
        Transition(_QUEUED, JobEvent.CLAIM, _RUNNING, "an attempt begins under a worker's lease"),
        Transition(_QUEUED, JobEvent.CANCEL, JobState.CANCELLED, "a person took it away"),
        Transition(_RUNNING, JobEvent.FINISH, JobState.DONE, "the outcome is kept"),
        Transition(_RUNNING, JobEvent.RETRY, _QUEUED, "due again after a pause that doubles"),
        Transition(_RUNNING, JobEvent.FAIL, JobState.DEAD, "an alert is raised"),
        Transition(
            _RUNNING, JobEvent.LEAVE, JobState.CANCELLED, "its next run by itself tries again"
        ),
        Transition(_RUNNING, JobEvent.GIVE_BACK, _QUEUED, "due at once; does not count as a try"),
        Transition(_RUNNING, JobEvent.LOSE, _QUEUED, "the lease ran out: due at once, and counts"),
        Transition(JobState.DEAD, JobEvent.REPLAY, _QUEUED, "tries count from 1, attempts stay"),
        Transition(JobState.CANCELLED, JobEvent.REPLAY, _QUEUED, "as from dead"),
    ],
)

# How the attempt that an event ends is written down.
OUTCOMES: dict[JobEvent, AttemptOutcome] = {
    JobEvent.FINISH: AttemptOutcome.DONE,
    JobEvent.RETRY: AttemptOutcome.RETRY,
    JobEvent.FAIL: AttemptOutcome.DEAD,
    JobEvent.LEAVE: AttemptOutcome.RETRY,
    JobEvent.GIVE_BACK: AttemptOutcome.GIVEN_BACK,
    JobEvent.LOSE: AttemptOutcome.LOST,
}


def after_attempt(event: JobEvent) -> JobState:
    """Return the state of a running job once its attempt has ended so.

    Raise ValueError for an event that ends no attempt.
    """
    state = JOB.after(JobState.RUNNING, event)
    if state is None:
        raise ValueError(f"{event} ends no attempt")
    return state
