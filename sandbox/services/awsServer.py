"""Starts ministack with AWS behaviour that it lacks, as far as the official provider plugin, the stack or verify need it.
ministack keeps its API calls as functions in tables; the functions here replace some of them."""

import os
import time

import jwt
from ministack.app import main
from ministack.core.responses import get_account_id
from ministack.services import iam, secretsmanager, sts, tagging

KEYS_PER_USER = 2
ISSUER = os.environ["ISSUER"]
ISSUER_KEYS = jwt.PyJWKClient(os.environ["ISSUER_KEYS"])


def no_such_user(name):
    return iam._error(404, "NoSuchEntity", f"The user with name {name} cannot be found.")


def conflict(what):
    return iam._error(409, "DeleteConflict", f"Cannot delete entity, must {what} first.")


def update_user(params):
    name, new_name, new_path = (iam._p(params, key) for key in ("UserName", "NewUserName", "NewPath"))
    if name not in iam._users:
        return no_such_user(name)
    if new_name and new_name != name and new_name in iam._users:
        return iam._error(409, "EntityAlreadyExists", f"User with name {new_name} already exists.")
    rename_user(name, new_name or name, new_path)
    return iam._xml(200, "UpdateUserResponse", "")


def rename_user(name, new_name, new_path):
    """Access keys, policies, groups and everything else stay with the user."""
    user = iam._users.pop(name)
    path = new_path or user["Path"]
    before_path = user["Arn"].partition(":user/")[0]
    arn = f"{before_path}:user{path}{new_name}"
    iam._users[new_name] = {**user, "UserName": new_name, "Path": path, "Arn": arn}
    for key in iam._access_keys.values():
        if key["UserName"] == name:
            key["UserName"] = new_name
    for by_user in (iam._user_inline_policies, iam._login_profiles):
        if name in by_user:
            by_user[new_name] = by_user.pop(name)
    for group in iam._groups.values():
        group["Users"] = [new_name if member == name else member for member in group["Users"]]
    for device in iam._mfa_devices.values():
        if device["User"] == name:
            device["User"] = new_name


def delete_user(params):
    """IAM does not delete a user that still has anything attached."""
    name = iam._p(params, "UserName")
    if iam._user_inline_policies.get(name):
        return conflict("delete policies")
    if any(name in group["Users"] for group in iam._groups.values()):
        return conflict("remove users from group")
    if name in iam._login_profiles:
        return conflict("delete login profile")
    if any(device["User"] == name for device in iam._mfa_devices.values()):
        return conflict("deactivate MFA devices")
    return DELETE_USER(params)


def create_access_key(params):
    name = iam._p(params, "UserName")
    if sum(key["UserName"] == name for key in iam._access_keys.values()) >= KEYS_PER_USER:
        return iam._error(409, "LimitExceeded", f"Cannot exceed quota for AccessKeysPerUser: {KEYS_PER_USER}")
    return CREATE_ACCESS_KEY(params)


def list_access_keys(params):
    name = iam._p(params, "UserName")
    return LIST_ACCESS_KEYS(params) if name == "" or name in iam._users else no_such_user(name)


def delete_access_key(params):
    """A key is found only with its own user's name."""
    name, key_id = iam._p(params, "UserName"), iam._p(params, "AccessKeyId")
    if name not in iam._users:
        return no_such_user(name)
    if key_id not in iam._access_keys or iam._access_keys[key_id]["UserName"] != name:
        return iam._error(404, "NoSuchEntity", f"The Access Key with id {key_id} cannot be found.")
    return DELETE_ACCESS_KEY(params)


def empty_list(call, members):
    """Returns a handler for a list that is always empty, since nothing here can create its items."""

    def answer(params):
        name = iam._p(params, "UserName")
        if name not in iam._users:
            return no_such_user(name)
        nothing = f"<{members}/><IsTruncated>false</IsTruncated>"
        return iam._xml(200, f"{call}Response", f"<{call}Result>{nothing}</{call}Result>")

    return answer


def create_secret(data):
    """A name stays reserved until its secret's recovery window ends. A secret created without a value has no version."""
    name = data.get("Name")
    held = secretsmanager._secrets.get(name)
    if held is not None and held["DeletedDate"] is not None:
        message = "You can't create this secret because a secret with this name is already scheduled for deletion."
        return secretsmanager.error_response_json("InvalidRequestException", message, 400)
    answer = CREATE_SECRET(data)
    if held is None and "SecretString" not in data and "SecretBinary" not in data and name in secretsmanager._secrets:
        secret = secretsmanager._secrets[name]
        secret["Versions"] = {}
        return secretsmanager.json_response({"ARN": secret["ARN"], "Name": name})
    return answer


def refuse_login(role_arn, params, use_json):
    """Refuses a token that AWS would refuse: ministack does not verify it, but only compares it with the role's trust
    policy."""
    problem = token_problem(iam._p(params, "WebIdentityToken"))
    if problem is None:
        return TRUST_DENIED(role_arn, params, use_json)
    return iam._error(400, *problem, ns="sts")


def web_identity_principal(*args):
    """Kubernetes writes the audience as a list, which a condition of a trust policy compares like a text."""
    principal, keys = WEB_IDENTITY_PRINCIPAL(*args)
    alone = {name: value[0] for name, value in keys.items() if isinstance(value, list) and len(value) == 1}
    return principal, {**keys, **alone}


def token_problem(token):
    """Returns the code and the message of AWS's error; None if the token is valid."""
    try:
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        host = str(issuer).removeprefix("https://")
        provider = iam._oidc_providers.get(f"arn:aws:iam::{get_account_id()}:oidc-provider/{host}")
        if provider is None:
            return "InvalidIdentityToken", f"No OpenIDConnect provider found in your account for {issuer}"
        if issuer != ISSUER:
            return "IDPCommunicationError", f"Error occurred when trying to contact the issuer {issuer}"
        key = ISSUER_KEYS.get_signing_key_from_jwt(token)
        claims = {"require": ["iss", "sub", "aud", "exp", "iat"]}
        jwt.decode(token, key, algorithms=["RS256"], issuer=ISSUER, audience=provider["ClientIDList"], options=claims)
    except jwt.ExpiredSignatureError:
        now = int(time.time())
        return "ExpiredTokenException", f"Token expired: current date/time {now} must be before its expiration"
    except jwt.InvalidAudienceError:
        return "InvalidIdentityToken", "Incorrect token audience"
    except jwt.PyJWKClientError:
        return "InvalidIdentityToken", "Couldn't retrieve verification key from your identity provider"
    except jwt.PyJWTError as error:
        return "InvalidIdentityToken", f"The token is not valid: {error}"
    return None


CALLS = iam._IAM_HANDLERS
DELETE_USER = CALLS["DeleteUser"]
CREATE_ACCESS_KEY = CALLS["CreateAccessKey"]
LIST_ACCESS_KEYS = CALLS["ListAccessKeys"]
DELETE_ACCESS_KEY = CALLS["DeleteAccessKey"]
CREATE_SECRET = secretsmanager._create_secret
TRUST_DENIED = sts._web_identity_trust_denied
WEB_IDENTITY_PRINCIPAL = sts._web_identity_principal

CALLS.update(
    UpdateUser=update_user,
    DeleteUser=delete_user,
    CreateAccessKey=create_access_key,
    ListAccessKeys=list_access_keys,
    DeleteAccessKey=delete_access_key,
    ListSSHPublicKeys=empty_list("ListSSHPublicKeys", "SSHPublicKeys"),
    ListSigningCertificates=empty_list("ListSigningCertificates", "Certificates"),
    ListServiceSpecificCredentials=empty_list("ListServiceSpecificCredentials", "ServiceSpecificCredentials"),
)
secretsmanager._create_secret = create_secret
sts._web_identity_trust_denied = refuse_login
sts._web_identity_principal = web_identity_principal
# ministack reads the tags of parameters, but its tagging API does not list them.
tagging._COLLECTORS["ssm"] = tagging._collect_ssm

if __name__ == "__main__":
    main()
