"""Runs the example DAG's tasks without a scheduler, with one environment after another.

A line of JSON in, `{"env": {…}}`; a line of JSON out, `{"<task>": {"ok": true, "detail": "what it printed"}, …}`. The
backend class is made anew for each line, by Airflow itself, from AIRFLOW__SECRETS__BACKEND and its kwargs.
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
    # What Airflow and the clouds' clients log is none of the replies.
    os.dup2(2, 1)
    own = dict(os.environ)
    dag = load_dag(path)
    for line in sys.stdin:
        os.environ.clear()
        os.environ.update(own | json.loads(line)["env"])
        outcomes = {name: run(dag.get_task(name)) for name in TASKS}
        print(json.dumps(outcomes), file=replies, flush=True)


main(sys.argv[1])
