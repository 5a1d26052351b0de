import { isMapping } from "../../lib/json";
import type { Granted } from "../grants/grant";
import { knownText, literal } from "../grants/inputs";
import type { Inputs } from "../resourceTypes";

/** The condition that `gcpCondition` returns: the resource name begins with one of several prefixes. */
const conditionPattern = /^resource\.type == "secretmanager\.googleapis\.com\/SecretVersion" && \((.+)\)$/;
const prefixPattern = /^resource\.name\.startsWith\("([A-Za-z0-9/_:.-]+)"\)$/;

/** Returns what a `gcp.projects.IAMMember` grants: https://cloud.google.com/iam/docs/conditions-overview */
export function iamMemberGrants(inputs: Inputs): Granted | undefined {
    const [role, project] = [literal(inputs.role), literal(inputs.project)];
    const names = inputs.condition === undefined ? ["*"] : resourceNames(inputs.condition);
    if (role === undefined || project === undefined || names === undefined) {
        return undefined;
    }
    return { grants: names.map((name) => ({ action: role, resource: `${project}: ${name}` })), holder: inputs.member };
}

/** Returns patterns of the resource names that a condition allows; `undefined` if the condition is not understood. */
function resourceNames(condition: unknown): string[] | undefined {
    const [, alternatives = ""] =
        conditionPattern.exec(knownText(isMapping(condition) ? condition.expression : undefined) ?? "") ?? [];
    const prefixes = alternatives.split(" || ").map((test) => prefixPattern.exec(test)?.[1]);
    return prefixes.every((prefix) => prefix !== undefined) ? prefixes.map((prefix) => `${prefix}*`) : undefined;
}
