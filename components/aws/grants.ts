import { isMapping, parseJson } from "../../lib/json";
import type { Grant, Granted } from "../grants/grant";
import { knownText, knownTexts } from "../grants/inputs";
import type { Inputs } from "../resourceTypes";

/** Returns what an `aws.iam.UserPolicy` grants. */
export function userPolicyGrants({ policy, user }: Inputs): Granted | undefined {
    return policyGrants(policy, user);
}

/** Returns what an `aws.iam.RolePolicy` grants. */
export function rolePolicyGrants({ policy, role }: Inputs): Granted | undefined {
    return policyGrants(policy, role);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
function policyGrants(policy: unknown, holder: unknown): Granted | undefined {
    const text = knownText(policy);
    const document = text === undefined ? undefined : parseJson(text);
    if (!isMapping(document) || document.Version !== "2012-10-17") {
        return undefined;
    }
    const { Statement: statements } = document;
    const grants = (Array.isArray(statements) ? statements : [statements]).map(statementGrants);
    return grants.every((found) => found !== undefined) ? { grants: grants.flat(), holder } : undefined;
}

const supportedKeys = ["Sid", "Effect", "Action", "Resource", "Condition"];

/** Returns the grants of an `Allow` statement; `undefined` if it uses an element that is not supported here. */
function statementGrants(statement: unknown): Grant[] | undefined {
    if (!isMapping(statement)) {
        return undefined;
    }
    const { Effect: effect, Action: action, Resource: resource, Condition: condition } = statement;
    const actions = knownTexts(action);
    const resources = knownTexts(resource);
    const isPlain = effect === "Allow" && Object.keys(statement).every((key) => supportedKeys.includes(key));
    if (!isPlain || actions === undefined || resources === undefined) {
        return undefined;
    }
    // Only AWS knows the value of a policy variable.
    if (resources.some((text) => text.includes("${"))) {
        return undefined;
    }
    const limit = condition === undefined ? {} : { condition: JSON.stringify(condition) };
    return actions.flatMap((one) => resources.map((other) => ({ action: one, resource: other, ...limit })));
}

/**
 * Returns the permissions boundary of an `aws.iam.User` or `aws.iam.Role` as a grant, so that removing it counts as a wider
 * grant.
 */
export function identityGrants({ permissionsBoundary: boundary = "*" }: Inputs): Granted | undefined {
    const arn = knownText(boundary);
    return arn === undefined ? undefined : { grants: [{ action: "have permissions within", resource: arn }] };
}
