import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService, type IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { urnParts } from "../lib/urn";
import { answer } from "./answer";
import { engineLog } from "./engineLog";
import { difference, type Difference } from "./diff";
import { diffResponse } from "./diffResponse";
import { fromStruct, settingsFrom, toStruct } from "./marshal";
import { UNKNOWN, type Context, type Log, type Package, type Properties, type ResourceType } from "./resourceType";

export interface ServeOptions {
    /** On loopback; 0 for any that is free. */
    readonly port: number;
    /** Who answers, as the subject of an error: `the sandbox's provider host`. */
    readonly speaker: string;
    /** Says something beside the resource with that URN; default: on standard error, which the engine shows. */
    readonly log?: (urn: string, ...what: Parameters<Log>) => void;
}

/** What a plugin answers to the engine's calls. grpc-js answers UNIMPLEMENTED to those that are not here. */
export type Calls = Partial<IResourceProviderServer>;

/** A plugin that takes calls: the port it listens on, and what stops it. */
export interface Served {
    readonly port: number;
    readonly stop: () => void;
}

/** Serves one Pulumi package, as its plugin would. */
export function serve(of: Package, options: ServeOptions): Promise<Served> {
    return serveCalls(callsOf(of, options), options.port);
}

/** Serves a plugin's calls on a port of loopback; 0 for any that is free. */
export async function serveCalls(calls: Calls, port: number): Promise<Served> {
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

/** The calls that the engine makes of a plugin. */
function callsOf(of: Package, { speaker, log = logToStandardError }: ServeOptions): Calls {
    let say = log;
    let stop = new AbortController();
    return {
        handshake: answer(() => new messages.ProviderHandshakeResponse().setAcceptResources(true)),
        // By an engine that has not started the plugin itself: one after the other, each with a stop of its own.
        attach: answer((request: PluginAttach) => {
            say = engineLog(request.getAddress());
            stop = new AbortController();
            return new Empty();
        }),
        cancel: answer(() => {
            stop.abort();
            return new Empty();
        }),
        getPluginInfo: answer(() => new PluginInfo().setVersion(of.version)),
        checkConfig: answer((request: messages.CheckRequest) =>
            new messages.CheckResponse().setInputs(request.getNews()),
        ),
        // Where nothing has changed the engine goes on with the plugin that it has configured from the state.
        diffConfig: answer((request: messages.DiffRequest) =>
            inputsDiffer(difference(fromStruct(request.getOldInputs()), fromStruct(request.getNews()), [])),
        ),
        configure: answer((request: messages.ConfigureRequest) => {
            of.configure?.(settingsFrom(request.getArgs()));
            return new messages.ConfigureResponse().setAcceptresources(true).setSupportspreview(true);
        }),
        invoke: answer(async (request: messages.InvokeRequest) => {
            const called = found(of.functions, request.getTok(), "function", speaker);
            const inputs = fromStruct(request.getArgs());
            const failures = unknownNames(inputs, called.inputs, speaker);
            const response = new messages.InvokeResponse().setFailuresList(failures);
            return failures.length > 0
                ? response
                : response.setReturn(toStruct(await called.call(inputs), called.secrets));
        }),
        ...resourceHandlers(of, speaker, (request) => {
            const seconds = request.getTimeout();
            return {
                log: (...what) => {
                    say(request.getUrn(), ...what);
                },
                signal: stop.signal,
                timeoutMs: seconds > 0 ? seconds * 1000 : undefined,
            };
        }),
    };
}

type ContextOf = (request: { getUrn(): string; getTimeout(): number }) => Context;

/** Those about one resource. */
function resourceHandlers(of: Package, speaker: string, context: ContextOf): Partial<IResourceProviderServer> {
    return {
        check: answer((request: messages.CheckRequest) => {
            const { name, type } = resource(request.getUrn());
            const news = fromStruct(request.getNews());
            const olds = fromStruct(request.getOlds());
            const old = Object.keys(olds).length === 0 ? undefined : olds;
            const inputs = type.check?.(news, { name, old }) ?? news;
            const failures = [...unknownNames(inputs, type.inputs, speaker), ...missing(inputs, type.required)];
            return new messages.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failures);
        }),
        diff: answer((request: messages.DiffRequest) => {
            const { type } = resource(request.getUrn());
            const old = fromStruct(request.getOldInputs());
            return inputsDiffer(difference(old, fromStruct(request.getNews()), type.replaceOn));
        }),
        create: answer(async (request: messages.CreateRequest) => {
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
        read: answer(async (request: messages.ReadRequest) => {
            const { type } = resource(request.getUrn());
            const inputs = fromStruct(request.getInputs());
            const live = await type.read(request.getId(), inputs, fromStruct(request.getProperties()));
            // An empty answer says that the thing is gone.
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
        update: answer(async (request: messages.UpdateRequest) => {
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
        delete: answer(async (request: messages.DeleteRequest) => {
            const { type } = resource(request.getUrn());
            await type.delete(request.getId(), fromStruct(request.getProperties()), context(request));
            return new Empty();
        }),
    };

    function resource(urn: string): { name: string; token: string; type: ResourceType } {
        const { name, type: token } = urnParts(urn);
        return { name, token, type: found(of.resources, token, "resource type", speaker) };
    }
}

function logToStandardError(urn: string, severity: Parameters<Log>[0], message: string): void {
    if (severity !== "progress") {
        console.error(`${urn}: ${message}`);
    }
}

export function found<T>(table: Readonly<Record<string, T>>, token: string, what: string, speaker: string): T {
    const entry = Object.hasOwn(table, token) ? table[token] : undefined;
    if (entry === undefined) {
        const known = Object.keys(table).join(", ") || "none";
        throw new Error(`${speaker} has no ${what} "${token}", only: ${known}`);
    }
    return entry;
}

export function unknownNames(inputs: Properties, known: readonly string[], speaker: string): messages.CheckFailure[] {
    return Object.keys(inputs)
        .filter((name) => !known.includes(name))
        .map((name) => failure(name, `${speaker} has no property "${name}", only: ${known.join(", ")}`));
}

export function missing(inputs: Properties, required: readonly string[]): messages.CheckFailure[] {
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
