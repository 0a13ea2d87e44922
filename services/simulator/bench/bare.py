"""What every ratio is measured against: a bare FastAPI endpoint, a pydantic body in and one out. It stays as it is."""

from fastapi import FastAPI
from pydantic import BaseModel


class Question(BaseModel):
    """In."""

    payload: str
    answer_octets: int


class Answer(BaseModel):
    """Out."""

    payload: str


app = FastAPI()


@app.post("/echo")
async def echo(question: Question) -> Answer:
    """Back, cut to the size asked for."""
    return Answer(payload=question.payload[: question.answer_octets])
