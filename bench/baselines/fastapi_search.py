"""FastAPI, async redis, pydantic: the cached answer is read from Redis, validated and answered by a
model.
"""

import os
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Annotated

import redis.asyncio as redis
import uvicorn
from fastapi import FastAPI, HTTPException, Query
from pydantic import BaseModel, Field

client = redis.from_url(os.environ["REDIS_URL"], db=3)


class Price(BaseModel):
    amount_minor: int
    currency: str


class Place(BaseModel):
    code: str
    name: str
    timezone: str
    country: str | None


class Cabin(BaseModel):
    type: str
    price: Price
    berths: int
    left: int


class Operator(BaseModel):
    code: str
    name: str
    kind: str
    demo: bool


class Sailing(BaseModel):
    sailing_id: str
    operator: Operator
    ferry: str | None
    departs_at: datetime
    arrives_at: datetime
    departs_local: str
    arrives_local: str
    duration_minutes: int
    price: Price | None
    bookable: bool
    places_left: int | None
    vehicle_fits: bool | None
    why_not: str | None
    every_minutes: int | None
    cabins: list[Cabin]


class OperatorState(BaseModel):
    code: str
    name: str
    status: str


class Answer(BaseModel):
    origin: Place = Field(alias="from")
    destination: Place = Field(alias="to")
    date: date
    return_date: date | None
    outbound: list[Sailing]
    inbound: list[Sailing] | None
    operators: list[OperatorState]
    partial: bool
    as_of: datetime
    sandbox: bool


@asynccontextmanager
async def lifespan(app: FastAPI):
    yield
    await client.aclose()


app = FastAPI(lifespan=lifespan)


@app.get("/api/v1/ferries/search", response_model=Answer)
async def search(
    origin: Annotated[str, Query(alias="from")],
    to: str,
    day: Annotated[date, Query(alias="date")],
    return_date: date | None = None,
    adults: int = 1,
    vehicles: str = "",
) -> Answer:
    stored = await client.get(f"search:{origin}:{to}:{day}:{return_date}:{adults}:{vehicles}")
    if stored is None:
        raise HTTPException(404)
    return Answer.model_validate_json(stored)


if __name__ == "__main__":
    uvicorn.run(
        app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning", access_log=False
    )
