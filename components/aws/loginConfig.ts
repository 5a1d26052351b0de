import type { z } from "zod";
import { advice, isServerAddress, oneOf, text, type Rule } from "../../config/rules";

/** The login that needs no stored credential. */
export const WEB_IDENTITY = "web-identity";

/** The audience of the tokens, unless the config says another: the one that EKS uses. */
export const DEFAULT_AUDIENCE = "sts.amazonaws.com";

/** The keys about how Airflow logs in, which both kinds have. */
export const loginKeys = {
    login: oneOf(
        {
            allowed: `access-key or ${WEB_IDENTITY}`,
            todo: `Write ${WEB_IDENTITY} to let the pods log in with their own token, or leave the key out for access-key`,
        },
        ["access-key", WEB_IDENTITY],
    ).default("access-key"),
    credentialIn: oneOf(
        {
            allowed: "kwargs or environment",
            todo:
                "Write environment to give the access key to everything in the Deployment, as AWS_ACCESS_KEY_ID, or leave " +
                "the key out for kwargs, which only Airflow's backend reads",
        },
        ["kwargs", "environment"],
    ).optional(),
    issuer: text(
        {
            allowed: "the https URL of the cluster's token issuer, without a slash at its end",
            todo: "Write what kubectl get --raw /.well-known/openid-configuration shows as issuer",
        },
        isIssuer,
    ).optional(),
    audience: text(
        {
            allowed: "the audience of the pods' tokens: 255 characters at most, without spaces and quotes",
            todo: `Write one that the identity provider in AWS lists, or leave the key out for ${DEFAULT_AUDIENCE}`,
        },
        (value) => /^[!#-~]{1,255}$/.test(value),
    ).optional(),
};

/** AWS takes 255 characters. The URL becomes a part of an ARN and of names of condition keys. */
function isIssuer(value: string): boolean {
    return value.length <= 255 && /^https:\/\/[A-Za-z0-9._:/-]*[A-Za-z0-9]$/.test(value) && isServerAddress(value);
}

const onlyWithCredential: Rule = {
    allowed: "this key with login: access-key, which has a credential",
    todo: "Remove the key",
};
const onlyWithToken: Rule = {
    allowed: `this key with login: ${WEB_IDENTITY}`,
    todo: `Write login: ${WEB_IDENTITY}, or remove the key`,
};
const issuerNeeded: Rule = {
    allowed: `an issuer, because login: ${WEB_IDENTITY} trusts the tokens of one cluster`,
    todo:
        "Write what kubectl get --raw /.well-known/openid-configuration shows as issuer; on EKS, aws eks describe-cluster " +
        "--name CLUSTER --query cluster.identity.oidc.issuer shows it too",
};

/** Adds the checks of the keys that only one of the logins has. They also run if other keys are invalid. */
export function withLoginChecks<T extends z.ZodObject>(backend: T): T {
    const checks = [
        { key: "credentialIn", rule: onlyWithCredential, isAllowed: (login: unknown) => login !== WEB_IDENTITY },
        { key: "issuer", rule: onlyWithToken, isAllowed: (login: unknown) => login === WEB_IDENTITY },
        { key: "audience", rule: onlyWithToken, isAllowed: (login: unknown) => login === WEB_IDENTITY },
    ] as const;
    return checks
        .reduce(
            (checked, { key, rule, isAllowed }) =>
                checked.refine((found) => found[key] === undefined || isAllowed(found.login), {
                    path: [key],
                    error: advice(rule),
                    when: () => true,
                }),
            backend,
        )
        .refine(({ login, issuer }) => login !== WEB_IDENTITY || issuer !== undefined, {
            path: ["issuer"],
            error: advice(issuerNeeded),
            when: () => true,
        });
}
