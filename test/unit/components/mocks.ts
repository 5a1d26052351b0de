import * as pulumi from "@pulumi/pulumi";
import { openCluster } from "../../../components/kubernetes/cluster";
import { workloadProblems } from "../../../provider/workloadProblems";

/** A resource as the program registered it. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    /** As the engine receives them, with secrets unwrapped: see `secrets`. */
    readonly inputs: Record<string, unknown>;
    /** Inputs that were secret or contained secrets: mocks only see the top level. */
    readonly secrets: readonly string[];
    /** Type and name of the parent component, as in its URN; empty for a top-level resource. */
    readonly parent: string;
    readonly ignoreChanges: readonly string[];
    readonly replaceOnChanges: readonly string[];
    /** Names of its error hooks. */
    readonly onError: readonly string[];
    readonly additionalSecretOutputs: readonly string[];
    /** Logical names of the resources that it depends on. */
    readonly dependsOn: readonly string[];
    /** The option, if the program sets it. */
    readonly deleteBeforeReplace: boolean | undefined;
    /** Logical name of the resource with which it is deleted; empty if there is none. */
    readonly deletedWith: string;
    /** Id of the existing resource to import; empty if it is created. */
    readonly importId: string;
}

export interface MockOptions {
    readonly project?: string;
    readonly stack?: string;
    /** Whether a preview runs. */
    readonly preview?: boolean;
    /** The AppRole mount, or Vault's error when it is read. */
    readonly approleMount?: { readonly type: string; readonly maxLeaseTtlSeconds: number } | Error;
    /** Names of the AppRoles that exist in Vault, or Vault's error when they are read. */
    readonly approles?: readonly string[] | Error;
    /** The caller's identity in AWS. */
    readonly caller?: { readonly accountId: string; readonly arn: string };
    /** Permission model of each existing Key Vault. */
    readonly azureVaults?: Readonly<Record<string, "access-policy" | "rbac">>;
}

/** The caller's identity in Azure. */
export const azureCaller = {
    clientId: "operator-client-id",
    objectId: "operator-object-id",
    subscriptionId: "11112222-3333-4444-5555-666677778888",
    tenantId: "tenant-id-of-test",
} as const;

const azureGroup = "sandbox-group";

const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET_VALUE = "1b47061264138c4ac30d75fd1eb44270";

/** Outputs that only the service knows. */
const computed: Readonly<Record<string, Record<string, string>>> = {
    "vault:appRole/authBackendRole:AuthBackendRole": { roleId: "role-id-of-test" },
    "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId": { secretId: "secret-id-of-test" },
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

interface RegisterRequest {
    getName(): string;
    getParent(): string;
    getIgnorechangesList(): string[];
    getReplaceonchangesList(): string[];
    getDeletebeforereplace(): boolean;
    getDeletebeforereplacedefined(): boolean;
    getHooks(): { getOnErrorList(): string[] } | undefined;
    getAdditionalsecretoutputsList(): string[];
    getDependenciesList(): string[];

    getDeletedwith(): string;
    getImportid(): string;
}

interface Monitor {
    registerResource(request: RegisterRequest, callback: unknown): unknown;
    registerErrorHook(request: unknown, callback: (error: null, response: object) => void): void;
    registerResourceHook(request: unknown, callback: (error: null, response: object) => void): void;
}

export class Mocks {
    private readonly requests = new Map<string, RegisterRequest>();
    readonly registered: Registered[] = [];
    readonly calls: { readonly token: string; readonly inputs: unknown }[] = [];

    /** Replaces the engine with mocks. A call of a function that the stack does not use throws. */
    static async set(options: MockOptions = {}): Promise<Mocks> {
        const mocks = new Mocks();
        const { project = "airflow-secrets-backends", stack = "dev" } = options;
        const approleMount = options.approleMount ?? { type: "approle", maxLeaseTtlSeconds: 7_776_000 };
        const caller = options.caller ?? { accountId: "000000000000", arn: "arn:aws:iam::000000000000:root" };
        const answers = new Map<string, object>([
            ["aws:index/getCallerIdentity:getCallerIdentity", caller],
            ["gcp:organizations/getProject:getProject", { number: "123456789012" }],
            ["azure-native:authorization:getClientConfig", azureCaller],
            ["azure-native:authorization:getClientToken", { token: "access-token-of-test" }],
        ]);
        const lookups: Record<string, (inputs: Record<string, string>) => object> = {
            // The plugin itself reads the cluster that KUBECONFIG names.
            "airflow-deployment:kubernetes:findProblems": (inputs) =>
                workloadProblems(() => openCluster({})).call(inputs),
            "vault:index/getAuthBackend:getAuthBackend": () => orThrow(approleMount),
            "vault:appRole/getAuthBackendRoleId:getAuthBackendRoleId": ({ roleName = "" }) =>
                orThrow(options.approles ?? []).includes(roleName) ? { roleId: "role-id-of-test" } : {},
            "azure-native:resources:getResourceGroup": ({ resourceGroupName }) => {
                if (resourceGroupName !== azureGroup) throw new Error("Status=404 Code=ResourceGroupNotFound");
                return { location: "westeurope" };
            },
            "azure-native:keyvault:getVault": ({ vaultName = "" }) => {
                const authorization = options.azureVaults?.[vaultName];
                if (authorization === undefined) throw new Error("Status=404 Code=ResourceNotFound");
                return { properties: { enableRbacAuthorization: authorization === "rbac" } };
            },
        };
        await pulumi.runtime.setMocks(
            {
                newResource: (args) => {
                    const inputs = args.inputs as Record<string, unknown>;
                    mocks.registered.push({
                        type: args.type,
                        name: args.name,
                        inputs: unwrapped(inputs) as Record<string, unknown>,
                        secrets: Object.keys(inputs).filter((key) => isSecret(inputs[key])),
                        ...mocks.requested(args.name),
                    });
                    return { id: `${args.name}-id`, state: { ...inputs, ...computed[args.type], ...named(args) } };
                },
                call: ({ token, inputs }) => {
                    mocks.calls.push({ token, inputs: inputs as unknown });
                    const answer = answers.get(token) ?? lookups[token]?.(inputs as Record<string, string>);
                    if (answer === undefined) {
                        throw new Error(`unexpected call of ${token}`);
                    }
                    return answer;
                },
            },
            project,
            stack,
            options.preview ?? false,
        );
        mocks.watchRequests();
        return mocks;
    }

    /** Records the requests to the engine: mocks only receive the inputs. */
    private watchRequests(): void {
        const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
        const registerResource = monitor.registerResource.bind(monitor);
        monitor.registerResource = (request, callback) => {
            this.requests.set(request.getName(), request);
            return registerResource(request, callback);
        };
        monitor.registerErrorHook = monitor.registerResourceHook = (_request, callback) => {
            callback(null, {});
        };
    }

    private requested(name: string): Omit<Registered, "type" | "name" | "inputs" | "secrets"> {
        const request = this.requests.get(name);
        return {
            parent: request?.getParent().split("::").slice(2).join("::") ?? "",
            ignoreChanges: request?.getIgnorechangesList() ?? [],
            replaceOnChanges: request?.getReplaceonchangesList() ?? [],
            onError: request?.getHooks()?.getOnErrorList() ?? [],
            additionalSecretOutputs: request?.getAdditionalsecretoutputsList() ?? [],
            dependsOn: (request?.getDependenciesList() ?? []).map((urn) => urn.split("::").at(-1) ?? ""),
            deleteBeforeReplace:
                request?.getDeletebeforereplacedefined() === true ? request.getDeletebeforereplace() : undefined,
            deletedWith: request?.getDeletedwith().split("::").at(-1) ?? "",
            importId: request?.getImportid() ?? "",
        };
    }

    /** Returns the only resource of a type whose logical name has this ending. */
    one(type: string, ending = ""): Registered {
        const found = this.registered.filter((resource) => resource.type === type && resource.name.endsWith(ending));
        if (found.length !== 1) {
            throw new Error(`expected one resource of type ${type} that ends in "${ending}", found ${found.length}`);
        }
        return found[0]!;
    }
}

/** Throws an error in the form in which gRPC passes it to the program. */
function orThrow<T>(answer: T | Error): T {
    if (answer instanceof Error) {
        throw Object.assign(answer, { details: answer.message });
    }
    return answer;
}

/** Returns the name that the provider generates for a Kubernetes object without a name. */
function named(args: pulumi.runtime.MockResourceArgs): object {
    if (!args.type.startsWith("kubernetes:")) {
        return {};
    }
    const { metadata } = args.inputs as { metadata: object };
    return { metadata: { name: `${args.name}-1a2b3c4d`, ...metadata } };
}

function isSecret(value: unknown): boolean {
    return (
        typeof value === "object" && value !== null && SECRET_SIGNATURE in value && signature(value) === SECRET_VALUE
    );
}

const signature = (value: object): unknown => (value as Record<string, unknown>)[SECRET_SIGNATURE];

function unwrapped(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(unwrapped);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (isSecret(value)) {
        return unwrapped((value as { value: unknown }).value);
    }
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, unwrapped(entry)]));
}

/** Waits until every resource of the program has been registered. */
export async function settled(): Promise<void> {
    await pulumi.runtime.disconnect();
}

/** Returns an Output's value, and whether it is secret. */
export function inspect<T>(output: pulumi.Output<T>): Promise<{ value: T; secret: boolean }> {
    return new Promise((resolve) => {
        output.apply((value) => {
            void pulumi.isSecret(output).then((secret) => {
                resolve({ value, secret });
            });
        });
    });
}
