import type * as pulumi from "@pulumi/pulumi";
import { openCluster } from "../../../components/kubernetes/cluster";
import { workloadProblems } from "../../../provider/workloadProblems";

export interface MockOptions {
    readonly project?: string;
    readonly stack?: string;
    /** Whether a preview runs. */
    readonly preview?: boolean;
    /** Vault's auth method, or its error when it is read. Default: the one that the path names, or an AppRole's. */
    readonly authMount?: { readonly type: string; readonly maxLeaseTtlSeconds: number } | Error;
    /** The caller's identity in AWS. */
    readonly caller?: { readonly accountId: string; readonly arn: string };
    /** Permission model of each existing Key Vault. */
    readonly azureVaults?: Readonly<Record<string, "access-policy" | "rbac">>;
    /** The names of the secrets in the service, in Vault with mount and `metadata`; or its error when they are listed. */
    readonly secretNames?: readonly string[] | Error;
    /** The resources of the stack's last checkpoint by URN, or the engine's error when it is read. Default: none. */
    readonly state?: Readonly<Record<string, MockState>> | Error;
    /** Answers to other functions, by token; an error is the provider's. */
    readonly answers?: Readonly<Record<string, (inputs: Readonly<Record<string, string>>) => object | Error>>;
}

/** A resource in the state, as the engine returns it to the program. */
export interface MockState {
    readonly type: string;
    readonly outputs: Readonly<Record<string, unknown>>;
}

/** Names in the mocks, unless a test sets others. */
export const mockNames = { project: "airflow-secrets-backends", stack: "dev" } as const;

/** The caller's identity in Azure. */
export const azureCaller = {
    clientId: "operator-client-id",
    objectId: "operator-object-id",
    subscriptionId: "11112222-3333-4444-5555-666677778888",
    tenantId: "tenant-id-of-test",
} as const;

/** A provider that trusts a cluster's tokens, as far as the stack reads it. */
export const poolProvider = {
    state: "ACTIVE",
    disabled: false,
    attributeMapping: { "google.subject": "assertion.sub" },
    oidcs: [{ issuerUri: "https://kubernetes.example.com", allowedAudiences: [] as readonly string[], jwksJson: "" }],
};

const azureGroup = "sandbox-group";

type Answer = (inputs: Readonly<Record<string, string>>) => object;

/** Returns the functions of the engine and the providers that the stack calls, by token. */
export function answersTo(options: MockOptions): ReadonlyMap<string, Answer> {
    const { stack = mockNames.stack, state = {}, secretNames = [] } = options;
    const caller = options.caller ?? { accountId: "000000000000", arn: "arn:aws:iam::000000000000:root" };
    return new Map<string, Answer>([
        [
            "pulumi:pulumi:readStackResourceOutputs",
            ({ stackName }) => {
                if (stackName !== stack) throw new Error(`there is no stack ${stackName ?? ""}`);
                return { outputs: orThrow(state) };
            },
        ],
        // The plugin itself reads the cluster that KUBECONFIG names.
        [
            "airflow-deployment:kubernetes:findProblems",
            (inputs) => workloadProblems(() => openCluster({})).call(inputs),
        ],
        [
            "vault:kv/getSecretsListV2:getSecretsListV2",
            ({ mount = "", name = "" }) => ({ names: vaultNames(orThrow(secretNames), `${mount}/metadata/${name}/`) }),
        ],
        [
            "vault:kv/getSecretsList:getSecretsList",
            ({ path = "" }) => ({ names: vaultNames(orThrow(secretNames), `${path}/`) }),
        ],
        ...[
            "aws:iam/getUser:getUser",
            "aws:iam/getRole:getRole",
            "aws:secretsmanager/getSecret:getSecret",
            "aws:ssm/getParameter:getParameter",
        ].map((token): [string, Answer] => [token, () => orThrow(new Error("reading it: couldn't find resource"))]),
        ...["gcp:serviceaccount/getAccount:getAccount", "gcp:secretmanager/getSecret:getSecret"].map(
            (token): [string, Answer] => [token, () => orThrow(new Error("googleapi: Error 404: not found"))],
        ),
        ["aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider", () => ({ clientIdLists: ["sts.amazonaws.com"] })],
        ["aws:secretsmanager/getSecrets:getSecrets", () => ({ names: orThrow(secretNames) })],
        [
            "gcp:secretmanager/getSecrets:getSecrets",
            () => ({ secrets: orThrow(secretNames).map((secretId) => ({ secretId })) }),
        ],
        ["aws:index/getCallerIdentity:getCallerIdentity", () => caller],
        ["gcp:organizations/getProject:getProject", () => ({ number: "123456789012" })],
        ["gcp:iam/getWorkloadIdentityPoolProvider:getWorkloadIdentityPoolProvider", () => poolProvider],
        ["azure-native:authorization:getClientConfig", () => azureCaller],
        ["azure-native:authorization:getClientToken", () => ({ token: "access-token-of-test" })],
        [
            "vault:index/getAuthBackend:getAuthBackend",
            ({ path = "" }) => {
                const type = ["kubernetes", "jwt"].includes(path) ? path : "approle";
                return orThrow(options.authMount ?? { type, maxLeaseTtlSeconds: 7_776_000 });
            },
        ],
        [
            "azure-native:resources:getResourceGroup",
            ({ resourceGroupName }) => {
                if (resourceGroupName !== azureGroup) throw new Error("Status=404 Code=ResourceGroupNotFound");
                return { location: "westeurope" };
            },
        ],
        [
            "azure-native:keyvault:getVault",
            ({ vaultName = "" }) => {
                const authorization = options.azureVaults?.[vaultName];
                if (authorization === undefined) throw new Error("Status=404 Code=ResourceNotFound");
                return { properties: { enableRbacAuthorization: authorization === "rbac" } };
            },
        ],
        ...Object.entries(options.answers ?? {}).map(([token, answer]): [string, Answer] => [
            token,
            (inputs) => orThrow(answer(inputs)),
        ]),
    ]);
}

/** Returns the names in a folder of Vault, as its provider lists them. */
function vaultNames(all: readonly string[], folder: string): string[] {
    const below = all.flatMap((name) => (name.startsWith(folder) ? name.slice(folder.length) : []));
    if (below.length === 0) {
        throw Object.assign(new Error(), { details: `1 error occurred:\n\t* no secrets found at "${folder}"\n\n` });
    }
    return [...new Set(below.map((name) => /^[^/]+\/?/.exec(name)?.[0] ?? ""))];
}

/** Throws an error in the form in which gRPC passes it to the program. */
function orThrow<T>(answer: T | Error): T {
    if (answer instanceof Error) {
        throw Object.assign(answer, { details: answer.message });
    }
    return answer;
}

/** Outputs that only the service knows. */
const computed: Readonly<Record<string, Record<string, string>>> = {
    "vault:appRole/authBackendRole:AuthBackendRole": { roleId: "role-id-of-test" },
    "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId": { secretId: "secret-id-of-test" },
    "aws:iam/role:Role": { arn: "arn:aws:iam::111122223333:role/of-test" },
    "aws:iam/accessKey:AccessKey": { secret: "secret-access-key-of-test" },
    "gcp:serviceaccount/account:Account": { member: "serviceAccount:account-of-test", name: "account-of-test" },
    "gcp:serviceaccount/key:Key": {
        privateKey: Buffer.from('{"client_email":"account-of-test","private_key":"-----\\nline\\n-----\\n"}').toString(
            "base64",
        ),
    },
    "azuread:index/application:Application": { clientId: "client-id-of-test" },
    "azuread:index/servicePrincipal:ServicePrincipal": { objectId: "object-id-of-test" },
    "azuread:index/applicationPassword:ApplicationPassword": { value: "client-secret-of-test" },
};

/** Returns the outputs of a resource that are not its inputs. */
export function computedOutputs({ type, name, inputs }: pulumi.runtime.MockResourceArgs): object {
    if (type === "pulumi:index:Stash") {
        return { output: (inputs as { input: unknown }).input };
    }
    if (type.startsWith("kubernetes:")) {
        // The name that the provider generates for an object without a name.
        const { metadata } = inputs as { metadata: object };
        return { metadata: { name: `${name}-1a2b3c4d`, ...metadata } };
    }
    return computed[type] ?? {};
}
