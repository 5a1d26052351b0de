"""Calls the stand-in with Google's own Python clients; prints a JSON object with one entry per call."""

import json
import sys

import google.auth.transport.requests
from google.api_core import exceptions
from google.cloud import secretmanager
from google.oauth2 import service_account

key_file, project = sys.argv[1:]
scopes = ["https://www.googleapis.com/auth/cloud-platform"]
credentials = service_account.Credentials.from_service_account_file(key_file)
client = secretmanager.SecretManagerServiceClient(credentials=credentials)
parent = f"projects/{project}"
answers = {}


def refusal(call):
    try:
        call()
    except exceptions.GoogleAPICallError as error:
        return f"{type(error).__name__} {error.grpc_status_code.name}"
    return "allowed"


secret = client.create_secret(
    request={"parent": parent, "secret_id": "contract-python", "secret": {"replication": {"automatic": {}}}}
)
for value in ("first", "second"):
    version = client.add_secret_version(request={"parent": secret.name, "payload": {"data": value.encode()}})
latest = f"{parent}/secrets/contract-python/versions/latest"
answers["latest"] = client.access_secret_version(request={"name": latest}).payload.data.decode()
answers["state"] = client.get_secret_version(request={"name": version.name}).state.name
answers["listed"] = [each.name.split("/")[-1] for each in client.list_secrets(request={"parent": parent})]
answers["secondCreate"] = refusal(
    lambda: client.create_secret(
        request={"parent": parent, "secret_id": "contract-python", "secret": {"replication": {"automatic": {}}}}
    )
)
answers["dotInName"] = refusal(
    lambda: client.create_secret(
        request={"parent": parent, "secret_id": "contract.python", "secret": {"replication": {"automatic": {}}}}
    )
)
client.destroy_secret_version(request={"name": version.name})
answers["destroyed"] = refusal(lambda: client.access_secret_version(request={"name": version.name}))
answers["missing"] = refusal(
    lambda: client.access_secret_version(request={"name": f"{parent}/secrets/nothing/versions/latest"})
)
answers["notImplemented"] = refusal(lambda: client.update_secret(request={"secret": {"name": secret.name}, "update_mask": "labels"}))
client.delete_secret(request={"name": secret.name})
answers["deleted"] = refusal(lambda: client.get_secret(request={"name": secret.name}))

token = service_account.Credentials.from_service_account_file(key_file, scopes=scopes)
session = google.auth.transport.requests.AuthorizedSession(token)
answers["token"] = session.get(f"https://cloudresourcemanager.googleapis.com/v1/{parent}").json()["projectId"]
print(json.dumps(answers))
