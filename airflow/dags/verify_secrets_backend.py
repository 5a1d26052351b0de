"""Tests this Deployment's secrets backend. It has one task each for a variable, a URI connection and a JSON connection.

Copy this file into your project's `dags/` folder, set `testSecrets: true` for the Deployment, and trigger the DAG by
hand. If all three tasks succeed, Airflow reads variables and both connection formats from the backend. With the key
`only` in the Deployment's `backend`, the tasks for what Airflow does not look up there fail.

Runs on Airflow 3, and on Airflow 2.4 and later.
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

# The test secrets. Their values are public and give access to nothing.
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
    # Quotes, a backslash, dollar signs, a number sign, a newline and Unicode: characters that wrong quoting breaks.
    "password": "p@ss'w\"o\\rd $HOME ${x} #1\n√",
    "port": 8443,
    "schema": "https",
    "extra": {"timeout": 30},
}

WHAT_TO_CHECK = """
Airflow does not say whether the credential is wrong or the secret is missing. Check:
1. the log above: for a variable, Airflow logs the backend's own error before it tries other sources; for a connection,
   it hides that error;
2. AIRFLOW__SECRETS__BACKEND and AIRFLOW__SECRETS__BACKEND_KWARGS in this Deployment's environment: is the JSON valid,
   and do its paths or prefixes match where the secret is stored? With null, Airflow does not look there;
3. the backend: does the test secret exist, has the credential expired, may it read this path?
4. the backend's provider package: is it in requirements.txt, in a version that supports these kwargs?"""


class SecretsBackendError(Exception):
    """A test secret could not be read, or has an unexpected value."""


def _missing(what: str) -> SecretsBackendError:
    return SecretsBackendError(f"{what} could not be read.{WHAT_TO_CHECK}")


def _different(what: str, parts: list[str]) -> SecretsBackendError:
    # The value that was read may be a real secret, so the message names what differs but never prints it.
    return SecretsBackendError(
        f"{what} was read, but is not the test secret: {', '.join(parts)} differs.\n"
        "Did somebody else write it, or did a shell's quoting change it before it was stored?"
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
