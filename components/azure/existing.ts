import { isMapping } from "../../lib/json";
import type { BackendDeployment } from "../backend";
import { subjectsOf } from "../trustedPods";
import type { ClaimLookup, Found } from "../claims";
import { holderOf, isHeldBy, marksInLines, type Marks } from "../marks";
import { identityResource, placeResource, serviceName, storeResource } from "../names";
import { azureTestSecrets } from "./airflow";
import type { AzureConfig } from "./config";
import { deletedSecretTags } from "./deleted";
import { roleAssignmentName, vaultResourceId } from "./deploymentVault";
import { federatedCredentialName, TRUST_PART, VAULT_PART } from "./resources";
import { azureCall, KEY_VAULT_API } from "./rest";
import type { AzureContext, AzureVault } from "./subscription";

export const GRAPH = "https://graph.microsoft.com";
const MANAGEMENT = "https://management.azure.com";
const ASSIGNMENT_API = "2022-04-01";

/** Matches the errors about a missing right, and those of a vault that this machine cannot reach. */
export const azureDenied =
    /AuthorizationFailed|Authorization_RequestDenied|Insufficient privileges|Forbidden|ENOTFOUND|ECONNREFUSED|timeout/i;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Returns how to find what already has the names of a Deployment's app, grant, vault and test secrets.
 *
 * @param graphToken returns a token for Microsoft Graph
 */
export function azureLookups(
    deployment: BackendDeployment<AzureConfig>,
    context: AzureContext,
    graphToken: () => Promise<string>,
): ClaimLookup[] {
    const vault = context.vaults.get(deployment.name);
    if (vault === undefined) {
        return [];
    }
    const vaultId = vaultResourceId(context.login.subscriptionId, deployment.backend.resourceGroup, vault.name);
    return [
        ...identityLookups(deployment, context, vaultId, graphToken),
        ...(vault.create === undefined ? [] : [vaultLookup(deployment, context, vaultId, vault)]),
        ...(deployment.testSecrets ? testSecretLookups(deployment, context, vaultId, vault) : []),
    ];
}

function identityLookups(
    deployment: BackendDeployment<AzureConfig>,
    { managerToken }: AzureContext,
    vaultId: string,
    graphToken: () => Promise<string>,
): ClaimLookup[] {
    const { current, backend, mayExist } = deployment;
    const appName = serviceName(current.owner, current.identity);
    const isOwn = ({ notes }: Fields): boolean => isHeldBy(holderOf(marksIn(notes)), current.owner);
    const appsNamed = async () =>
        graphObjects(filterPath("applications", `displayName eq '${appName}'`), await graphToken());
    let apps: ReturnType<typeof appsNamed> | undefined;
    // Several lookups need it.
    const findApp = async (): Promise<Fields | undefined> => {
        const found = await (apps ??= appsNamed());
        return found.find(isOwn) ?? found[0];
    };
    const grant = identityResource(current, "grant");
    return [
        {
            name: identityResource(current, "app"),
            title: `the app registration "${appName}"`,
            wayOut: "Rename or delete it, or use another scope: the Deployment's app then has another name",
            find: async () => {
                const app = await findApp();
                return app && { id: `/applications/${String(app.id)}`, marks: marksIn(app.notes) };
            },
        },
        {
            name: grant,
            title: `the app's role on ${vaultId}`,
            // An assignment has no tags. It is ours if the app is.
            find: async () => {
                const app = mayExist(grant) && backend.authorization === "rbac" ? await findApp() : undefined;
                return app === undefined || !isOwn(app)
                    ? undefined
                    : findAssignment(vaultId, app, await graphToken(), managerToken);
            },
        },
        ...trustLookups(
            deployment,
            async () => {
                const app = await findApp();
                return app !== undefined && isOwn(app) ? app : undefined;
            },
            graphToken,
        ),
    ];
}

/** A federated credential has no tags. It is ours if the app is. */
function trustLookups(
    { current, pods, mayExist }: BackendDeployment<AzureConfig>,
    findOwnApp: () => Promise<Fields | undefined>,
    graphToken: () => Promise<string>,
): ClaimLookup[] {
    const subjects = pods === undefined ? [] : subjectsOf(pods);
    return subjects.map((subject, index) => {
        const name = identityResource(current, TRUST_PART, index + 1);
        const displayName = federatedCredentialName(index + 1);
        return {
            name,
            title: `the app's federated credential "${displayName}" for ${subject}`,
            find: async () => {
                const app = mayExist(name) ? await findOwnApp() : undefined;
                if (app === undefined) {
                    return undefined;
                }
                const all = await graphObjects(
                    `applications/${String(app.id)}/federatedIdentityCredentials`,
                    await graphToken(),
                );
                const found = all.find((each) => each.name === displayName);
                const id = `${String(app.id)}/federatedIdentityCredential/${String(found?.id)}`;
                return found && { id, marks: marksIn(app.notes) };
            },
        };
    });
}

async function findAssignment(
    vaultId: string,
    { appId, notes }: Fields,
    graphToken: string,
    managerToken: string,
): Promise<Found | undefined> {
    const [principal] = await graphObjects(filterPath("servicePrincipals", `appId eq '${String(appId)}'`), graphToken);
    if (principal === undefined) {
        return undefined;
    }
    const name = roleAssignmentName(vaultId, String(principal.id));
    const id = `${vaultId}/providers/Microsoft.Authorization/roleAssignments/${name}`;
    return (await managed(id, ASSIGNMENT_API, managerToken)) === undefined ? undefined : { id, marks: marksIn(notes) };
}

function vaultLookup(
    { current }: BackendDeployment<AzureConfig>,
    { managerToken }: AzureContext,
    vaultId: string,
    { name }: AzureVault,
): ClaimLookup {
    return {
        name: storeResource(current, VAULT_PART),
        title: `the Key Vault "${name}"`,
        wayOut: "If the Deployment is to read from it, write createVault: false. Otherwise write another vaultName",
        find: async () => {
            const found = await managed(vaultId, KEY_VAULT_API, managerToken);
            return found && { id: vaultId, marks: tagsOf(found) };
        },
    };
}

function testSecretLookups(
    { current, backend }: BackendDeployment<AzureConfig>,
    { login, managerToken }: AzureContext,
    vaultId: string,
    vault: AzureVault,
): ClaimLookup[] {
    return azureTestSecrets(backend).flatMap(({ role, name: secret }): ClaimLookup[] => {
        const id = `${vaultId}/secrets/${secret}`;
        const name = placeResource(current, role);
        const title = `the secret "${secret}" in Key Vault "${vault.name}"`;
        const live = {
            name,
            title,
            find: async () => {
                const found = await managed(id, KEY_VAULT_API, managerToken);
                return found && { id, marks: tagsOf(found) };
            },
        };
        const deleted = {
            name,
            title: `${title}, which was deleted and can be recovered,`,
            wayOut: "Purge it (az keyvault secret purge), use another scope, or set testSecrets: false",
            // The provider recovers a deleted secret of the name, and overwrites its value.
            find: async () => {
                const tags = await deletedSecretTags(vault.name, secret, login.vaultToken);
                // A deleted secret cannot be shared.
                return tags === undefined || isHeldBy(holderOf(tags), current.owner)
                    ? undefined
                    : { id, marks: { ...tags, "share-secrets": "false" } };
            },
        };
        return vault.isNew ? [live] : [live, deleted];
    });
}

/** Returns the marks in an app registration's notes. */
const marksIn = (notes: unknown): Marks | undefined => (typeof notes === "string" ? marksInLines(notes) : undefined);

const tagsOf = ({ tags }: Fields): Fields | undefined => (isMapping(tags) ? tags : undefined);

const filterPath = (kind: "applications" | "servicePrincipals", filter: string): string =>
    `${kind}?$filter=${encodeURIComponent(filter)}`;

/** Returns a collection of Microsoft Graph. */
async function graphObjects(path: string, token: string): Promise<readonly Fields[]> {
    const { body } = await azureCall("GET", `${GRAPH}/v1.0/${path}`, token);
    return isMapping(body) && Array.isArray(body.value) ? (body.value as Fields[]) : [];
}

/** Returns a resource of Azure Resource Manager; `undefined` if it does not exist. */
async function managed(id: string, apiVersion: string, token: string): Promise<Fields | undefined> {
    const { status, body } = await azureCall("GET", `${MANAGEMENT}${id}?api-version=${apiVersion}`, token);
    return status === 404 || !isMapping(body) ? undefined : body;
}
