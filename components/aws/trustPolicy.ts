import { isMapping, parseJson } from "../../lib/json";
import { knownText, knownTexts } from "../grants/inputs";
import type { Inputs } from "../resourceTypes";
import { subjectsOf } from "../trustedPods";
import type { AwsAccount } from "./airflow";
import type { WebIdentity } from "./identity";

const ACTION = "sts:AssumeRoleWithWebIdentity";

/** Returns how AWS writes an issuer in ARNs and in the names of condition keys: its URL without the scheme. */
const nameOf = (issuer: string): string => issuer.replace(/^https:\/\//, "");

/** Returns the ARN of the account's identity provider for an issuer. */
export function oidcProviderArn({ partition, accountId }: AwsAccount, issuer: string): string {
    return `arn:${partition}:iam::${accountId}:oidc-provider/${nameOf(issuer)}`;
}

/** Returns the policy that lets the pods, and nobody else, take a role with their token. */
export function trustPolicy(account: AwsAccount, { issuer, pods }: WebIdentity): object {
    const name = nameOf(issuer);
    return {
        Version: "2012-10-17",
        Statement: [
            {
                Effect: "Allow",
                Principal: { Federated: oidcProviderArn(account, issuer) },
                Action: ACTION,
                // Without a condition on the subject, every pod of the cluster could take the role.
                Condition: { StringEquals: { [`${name}:sub`]: subjectsOf(pods), [`${name}:aud`]: pods.audience } },
            },
        ],
    };
}

/** Returns whom an `aws.iam.Role` trusts, in words; `undefined` if its trust policy is not one like the above. */
export function roleTrusts({ assumeRolePolicy }: Inputs): string[] | undefined {
    const text = knownText(assumeRolePolicy);
    const document = text === undefined ? undefined : parseJson(text);
    if (!isMapping(document) || document.Version !== "2012-10-17") {
        return undefined;
    }
    const { Statement: statements } = document;
    const trusts = (Array.isArray(statements) ? statements : [statements]).map(statementTrusts);
    return trusts.every((found) => found !== undefined) ? trusts.flat() : undefined;
}

const supportedKeys = ["Sid", "Effect", "Principal", "Action", "Condition"];

function statementTrusts(statement: unknown): string[] | undefined {
    if (!isMapping(statement) || !Object.keys(statement).every((key) => supportedKeys.includes(key))) {
        return undefined;
    }
    const { Effect: effect, Principal: principal, Action: action, Condition: condition } = statement;
    const isPlain = effect === "Allow" && action === ACTION && hasOnly(principal, "Federated");
    if (!isPlain || !hasOnly(condition, "StringEquals") || !isMapping(condition.StringEquals)) {
        return undefined;
    }
    const name = /^arn:[^:]*:iam::\d*:oidc-provider\/(.+)$/.exec(knownText(principal.Federated) ?? "")?.[1] ?? "";
    const { [`${name}:sub`]: subject, [`${name}:aud`]: audience, ...others } = condition.StringEquals;
    const [subjects, audiences] = [knownTexts(subject), knownTexts(audience)];
    if (subjects === undefined || audiences === undefined || Object.keys(others).length > 0) {
        return undefined;
    }
    return subjects.flatMap((sub) => audiences.map((aud) => `issuer https://${name}, subject ${sub}, audience ${aud}`));
}

function hasOnly<Key extends string>(value: unknown, key: Key): value is Readonly<Record<Key, unknown>> {
    return isMapping(value) && Object.keys(value).join() === key;
}
