import * as pulumi from "@pulumi/pulumi";
import { openCluster } from "../../../components/kubernetes/cluster";
import { workloadProblems } from "../../../provider/workloadProblems";

/** A resource as the program registered it. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    /** As the engine receives them, secrets unwrapped: which ones were secret is in `secrets`. */
    readonly inputs: Record<string, unknown>;
    /** Inputs that were secret as a whole or in a part: mocks see the top level only. */
    readonly secrets: readonly string[];
    /** Type and name of the parent component, as in its URN; empty for a resource at the top. */
    readonly parent: string;
    readonly ignoreChanges: readonly string[];
    readonly replaceOnChanges: readonly string[];
    /** Names of the hooks that are told of its errors. */
    readonly onError: readonly string[];
    readonly additionalSecretOutputs: readonly string[];
    /** Logical names of what it waits for. */
    readonly dependsOn: readonly string[];
    /** Whether the program says what goes first where it is replaced. */
    readonly deleteBeforeReplace: boolean | undefined;
    /** Logical name of the resource with which it goes; empty where there is none. */
    readonly deletedWith: string;
    /** Id of the thing that it is to take over; empty where it makes its own. */
    readonly importId: string;
}

export interface MockOptions {
    readonly project?: string;
    readonly stack?: string;
    /** Whether it is a preview that runs. */
    readonly preview?: boolean;
    /** What the AppRole mount says of itself, or Vault's refusal to say it. */
    readonly approleMount?: { readonly type: string; readonly maxLeaseTtlSeconds: number } | Error;
    /** Names of the AppRoles that Vault has already, or its refusal to say whether it has. */
    readonly approles?: readonly string[] | Error;
    /** Whom AWS knows the caller as. */
    readonly caller?: { readonly accountId: string; readonly arn: string };
    /** How each Key Vault decides who may read; one that is not named is not there. */
    readonly azureVaults?: Readonly<Record<string, "access-policy" | "rbac">>;
}

/** Whom Azure knows the caller as. */
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

    /** Puts mocks in the engine's place. A resource or function that the stack does not use throws. */
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
            // The plugin looks for itself, at whatever cluster KUBECONFIG names.
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
                        throw new Error(`the stack called ${token}, which nobody expected`);
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

    /** Mocks are told of inputs only; the request to the engine says more. */
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

    /** The one resource of a type whose logical name ends so. */
    one(type: string, ending = ""): Registered {
        const found = this.registered.filter((resource) => resource.type === type && resource.name.endsWith(ending));
        if (found.length !== 1) {
            throw new Error(`${found.length} resources of type ${type} end in "${ending}", one was expected`);
        }
        return found[0]!;
    }
}

/** An error as gRPC passes it on to the program. */
function orThrow<T>(answer: T | Error): T {
    if (answer instanceof Error) {
        throw Object.assign(answer, { details: answer.message });
    }
    return answer;
}

/** A Kubernetes object without a name gets one from the provider. */
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

/** What an Output holds, and whether it is secret. */
export function inspect<T>(output: pulumi.Output<T>): Promise<{ value: T; secret: boolean }> {
    return new Promise((resolve) => {
        output.apply((value) => {
            void pulumi.isSecret(output).then((secret) => {
                resolve({ value, secret });
            });
        });
    });
}
