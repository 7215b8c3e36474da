"""The ledger for people: find a job, see its attempts, start a task, replay or cancel a job; see
who works, and what the clock asks for.

model         what the endpoints answer, and the figures of the queues
store         the ledger read for people, and the two changes a person may make
service       list, look at, start, replay and cancel jobs; workers and crons
views         what the pages of jobs show
worker_views  what the page of workers and crons shows
pause_views   pauses as pages show them
pause_routes  pause and resume queues and tasks
app_keys      the tasks and crons that there are, given by the application
routes        the pages under /admin/tasks and the endpoints under /api/admin-tools/tasks
"""
