import * as pulumi from "@pulumi/pulumi";
import { answersTo, computedOutputs, mockNames, type MockOptions } from "./mockAnswers";

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

const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET_VALUE = "1b47061264138c4ac30d75fd1eb44270";

interface RegisterRequest {
    getType(): string;
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

type ResourceKey = Pick<Registered, "type" | "name">;

const keyOf = ({ type, name }: ResourceKey): string => `${type}::${name}`;

interface Monitor {
    registerResource(request: RegisterRequest, callback: unknown): unknown;
    registerErrorHook(request: unknown, callback: (error: null, response: object) => void): void;
    registerResourceHook(request: unknown, callback: (error: null, response: object) => void): void;
}

export class Mocks {
    /** By type and name: the components of a Deployment have the same name. */
    private readonly requests = new Map<string, RegisterRequest>();
    readonly registered: Registered[] = [];
    readonly calls: { readonly token: string; readonly inputs: unknown }[] = [];

    /** Replaces the engine with mocks. A call of a function that the stack does not use throws. */
    static async set(options: MockOptions = {}): Promise<Mocks> {
        const mocks = new Mocks();
        const { project, stack, preview = false } = { ...mockNames, ...options };
        const answers = answersTo(options);
        await pulumi.runtime.setMocks(
            {
                newResource: (args) => {
                    const inputs = args.inputs as Record<string, unknown>;
                    mocks.registered.push({
                        type: args.type,
                        name: args.name,
                        inputs: unwrapped(inputs) as Record<string, unknown>,
                        secrets: Object.keys(inputs).filter((key) => isSecret(inputs[key])),
                        ...mocks.requested(args),
                    });
                    return { id: `${args.name}-id`, state: { ...inputs, ...computedOutputs(args) } };
                },
                call: ({ token, inputs }) => {
                    mocks.calls.push({ token, inputs: inputs as unknown });
                    const answer = answers.get(token);
                    if (answer === undefined) {
                        throw new Error(`unexpected call of ${token}`);
                    }
                    return answer(inputs as Record<string, string>);
                },
            },
            project,
            stack,
            preview,
        );
        mocks.watchRequests();
        return mocks;
    }

    /** Records the requests to the engine: mocks only receive the inputs. */
    private watchRequests(): void {
        const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
        const registerResource = monitor.registerResource.bind(monitor);
        monitor.registerResource = (request, callback) => {
            this.requests.set(keyOf({ type: request.getType(), name: request.getName() }), request);
            return registerResource(request, callback);
        };
        monitor.registerErrorHook = monitor.registerResourceHook = (_request, callback) => {
            callback(null, {});
        };
    }

    private requested(resource: ResourceKey): Omit<Registered, "type" | "name" | "inputs" | "secrets"> {
        const request = this.requests.get(keyOf(resource));
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
