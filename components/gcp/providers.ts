import {
    getWorkloadIdentityPoolProvider,
    type GetWorkloadIdentityPoolProviderResult,
} from "@pulumi/gcp/iam/getWorkloadIdentityPoolProvider";
import * as pulumi from "@pulumi/pulumi";
import { quote } from "../../config/text";
import { groupBy } from "../../lib/groupBy";
import { ifFound } from "../../lib/ifFound";
import { reasonOf } from "../../lib/reason";
import { subjectsOf } from "../trustedPods";
import { gcpDenied, isNotFound } from "./existing";
import { defaultAudience, parseProviderName, SUBJECT_LIMIT, type FederatedPods } from "./workloadIdentity";

/** A Deployment's name, and what it trusts. */
export interface FederatedDeployment extends FederatedPods {
    readonly name: string;
}

/**
 * Checks that the providers exist and accept the tokens that the pods will have. Each is read once. Warns where Pulumi's
 * login may not read one: the proof shows later whether it accepts the tokens. Returns sentences without a full stop.
 *
 * @throws RunError if a provider cannot be read for another reason
 */
export async function findProviderProblems(deployments: readonly FederatedDeployment[]): Promise<string[]> {
    const users = groupBy(deployments, ({ provider }) => provider);
    const found = await Promise.all(
        [...users].map(async ([provider, trusting]) => {
            const names = trusting.map(({ name }) => name).join(", ");
            const problems = await providerProblems(provider);
            return problems.map((problem) => `${names}: the workload identity provider ${provider} ${problem}`);
        }),
    );
    return [...found.flat(), ...deployments.flatMap(subjectProblems)];
}

async function providerProblems(name: string): Promise<string[]> {
    const { project = "", pool = "", provider = "" } = parseProviderName(name) ?? {};
    const command = (verb: string, options: string): string =>
        `gcloud iam workload-identity-pools providers ${verb} ${provider} --workload-identity-pool=${pool} ` +
        `--location=global --project=${project} ${options}`;
    const args = { project, workloadIdentityPoolId: pool, workloadIdentityPoolProviderId: provider };
    try {
        const found = await ifFound(getWorkloadIdentityPoolProvider(args), isNotFound);
        if (found !== undefined) {
            return mismatches(found, name, (options) => command("update-oidc", options));
        }
    } catch (error) {
        const reason = reasonOf(error);
        if (!gcpDenied.test(reason)) {
            throw new pulumi.RunError(
                `Cannot read the workload identity provider ${name}: ${reason}. Nothing was changed.`,
            );
        }
        await pulumi.log.warn(
            `Cannot find out whether the workload identity provider ${name} accepts the tokens of Airflow's pods: ` +
                `${reason}. roles/iam.workloadIdentityPoolViewer on project ${project} allows it (docs/gcp.md).`,
        );
        return [];
    }
    const issuer = "--issuer-uri=https://<the cluster's issuer> --attribute-mapping=google.subject=assertion.sub";
    return [`does not exist. Correct its name, or create it: ${command("create-oidc", issuer)}`];
}

/** Returns why a provider refuses the tokens, or takes them for somebody else's. */
function mismatches(
    { disabled, state, oidcs, attributeMapping }: GetWorkloadIdentityPoolProviderResult,
    name: string,
    update: (options: string) => string,
): string[] {
    const [oidc] = oidcs;
    if (oidc === undefined) {
        return ["does not trust an OpenID Connect issuer, as a cluster is one. Create another provider in the pool"];
    }
    const { "google.subject": subject } = attributeMapping;
    const audience = defaultAudience(name);
    const audiences = oidc.allowedAudiences;
    return [
        ...(disabled || state !== "ACTIVE"
            ? [`is ${disabled ? "disabled" : `in the state ${state}`}. Enable it: ${update("--no-disabled")}`]
            : []),
        ...(audiences.length > 0 && !audiences.includes(audience)
            ? [
                  `accepts tokens for ${audiences.join(", ")} only, but those of Airflow's pods are for ${audience}. Add ` +
                      `it: ${update(`--allowed-audiences=${[...audiences, audience].join(",")}`)}`,
              ]
            : []),
        ...(subject === "assertion.sub"
            ? []
            : [
                  `maps google.subject to ${quote(subject ?? "nothing")}, but the grants are for assertion.sub, the service ` +
                      `account. Map it: ${update("--attribute-mapping=google.subject=assertion.sub")}, or use another ` +
                      "provider in another pool",
              ]),
    ];
}

function subjectProblems({ name, pods }: FederatedDeployment): string[] {
    return subjectsOf(pods)
        .filter((subject) => Buffer.byteLength(subject) > SUBJECT_LIMIT)
        .map(
            (subject) =>
                `Deployment ${name}: the subject ${quote(subject)} has ${Buffer.byteLength(subject)} characters, but Google ` +
                `Cloud accepts ${SUBJECT_LIMIT} at most. Use a service account with a shorter name`,
        );
}
