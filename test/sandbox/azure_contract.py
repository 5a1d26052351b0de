"""Calls the stand-in with Azure's own Python clients; prints a JSON object with one entry per call."""

import json
import os
import sys

from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError
from azure.identity import ClientSecretCredential, DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

vault, forbidden, missing = sys.argv[1:]
answers = {}


def refusal(call):
    try:
        call()
    except HttpResponseError as error:
        if isinstance(error, ClientAuthenticationError) and error.status_code is None:
            return f"{type(error).__name__} {error.message.split(':')[0]}"
        inner = error.error.innererror if error.error else None
        code = error.error.code if error.error else ""
        return " ".join(str(part) for part in (type(error).__name__, error.status_code, code, (inner or {}).get("code")) if part)
    except AzureError as error:
        return type(error).__name__
    return "allowed"


# As Airflow's backend does: reads AZURE_* from the env vars.
client = SecretClient(vault_url=vault, credential=DefaultAzureCredential())
for value in ("first", "second"):
    written = client.set_secret("contract-python", value, tags={"by": "python"})
answers["latest"] = client.get_secret("contract-python").value
answers["tags"] = client.get_secret("contract-python").properties.tags
answers["version"] = client.get_secret("contract-python", written.properties.version).value
answers["listed"] = [each.name for each in client.list_properties_of_secrets()]
answers["underscore"] = refusal(lambda: client.set_secret("contract_python", "x"))
answers["missing"] = refusal(lambda: client.get_secret("nothing"))
client.begin_delete_secret("contract-python").result()
answers["deleted"] = refusal(lambda: client.get_secret("contract-python"))
answers["softDeleted"] = [each.name for each in client.list_deleted_secrets()]
answers["setAfterDelete"] = refusal(lambda: client.set_secret("contract-python", "x"))
client.begin_recover_deleted_secret("contract-python").result()
answers["recovered"] = client.get_secret("contract-python").value
client.begin_delete_secret("contract-python").result()
client.purge_deleted_secret("contract-python")
answers["purged"] = refusal(lambda: client.get_deleted_secret("contract-python"))
answers["notImplemented"] = refusal(lambda: client.backup_secret("contract-python"))

other = SecretClient(vault_url=forbidden, credential=DefaultAzureCredential())
answers["policy"] = refusal(lambda: other.get_secret("any"))
nowhere = SecretClient(vault_url=missing, credential=DefaultAzureCredential(), retry_total=0)
answers["no such vault"] = refusal(lambda: nowhere.get_secret("any"))

wrong = ClientSecretCredential(os.environ["AZURE_TENANT_ID"], os.environ["AZURE_CLIENT_ID"], "wrong")
answers["wrong secret"] = refusal(lambda: SecretClient(vault_url=vault, credential=wrong).get_secret("any"))
print(json.dumps(answers))
