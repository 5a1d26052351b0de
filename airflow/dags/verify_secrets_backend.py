"""Shows that this Deployment's secrets backend works: one task for each way in which Airflow keeps a secret.

Copy this file into your project's `dags/` folder, give the Deployment its test secrets, and trigger the DAG by hand. Three
green tasks mean that Airflow reads variables and both forms of connections from the backend.

It runs on Airflow 3, and on Airflow 2.4 and later.
"""

from __future__ import annotations

import json
from datetime import datetime

try:
    from airflow.sdk import Variable, dag, task
    from airflow.sdk.bases.hook import BaseHook
except ImportError:  # Airflow 2
    from airflow.decorators import dag, task
    from airflow.hooks.base import BaseHook
    from airflow.models import Variable

# The test secrets. Their values are public and open nothing.
VARIABLE_KEY = "verify_variable"
VARIABLE_VALUE = "my-test-variable"

URI_CONNECTION_ID = "verify_connection_uri"
URI_CONNECTION = {
    "conn_type": "postgres",
    "host": "db.example.com",
    "login": "verify-user",
    "password": "verify-password",
    "port": 5432,
    "schema": "verify",
    "extra": {"sslmode": "require"},
}

JSON_CONNECTION_ID = "verify_connection_json"
JSON_CONNECTION = {
    "conn_type": "http",
    "host": "api.example.com",
    "login": "verify-user",
    # Quotes, a backslash, dollar signs, a number sign, a newline and unicode: what careless quoting breaks.
    "password": "p@ss'w\"o\\rd $HOME ${x} #1\n√",
    "port": 8443,
    "schema": "https",
    "extra": {"timeout": 30},
}

WHAT_TO_LOOK_AT = """
Airflow does not tell a wrong credential from a secret that is not there. Look at:
1. the log above: for a variable, Airflow logs the backend's own error before it looks elsewhere; for a connection it hides it;
2. AIRFLOW__SECRETS__BACKEND and AIRFLOW__SECRETS__BACKEND_KWARGS in this Deployment's environment: is the JSON valid, do its
   paths or prefixes name the place where the secret lies?
3. the backend: is the test secret there, has the credential ended, may it read this path?
4. the backend's provider package: is it in requirements.txt, in a version that knows these kwargs?"""


class SecretsBackendError(Exception):
    """A test secret could not be read, or is not what it should be."""


def _missing(what: str) -> SecretsBackendError:
    return SecretsBackendError(f"{what} could not be read.{WHAT_TO_LOOK_AT}")


def _different(what: str, parts: list[str]) -> SecretsBackendError:
    # What was read instead may be a real secret: name what differs, never print it.
    return SecretsBackendError(
        f"{what} was read, but is not the test secret: {', '.join(parts)} differs.\n"
        "Was it written by somebody else, or changed by a shell's quoting on its way into the backend?"
    )


def _check_connection(conn_id: str, expected: dict) -> None:
    what = f"connection {conn_id!r}"
    try:
        connection = BaseHook.get_connection(conn_id)
    except Exception as error:
        raise _missing(what) from error
    found = {field: getattr(connection, field) for field in expected if field != "extra"}
    found["extra"] = json.loads(connection.extra or "{}")
    differing = [field for field in expected if found[field] != expected[field]]
    if differing:
        raise _different(what, differing)
    print(
        f"{what} read: {found['conn_type']}://{found['login']}:***@{found['host']}:{found['port']}/{found['schema']} "
        f"extra={json.dumps(found['extra'])}"
    )


@dag(
    schedule=None,
    start_date=datetime(2024, 1, 1),
    catchup=False,
    tags=["secrets backend"],
    doc_md=__doc__,
)
def verify_secrets_backend():
    @task
    def read_variable():
        what = f"variable {VARIABLE_KEY!r}"
        try:
            value = Variable.get(VARIABLE_KEY)
        except Exception as error:
            raise _missing(what) from error
        if value != VARIABLE_VALUE:
            raise _different(what, ["value"])
        print(f"{what} read: {value}")

    @task
    def read_connection_by_uri():
        _check_connection(URI_CONNECTION_ID, URI_CONNECTION)

    @task
    def read_connection_by_json():
        _check_connection(JSON_CONNECTION_ID, JSON_CONNECTION)

    read_variable()
    read_connection_by_uri()
    read_connection_by_json()


verify_secrets_backend()
