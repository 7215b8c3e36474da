"""The smallest honest program that does the same work, each to be run by itself; PORT says where it
listens.

bare               aiohttp and uvloop: the same bytes, nothing else
verify_only        the same for a signed event: verified and decoded, not kept
select_for_update  aiohttp, asyncpg.Pool as delivered: a booking in separate round trips
fastapi_search     FastAPI, async redis, pydantic
fastapi_webhook    FastAPI, SQLAlchemy, Celery `.delay()`, with deduplication
arq_worker         arq as delivered
taskiq_worker      taskiq on a Redis stream
"""
