import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { urnParts } from "../../../lib/urn";
import { fromStruct, toStruct } from "../../../provider/marshal";
import { hasUnknown, UNKNOWN, type Properties } from "../../../provider/resourceType";
import { handler } from "../../../provider/handler";
import { lookUp, missingProperties, unknownProperties, type Calls } from "../../../provider/server";
import { bridgedDiff } from "./diff";
import { propertyNames, type BridgedPackage, type BridgedType, type TerraformMeta } from "./schema";
import {
    allProperties,
    markSecrets,
    outputsAfterChange,
    plannedOutputs,
    readInputs,
    stripDefaultsKeys,
    withDefaults,
} from "./values";

/**
 * Returns the handlers of the engine's calls to an official plugin, which answer as the Pulumi Terraform Bridge does.
 * The bridge does not implement Handshake, and receives secrets as plain values.
 */
export function bridgedCalls(pkg: BridgedPackage, serverName: string): Calls {
    return {
        attach: handler(() => new Empty()),
        cancel: handler(() => new Empty()),
        getPluginInfo: handler(() => new PluginInfo().setVersion(pkg.version)),
        checkConfig: handler((request: messages.CheckRequest) =>
            new messages.CheckResponse().setInputs(toStruct({ ...pkg.settings?.(), ...fromEngine(request.getNews()) })),
        ),
        diffConfig: handler(() => new messages.DiffResponse()),
        configure: handler(async () => {
            await pkg.logIn?.();
            return new messages.ConfigureResponse().setSupportspreview(true).setSupportsAutonamingConfiguration(true);
        }),
        invoke: handler(async (request: messages.InvokeRequest) => {
            const token = request.getTok();
            const functionType = lookUp(pkg.functions, token, "function", serverName);
            const inputs = fromStruct(request.getArgs());
            const failures = unknownProperties(inputs, functionType.inputs, serverName);
            const response = new messages.InvokeResponse().setFailuresList(failures);
            if (failures.length > 0) {
                return response;
            }
            const outputs = await withTerraformError(`invoking ${token}: `, () => functionType.call(inputs));
            return response.setReturn(toStruct(outputs, functionType.secrets));
        }),
        ...resourceCalls(pkg, serverName),
    };
}

/** Returns the handlers of the calls about one resource. */
function resourceCalls(pkg: BridgedPackage, serverName: string): Calls {
    return {
        check: handler((request: messages.CheckRequest) => {
            const { type } = resource(request.getUrn());
            const news = stripDefaultsKeys(fromEngine(request.getNews()));
            const inputs = withDefaults(type, news);
            const known = propertyNames(type, ({ input }) => input !== undefined);
            const required = propertyNames(type, ({ input }) => input === "required");
            return new messages.CheckResponse()
                .setInputs(toStruct(markSecrets(type, inputs)))
                .setFailuresList([
                    ...unknownProperties(news, known, serverName),
                    ...missingProperties(inputs, required),
                ]);
        }),
        diff: handler((request: messages.DiffRequest) => {
            const { type } = resource(request.getUrn());
            const [state, inputs] = [fromEngine(request.getOlds()), stripDefaultsKeys(fromEngine(request.getNews()))];
            return bridgedDiff(type, state, inputs, request.getIgnorechangesList());
        }),
        create: handler(async (request: messages.CreateRequest) => {
            const { type } = resource(request.getUrn());
            const inputs = stripDefaultsKeys(fromEngine(request.getProperties()));
            await withTerraformError(`diffing ${request.getUrn()}: `, () => preview(type, inputs, undefined));
            if (request.getPreview()) {
                const plan = plannedOutputs(type, inputs, undefined);
                return new messages.CreateResponse().setProperties(outputStruct(type, UNKNOWN, plan, "planned"));
            }
            const { id, outputs: created } = await withTerraformError("", () => type.create(inputs));
            return new messages.CreateResponse()
                .setId(id)
                .setProperties(outputStruct(type, id, outputsAfterChange(type, created, inputs, {})));
        }),
        read: handler(async (request: messages.ReadRequest) => {
            const { type } = resource(request.getUrn());
            // The state of a resource that teardown adopted is its inputs, with the bridge's `__defaults`.
            const state = stripDefaultsKeys(fromEngine(request.getProperties()));
            const { id, region } = parseId(type, request.getId(), state);
            const live = await withTerraformError(`refreshing ${request.getUrn()}: `, () =>
                type.read(id, { ...state, ...region }),
            );
            // An empty response means that the resource does not exist.
            if (live === undefined) {
                return new messages.ReadResponse();
            }
            const all = allProperties(type, (name) => live[name]);
            const inputs = readInputs(type, fromEngine(request.getInputs()), all, pkg.keepsEmptyDefaults === true);
            return new messages.ReadResponse()
                .setId(id)
                .setInputs(toStruct(markSecrets(type, inputs)))
                .setProperties(outputStruct(type, id, all));
        }),
        update: handler(async (request: messages.UpdateRequest) => {
            const { type, token } = resource(request.getUrn());
            const id = request.getId();
            const [state, inputs] = [fromEngine(request.getOlds()), stripDefaultsKeys(fromEngine(request.getNews()))];
            if (type.update === undefined) {
                throw new Error(`${token} cannot be updated, only replaced`);
            }
            await withTerraformError(`diffing ${request.getUrn()}: `, () => preview(type, inputs, state));
            if (request.getPreview()) {
                const plan = plannedOutputs(type, inputs, state);
                return new messages.UpdateResponse().setProperties(outputStruct(type, id, plan, "planned"));
            }
            const update = type.update.bind(type);
            const updated = await withTerraformError(`updating ${request.getUrn()}: `, () => update(id, inputs, state));
            const outputs = outputsAfterChange(type, updated, inputs, state);
            return new messages.UpdateResponse().setProperties(outputStruct(type, id, outputs));
        }),
        delete: handler(async (request: messages.DeleteRequest) => {
            const { type } = resource(request.getUrn());
            const state = stripDefaultsKeys(fromEngine(request.getProperties()));
            await withTerraformError(`deleting ${request.getUrn()}: `, () => type.delete(request.getId(), state));
            return new Empty();
        }),
    };

    function resource(urn: string): { token: string; type: BridgedType } {
        const { type: token } = urnParts(urn);
        return { token, type: lookUp(pkg.resources, token, "resource type", serverName) };
    }
}

/** Splits the id of an import into the resource's id and its region. */
function parseId({ isRegional }: BridgedType, id: string, state: Properties): { id: string; region: Properties } {
    const isImport = Object.keys(state).length === 0;
    const [, ownId, region] = (isImport && isRegional === true ? /^(.+)@([a-z0-9-]+)$/.exec(id) : null) ?? [];
    return ownId === undefined ? { id, region: {} } : { id: ownId, region: { region } };
}

function fromEngine(struct: Struct | undefined): Properties {
    return struct?.toJavaScript() ?? {};
}

function outputStruct(type: BridgedType, id: string, properties: Properties, phase: "planned" | "applied" = "applied") {
    const meta = type.meta === undefined ? {} : { __meta: metaOf(type.meta, phase) };
    return toStruct({ id, ...markSecrets(type, properties), ...meta });
}

/** Returns the `__meta` output. Terraform stores timeouts in nanoseconds, below a fixed key. */
function metaOf({ timeoutMinutes, schemaVersion }: TerraformMeta, phase: "planned" | "applied"): string {
    const nanoseconds = Object.fromEntries(
        Object.entries(timeoutMinutes).map(([operation, minutes]) => [operation, minutes * 60e9]),
    );
    const timeouts = { "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0": nanoseconds };
    const version = schemaVersion === undefined ? {} : { schema_version: String(schemaVersion) };
    return JSON.stringify(phase === "planned" ? { _new_extra_shim: {}, ...timeouts } : { ...timeouts, ...version });
}

async function preview(type: BridgedType, inputs: Properties, state: Properties | undefined): Promise<void> {
    if (!hasUnknown(inputs)) {
        await type.preview?.(inputs, state);
    }
}

/** Does `work`. If it fails, throws the error in Terraform's format, with a prefix for the bridge's operation. */
function withTerraformError<T>(prefix: string, work: () => Promise<T>): Promise<T> {
    return work().catch((error: unknown) => {
        throw new Error(`${prefix}1 error occurred:\n\t* ${(error as Error).message}\n\n`);
    });
}
