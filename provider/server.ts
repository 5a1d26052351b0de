import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService, type IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { urnParts } from "../lib/urn";
import { handler } from "./handler";
import { engineLog } from "./engineLog";
import { difference, type Difference } from "./diff";
import { diffResponse } from "./diffResponse";
import { fromStruct, settingsFrom, toStruct } from "./marshal";
import { UNKNOWN, type Context, type Log, type Package, type Properties, type ResourceType } from "./resourceType";

export interface ServeOptions {
    /** On the loopback interface; 0 for any free port. */
    readonly port: number;
    /** Subject of error messages: `the sandbox's provider host`. */
    readonly serverName: string;
    /** Logs a message for the resource with that URN. Default: to standard error, which the engine shows. */
    readonly log?: (urn: string, ...what: Parameters<Log>) => void;
}

/** A plugin's handlers for the engine's calls. grpc-js replies UNIMPLEMENTED to calls without a handler. */
export type Calls = Partial<IResourceProviderServer>;

/** A running plugin: its port, and a function that stops it. */
export interface RunningServer {
    readonly port: number;
    readonly stop: () => void;
}

/** Starts a plugin server for a Pulumi package. */
export function serve(of: Package, options: ServeOptions): Promise<RunningServer> {
    return serveCalls(callsOf(of, options), options.port);
}

/**
 * Starts a plugin server with these handlers.
 *
 * @param port on the loopback interface; 0 for any free port
 */
export async function serveCalls(calls: Calls, port: number): Promise<RunningServer> {
    const server = new grpc.Server();
    server.addService(ResourceProviderService, calls as unknown as grpc.UntypedServiceImplementation);
    const bound = await new Promise<number>((resolve, reject) => {
        server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, free) => {
            if (error === null) {
                resolve(free);
            } else {
                reject(error);
            }
        });
    });
    return {
        port: bound,
        stop: () => {
            server.forceShutdown();
        },
    };
}

/** Returns the handlers of a package. */
function callsOf(of: Package, { serverName, log = logToStandardError }: ServeOptions): Calls {
    let currentLog = log;
    let stop = new AbortController();
    return {
        handshake: handler(() => new messages.ProviderHandshakeResponse().setAcceptResources(true)),
        // Called by an engine that has not started the plugin itself. Engines attach one after the other, and a cancel
        // of one must not stop the next.
        attach: handler((request: PluginAttach) => {
            currentLog = engineLog(request.getAddress());
            stop = new AbortController();
            return new Empty();
        }),
        cancel: handler(() => {
            stop.abort();
            return new Empty();
        }),
        getPluginInfo: handler(() => new PluginInfo().setVersion(of.version)),
        checkConfig: handler((request: messages.CheckRequest) =>
            new messages.CheckResponse().setInputs(request.getNews()),
        ),
        // If there is no difference, the engine keeps using the provider that it configured from the state.
        diffConfig: handler((request: messages.DiffRequest) =>
            inputsDiffer(difference(fromStruct(request.getOldInputs()), fromStruct(request.getNews()), [])),
        ),
        configure: handler((request: messages.ConfigureRequest) => {
            of.configure?.(settingsFrom(request.getArgs()));
            return new messages.ConfigureResponse().setAcceptresources(true).setSupportspreview(true);
        }),
        invoke: handler(async (request: messages.InvokeRequest) => {
            const called = lookUp(of.functions, request.getTok(), "function", serverName);
            const inputs = fromStruct(request.getArgs());
            const failures = unknownProperties(inputs, called.inputs, serverName);
            const response = new messages.InvokeResponse().setFailuresList(failures);
            return failures.length > 0
                ? response
                : response.setReturn(toStruct(await called.call(inputs, stop.signal), called.secrets));
        }),
        ...resourceHandlers(of, serverName, (request) => {
            const seconds = request.getTimeout();
            return {
                log: (...what) => {
                    currentLog(request.getUrn(), ...what);
                },
                signal: stop.signal,
                timeoutMs: seconds > 0 ? seconds * 1000 : undefined,
            };
        }),
    };
}

type ContextOf = (request: { getUrn(): string; getTimeout(): number }) => Context;

/** Returns the handlers for calls about a resource. */
function resourceHandlers(of: Package, serverName: string, context: ContextOf): Partial<IResourceProviderServer> {
    return {
        check: handler((request: messages.CheckRequest) => {
            const { name, type } = resource(request.getUrn());
            const news = fromStruct(request.getNews());
            const olds = fromStruct(request.getOlds());
            const old = Object.keys(olds).length === 0 ? undefined : olds;
            const inputs = type.check?.(news, { name, old }) ?? news;
            const failures = [
                ...unknownProperties(inputs, type.inputs, serverName),
                ...missingProperties(inputs, type.required),
            ];
            return new messages.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failures);
        }),
        diff: handler((request: messages.DiffRequest) => {
            const { type } = resource(request.getUrn());
            const { once = [] } = type;
            const old = Object.entries(fromStruct(request.getOldInputs())).filter(([name]) => !once.includes(name));
            return inputsDiffer(difference(Object.fromEntries(old), fromStruct(request.getNews()), type.replaceOn));
        }),
        create: handler(async (request: messages.CreateRequest) => {
            const { type } = resource(request.getUrn());
            const inputs = fromStruct(request.getProperties());
            if (request.getPreview()) {
                await type.preview?.(inputs);
                const unknown = Object.fromEntries(type.computed.map((output) => [output, UNKNOWN]));
                return new messages.CreateResponse().setProperties(toStruct({ ...inputs, ...unknown }, type.secrets));
            }
            const { id, outputs } = await type.create(inputs, context(request));
            return new messages.CreateResponse().setId(id).setProperties(toStruct(outputs, type.secrets));
        }),
        read: handler(async (request: messages.ReadRequest) => {
            const { type } = resource(request.getUrn());
            const inputs = fromStruct(request.getInputs());
            const outputs = fromStruct(request.getProperties());
            // The engine sends no timeout with a read.
            const readContext = context({ getUrn: () => request.getUrn(), getTimeout: () => 0 });
            const live = await type.read(request.getId(), inputs, outputs, readContext);
            // An empty response means that the resource was deleted.
            return live === undefined
                ? new messages.ReadResponse()
                : new messages.ReadResponse()
                      .setId(live.id)
                      .setInputs(
                          toStruct(
                              live.inputs,
                              type.secrets.filter((name) => type.inputs.includes(name)),
                          ),
                      )
                      .setProperties(toStruct(live.outputs, type.secrets));
        }),
        update: handler(async (request: messages.UpdateRequest) => {
            const { type, token } = resource(request.getUrn());
            const inputs = fromStruct(request.getNews());
            const outputs = fromStruct(request.getOlds());
            if (type.update === undefined) {
                throw new Error(`${token} cannot be updated, only replaced`);
            }
            if (request.getPreview()) {
                await type.preview?.(inputs);
                return new messages.UpdateResponse().setProperties(toStruct({ ...outputs, ...inputs }, type.secrets));
            }
            const updated = await type.update(request.getId(), inputs, outputs, context(request));
            return new messages.UpdateResponse().setProperties(toStruct(updated, type.secrets));
        }),
        delete: handler(async (request: messages.DeleteRequest) => {
            const { type } = resource(request.getUrn());
            await type.delete(request.getId(), fromStruct(request.getProperties()), context(request));
            return new Empty();
        }),
    };

    function resource(urn: string): { name: string; token: string; type: ResourceType } {
        const { name, type: token } = urnParts(urn);
        return { name, token, type: lookUp(of.resources, token, "resource type", serverName) };
    }
}

function logToStandardError(urn: string, severity: Parameters<Log>[0], message: string): void {
    if (severity !== "progress") {
        console.error(`${urn}: ${message}`);
    }
}

/** @throws Error that names the known tokens, if the table does not have the token */
export function lookUp<T>(table: Readonly<Record<string, T>>, token: string, what: string, serverName: string): T {
    const entry = Object.hasOwn(table, token) ? table[token] : undefined;
    if (entry === undefined) {
        const known = Object.keys(table).join(", ") || "none";
        throw new Error(`${serverName} has no ${what} "${token}", only: ${known}`);
    }
    return entry;
}

export function unknownProperties(
    inputs: Properties,
    known: readonly string[],
    serverName: string,
): messages.CheckFailure[] {
    return Object.keys(inputs)
        .filter((name) => !known.includes(name))
        .map((name) => failure(name, `${serverName} has no property "${name}", only: ${known.join(", ")}`));
}

export function missingProperties(inputs: Properties, required: readonly string[]): messages.CheckFailure[] {
    return required.filter((name) => !(name in inputs)).map((name) => failure(name, `property "${name}" is required`));
}

function failure(property: string, reason: string): messages.CheckFailure {
    return new messages.CheckFailure().setProperty(property).setReason(reason);
}

function inputsDiffer(differences: readonly Difference[]): messages.DiffResponse {
    const replaced = differences.filter(({ replaces }) => replaces);
    return diffResponse(differences.map((each) => ({ ...each, inputDiff: true })))
        .setDiffsList([...new Set(differences.map(({ property }) => property))])
        .setReplacesList([...new Set(replaced.map(({ property }) => property))]);
}
