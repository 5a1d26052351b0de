"""Runs the example DAG's tasks without a scheduler, once per line of standard input.

Reads a line of JSON, `{"env": {…}}`; writes a line of JSON, `{"<task>": {"ok": true, "detail": "what it printed"}, …}`.
For each line, Airflow itself creates the backend anew, from AIRFLOW__SECRETS__BACKEND and its kwargs.
"""

import contextlib
import importlib.util
import io
import json
import os
import sys

from airflow.sdk.configuration import clear_secrets_backends_cache

TASKS = ("read_variable", "read_connection_by_uri", "read_connection_by_json")


def load_dag(path):
    spec = importlib.util.spec_from_file_location("example", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.verify_secrets_backend()


def run(task):
    clear_secrets_backends_cache()
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            task.python_callable()
    except Exception as error:
        return {"ok": False, "detail": f"{type(error).__name__}: {error}"}
    return {"ok": True, "detail": printed.getvalue().strip()}


def main(path):
    replies = os.fdopen(os.dup(1), "w", encoding="utf8")
    # Keeps the logs of Airflow and of the cloud clients out of the replies.
    os.dup2(2, 1)
    base_env = dict(os.environ)
    dag = load_dag(path)
    for line in sys.stdin:
        os.environ.clear()
        os.environ.update(base_env | json.loads(line)["env"])
        outcomes = {name: run(dag.get_task(name)) for name in TASKS}
        print(json.dumps(outcomes), file=replies, flush=True)


main(sys.argv[1])
