"""Prints the client id that a task without a connection of its own acts as in Azure; `none` if there is no such identity."""

import base64
import json
import logging

from azure.core.exceptions import ClientAuthenticationError
from azure.identity import DefaultAzureCredential

logging.disable(logging.CRITICAL)
try:
    token = DefaultAzureCredential().get_token("https://management.azure.com/.default").token
    claims = token.split(".")[1]
    print(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["appid"])
except ClientAuthenticationError:
    print("none")
