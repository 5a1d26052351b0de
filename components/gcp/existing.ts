import { getSecret } from "@pulumi/gcp/secretmanager/getSecret";
import { getSecretVersionAccess } from "@pulumi/gcp/secretmanager/getSecretVersionAccess";
import { getAccount } from "@pulumi/gcp/serviceaccount/getAccount";
import { testSecretTexts } from "../../airflow/testSecrets";
import { ifFound } from "../../lib/ifFound";
import type { BackendDeployment } from "../backend";
import { findExisting, type ExistingIds, type Lookup } from "../existing";
import { gcpAccountId, identityResource, placeResource } from "../names";
import { gcpSecretId } from "./airflow";
import { accountTitle } from "./backend";
import type { GcpConfig } from "./config";

const isNotFound = (error: unknown): boolean => /Error 404|not found/i.test(String(error));

/** Looks for the Deployment's service account and test secrets if an interrupted run may have created them. */
export function findExistingInGcp(deployment: BackendDeployment<GcpConfig>): Promise<ExistingIds> {
    const { current, backend, mayExist } = deployment;
    const { owner, identity } = current;
    const account: Lookup = {
        name: identityResource(current, "account"),
        find: () => ownAccount(gcpAccountId(owner, identity), backend.project, accountTitle(owner)),
    };
    return findExisting([account, ...(deployment.testSecrets ? testSecrets(deployment) : [])], mayExist);
}

/** Returns the id of the account. Its name has a hash of project, stack, Deployment and identity; its title names them. */
async function ownAccount(accountId: string, project: string, title: string): Promise<string | undefined> {
    const found = await ifFound(getAccount({ accountId, project }), isNotFound);
    return found?.displayName === title ? found.name : undefined;
}

function testSecrets({ current, backend }: BackendDeployment<GcpConfig>): Lookup[] {
    const { project } = backend;
    return testSecretTexts.map(({ role, kind, key, text }) => ({
        name: placeResource(current, role),
        find: () => ownSecret(gcpSecretId(backend, kind, key), project, text),
    }));
}

/** Returns the id of a secret without a version, or with the test secret's value: any other is somebody else's. */
async function ownSecret(secretId: string, project: string, text: string): Promise<string | undefined> {
    if ((await ifFound(getSecret({ secretId, project }), isNotFound)) === undefined) {
        return undefined;
    }
    const version = await ifFound(getSecretVersionAccess({ secret: secretId, project }), isNotFound);
    return version === undefined || version.secretData === text ? `projects/${project}/secrets/${secretId}` : undefined;
}
