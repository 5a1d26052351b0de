import type { Claim } from "./target";
import { DNS_SUBDOMAIN, isDnsSubdomain, list, text } from "../config/rules";

/**
 * The pods of a Deployment whose login needs no stored credential: a service trusts the service-account token that
 * Kubernetes puts into them.
 */
export interface TrustedPods {
    readonly namespace: string;
    /** Names of their service accounts, sorted. */
    readonly serviceAccounts: readonly string[];
    /** The token's audience. */
    readonly audience: string;
    /** Path of the file with the token in the pods. */
    readonly tokenFile: string;
}

/** What the target says about the pods. */
export interface TargetPods extends Pick<TrustedPods, "namespace" | "serviceAccounts"> {
    /** `undefined` if the config does not say it. */
    readonly tokenFile: string | undefined;
}

/** Returns the subject of a service account's token: the claim `sub`. */
export function subjectOf({ namespace }: Pick<TrustedPods, "namespace">, serviceAccount: string): string {
    return `system:serviceaccount:${namespace}:${serviceAccount}`;
}

/** Returns the subjects of the pods' tokens. */
export function subjectsOf(pods: TrustedPods): string[] {
    return pods.serviceAccounts.map((name) => subjectOf(pods, name));
}

/** The key `serviceAccounts` of a target. */
export const serviceAccounts = list(
    {
        allowed: "a list of at least one service account",
        todo: "Name those that Airflow's pods run as, e.g. [solar-dust-1234-scheduler, solar-dust-1234-worker]",
    },
    text({ allowed: DNS_SUBDOMAIN, todo: "Write a service account's name, e.g. default" }, isDnsSubdomain),
).optional();

const serviceAccountRule = {
    allowed: "each service account in one Deployment: its pods could log in as the other Deployment too",
    todo: "Let the pods of each Deployment run as service accounts of their own",
};

/** Returns the claims of the pods' service accounts. */
export function serviceAccountClaims(pods: TargetPods | undefined): Claim[] {
    return (pods?.serviceAccounts ?? []).map((name, index) => ({
        what: `the service account "${name}" in namespace "${pods?.namespace ?? ""}"`,
        path: ["serviceAccounts", index],
        rule: serviceAccountRule,
    }));
}

/** How to log in without a stored credential, for one kind of backend. */
export interface KeylessLogin {
    /** The values of the key `login` that need no credential. */
    readonly logins: readonly string[];
    /** Returns the audience that the service demands of a token. */
    readonly audience: (backend: Readonly<Record<string, unknown>>) => string;
    /**
     * Where the token is in the pods of an installation that provides it, as the cloud's own clusters do; `undefined` if
     * there is no usual path.
     */
    readonly installedTokenFile: string | undefined;
    /** How many service accounts one identity can trust. Left out if the service sets no limit. */
    readonly maxServiceAccounts?: number;
}
