import { isMapping } from "../../lib/json";
import type { Granted } from "../grants/grant";
import { knownText, literal } from "../grants/inputs";
import type { Inputs } from "../resourceTypes";

/** The condition that `gcpCondition` makes: the names of secrets begin with one of some texts. */
const condition = /^resource\.type == "secretmanager\.googleapis\.com\/SecretVersion" && \((.+)\)$/;
const beginning = /^resource\.name\.startsWith\("([A-Za-z0-9/_:.-]+)"\)$/;

/** `gcp.projects.IAMMember`: https://cloud.google.com/iam/docs/conditions-overview */
export function iamMemberGrants(inputs: Inputs): Granted | undefined {
    const [role, project] = [literal(inputs.role), literal(inputs.project)];
    const names = inputs.condition === undefined ? ["*"] : namesIn(inputs.condition);
    if (role === undefined || project === undefined || names === undefined) {
        return undefined;
    }
    return { grants: names.map((name) => ({ action: role, resource: `${project}: ${name}` })), holder: inputs.member };
}

function namesIn(limit: unknown): string[] | undefined {
    const [, alternatives = ""] =
        condition.exec(knownText(isMapping(limit) ? limit.expression : undefined) ?? "") ?? [];
    const prefixes = alternatives.split(" || ").map((test) => beginning.exec(test)?.[1]);
    return prefixes.every((prefix) => prefix !== undefined) ? prefixes.map((prefix) => `${prefix}*`) : undefined;
}
