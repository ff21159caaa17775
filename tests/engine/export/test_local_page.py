"""A served model answers on the loopback address, and nobody but this computer's own pages."""

from __future__ import annotations

import http.client
import json
import threading

import pytest

from engine.errors import EngineError
from engine.export.local_page import LocalPage
from engine.protocol.run_files import read_predictions
from engine.training.answering import FinishedRun


@pytest.fixture(scope="module")
def served(finished):
    folder = finished("lora")
    page = LocalPage(FinishedRun.load(folder))
    thread = threading.Thread(target=page.serve)
    thread.start()
    yield page, folder
    page.close()
    thread.join(10)


def ask(page, method, path, body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=30)
    sent = {"Content-Type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    connection.request(method, path, body if body is None else json.dumps(body), sent)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_it_answers_as_the_run(served):
    page, folder = served
    (first, second, *_) = read_predictions(folder)
    status, body = ask(page, "POST", "/predict", {"texts": [first.text], "rows": [{"text": second.text}]})
    assert status == 200
    said = json.loads(body)["predictions"]
    assert [one["said"] for one in said] == [first.said, second.said]
    assert said[0]["probability"] == pytest.approx(first.probability, abs=1e-5)


def test_the_page_asks_for_what_the_task_reads_and_needs_nothing_else(served):
    page, _ = served
    status, body = ask(page, "GET", "/")
    assert status == 200
    assert 'name="text"' in body
    assert "http://" not in body
    assert "https://" not in body


def test_it_listens_on_the_loopback_address_only(served):
    page, _ = served
    assert page._server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Host": "127.0.0.1:1"}]
)
def test_other_sites_hear_nothing(served, headers):
    page, _ = served
    assert ask(page, "POST", "/predict", {"texts": ["a"]}, **headers)[0] == 403
    assert ask(page, "GET", "/", **headers)[0] == 403


@pytest.mark.parametrize("body", [{}, {"texts": []}, {"texts": "no list"}, {"texts": ["a"] * 300}])
def test_what_is_no_question_is_refused_in_words(served, body):
    page, _ = served
    status, said = ask(page, "POST", "/predict", body)
    assert status == 400
    assert json.loads(said)["error"]
    assert ask(page, "POST", "/predict", {"texts": ["a"]}, Content_Type="text/plain")[0] == 400
    assert ask(page, "POST", "/predict", {"texts": ["a"]}, Content_Length="many")[0] == 400
    assert ask(page, "GET", "/other")[0] == 404


def test_a_port_that_is_taken_is_told(served):
    page, folder = served
    with pytest.raises(EngineError) as caught:
        LocalPage(FinishedRun.load(folder), page.port)
    assert caught.value.problem.code == "port_taken"
