import { getSecret } from "@pulumi/gcp/secretmanager/getSecret";
import { getAccount } from "@pulumi/gcp/serviceaccount/getAccount";
import { testSecretsIn } from "../../airflow/testSecrets";
import { ifFound } from "../../lib/ifFound";
import type { BackendDeployment } from "../backend";
import type { ClaimLookup, Found } from "../claims";
import { marksOf } from "../marks";
import { gcpAccountId, identityResource, placeResource } from "../names";
import type { Owner } from "../owner";
import { gcpSecretId } from "./airflow";
import { accountTitle } from "./backend";
import type { GcpConfig } from "./config";

/** Matches Google Cloud's errors about a missing permission. */
export const gcpDenied = /PERMISSION_DENIED|Error 403|Permission .* denied|forbidden/i;

/** Whether Google Cloud has no such thing. */
export const isNotFound = (error: unknown): boolean => /Error 404|not found/i.test(String(error));

/** Returns how to find what already has the names of the Deployment's service account and test secrets. */
export function gcpLookups(deployment: BackendDeployment<GcpConfig>): ClaimLookup[] {
    const { pods, testSecrets } = deployment;
    return [
        ...(pods === undefined ? [accountLookup(deployment)] : []),
        ...(testSecrets ? testSecretLookups(deployment) : []),
    ];
}

function accountLookup({ current, backend }: BackendDeployment<GcpConfig>): ClaimLookup {
    const accountId = gcpAccountId(current.owner, current.identity);
    return {
        name: identityResource(current, "account"),
        title: `the service account "${accountId}" in project ${backend.project}`,
        wayOut: "Delete it, or use another scope: the Deployment's service account then has another id",
        find: () => findAccount(accountId, backend.project, current.owner),
    };
}

/** A service account has neither labels nor annotations: its display name says whose it is. */
async function findAccount(accountId: string, project: string, owner: Owner): Promise<Found | undefined> {
    const found = await ifFound(getAccount({ accountId, project }), isNotFound);
    if (found === undefined) {
        return undefined;
    }
    return { id: found.name, marks: found.displayName === accountTitle(owner) ? marksOf(owner, false) : undefined };
}

function testSecretLookups({ current, backend }: BackendDeployment<GcpConfig>): ClaimLookup[] {
    const { project } = backend;
    return testSecretsIn(backend).map(({ role, kind, key }) => {
        const secretId = gcpSecretId(backend, kind, key);
        return {
            name: placeResource(current, role),
            title: `the secret "${secretId}" in project ${project}`,
            find: async () => {
                const found = await ifFound(getSecret({ secretId, project }), isNotFound);
                const id = `projects/${project}/secrets/${secretId}`;
                return found === undefined ? undefined : { id, marks: found.effectiveAnnotations };
            },
        };
    });
}
