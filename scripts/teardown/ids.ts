import type { StateResource } from "./state";

/**
 * What a resource is to its provider, worked out of its inputs: a create that an engine was killed in tells nobody. So an
 * interrupted `up` leaves nothing that teardown does not find.
 */

export interface IdContext {
    /** The Azure subscription that the stack is in. */
    readonly azureSubscriptionId: string | undefined;
    /** Object id of the one app registration of that name; nothing where there is none. */
    readonly findApplication: (displayName: string) => Promise<string | undefined>;
}

type Inputs = Readonly<Record<string, unknown>>;
type IdOf = (inputs: Inputs, context: IdContext) => string | Promise<string | undefined>;

/** What only the service knows the id of. It goes when that goes which it is part of. */
const WITH_ITS_PARENT = "goes with its parent";

const azureVault = (inputs: Inputs, { azureSubscriptionId }: IdContext): string => {
    if (azureSubscriptionId === undefined) {
        throw new Error("its state does not say which Azure subscription it is in");
    }
    const group = `/subscriptions/${azureSubscriptionId}/resourceGroups/${text(inputs, "resourceGroupName")}`;
    return `${group}/providers/Microsoft.KeyVault/vaults/${text(inputs, "vaultName")}`;
};

const ids: Readonly<Record<string, IdOf | typeof WITH_ITS_PARENT>> = {
    "vault:index/policy:Policy": (inputs) => text(inputs, "name"),
    "vault:appRole/authBackendRole:AuthBackendRole": (inputs) =>
        `auth/${text(inputs, "backend")}/role/${text(inputs, "roleName")}`,
    "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId": WITH_ITS_PARENT,
    "vault:kv/secret:Secret": (inputs) => text(inputs, "path"),
    "vault:kv/secretV2:SecretV2": (inputs) => `${text(inputs, "mount")}/data/${text(inputs, "name")}`,

    "aws:iam/user:User": (inputs) => text(inputs, "name"),
    "aws:iam/userPolicy:UserPolicy": (inputs) => `${text(inputs, "user")}:${text(inputs, "name")}`,
    "aws:iam/accessKey:AccessKey": WITH_ITS_PARENT,
    // AWS takes the name where it takes the ARN.
    "aws:secretsmanager/secret:Secret": (inputs) => text(inputs, "name"),
    "aws:secretsmanager/secretVersion:SecretVersion": WITH_ITS_PARENT,
    "aws:ssm/parameter:Parameter": (inputs) => text(inputs, "name"),

    "gcp:serviceaccount/account:Account": (inputs) => {
        const project = text(inputs, "project");
        const account = `${text(inputs, "accountId")}@${project}.iam.gserviceaccount.com`;
        return `projects/${project}/serviceAccounts/${account}`;
    },
    "gcp:serviceaccount/key:Key": WITH_ITS_PARENT,
    "gcp:projects/iAMMember:IAMMember": (inputs) => {
        const condition = (inputs.condition ?? {}) as Inputs;
        const member = `${text(inputs, "project")}/${text(inputs, "role")}/${text(inputs, "member")}`;
        return [member, ...["title", "description", "expression"].map((part) => text(condition, part))].join("/");
    },
    "gcp:secretmanager/secret:Secret": (inputs) =>
        `projects/${text(inputs, "project")}/secrets/${text(inputs, "secretId")}`,
    "gcp:secretmanager/secretVersion:SecretVersion": WITH_ITS_PARENT,

    "azure-native:keyvault:Vault": azureVault,
    "azure-native:keyvault:AccessPolicy": (inputs, context) => {
        const policy = (inputs.policy ?? {}) as Inputs;
        return `${azureVault(inputs, context)}/accessPolicy/${text(policy, "objectId")}`;
    },
    "azure-native:keyvault:Secret": (inputs, context) =>
        `${azureVault(inputs, context)}/secrets/${text(inputs, "secretName")}`,
    "azure-native:authorization:RoleAssignment": (inputs) => {
        const assignments = `${text(inputs, "scope")}/providers/Microsoft.Authorization/roleAssignments`;
        return `${assignments}/${text(inputs, "roleAssignmentName")}`;
    },
    "azuread:index/application:Application": async (inputs, { findApplication }) => {
        const objectId = await findApplication(text(inputs, "displayName"));
        return objectId === undefined ? undefined : `/applications/${objectId}`;
    },
    "azuread:index/servicePrincipal:ServicePrincipal": WITH_ITS_PARENT,
    "azuread:index/applicationPassword:ApplicationPassword": WITH_ITS_PARENT,

    "kubernetes:core/v1:Secret": (inputs) => {
        const metadata = (inputs.metadata ?? {}) as Inputs;
        return `${text(metadata, "namespace")}/${text(metadata, "name")}`;
    },
    "airflow-deployment:kubernetes:WorkloadPatch": (inputs) =>
        `${text(inputs, "namespace")}/${text(inputs, "kind")}/${text(inputs, "name")}`,
    "airflow-deployment:astronomer:EnvironmentVariables": (inputs) => text(inputs, "releaseName"),
};

/** The types of which an interrupted create can be found again, or need not be. */
export const knownTypes: readonly string[] = Object.keys(ids);

/**
 * The id, or nothing where there is nothing to be found.
 *
 * @throws Error for a type or inputs that tell no id
 */
export async function idOf(
    { urn, type, custom, inputs = {} }: StateResource,
    context: IdContext,
): Promise<string | undefined> {
    if (custom !== true || type.startsWith("pulumi:providers:")) {
        return undefined;
    }
    const known = Object.hasOwn(ids, type) ? ids[type] : undefined;
    if (known === undefined) {
        throw new Error(
            `an up broke off while it created ${urn}, and teardown does not know how to find a ${type}. See whether it is ` +
                "there, delete it, and run pulumi refresh --clear-pending-creates",
        );
    }
    return known === WITH_ITS_PARENT ? undefined : known(inputs, context);
}

function text(inputs: Inputs, name: string): string {
    const value = inputs[name];
    if (typeof value !== "string" || value === "") {
        throw new Error(`an up broke off while it created a resource whose ${name} its state does not tell`);
    }
    return value;
}
