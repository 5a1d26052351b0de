import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { urnParts } from "../../../lib/urn";
import { fromStruct, toStruct } from "../../../provider/marshal";
import { hasUnknown, UNKNOWN, type Properties } from "../../../provider/resourceType";
import { answer } from "../../../provider/answer";
import { found, missing, unknownNames, type Calls } from "../../../provider/server";
import { bridgedDiff } from "./diff";
import { namesOf, type BridgedPackage, type BridgedType, type Notes } from "./schema";
import { changed, everyProperty, inputsRead, marked, planned, withDefaults, withoutNotes } from "./values";

/**
 * The calls that the engine makes of an official plugin, answered as Pulumi's bridge answers them. It knows no Handshake,
 * and takes secrets as plain values.
 */
export function bridgedCalls(of: BridgedPackage, speaker: string): Calls {
    return {
        attach: answer(() => new Empty()),
        cancel: answer(() => new Empty()),
        getPluginInfo: answer(() => new PluginInfo().setVersion(of.version)),
        checkConfig: answer((request: messages.CheckRequest) =>
            new messages.CheckResponse().setInputs(toStruct({ ...of.settings?.(), ...sent(request.getNews()) })),
        ),
        diffConfig: answer(() => new messages.DiffResponse()),
        configure: answer(async () => {
            await of.logIn?.();
            return new messages.ConfigureResponse().setSupportspreview(true).setSupportsAutonamingConfiguration(true);
        }),
        invoke: answer(async (request: messages.InvokeRequest) => {
            const token = request.getTok();
            const called = found(of.functions, token, "function", speaker);
            const inputs = fromStruct(request.getArgs());
            const failures = unknownNames(inputs, called.inputs, speaker);
            const response = new messages.InvokeResponse().setFailuresList(failures);
            if (failures.length > 0) {
                return response;
            }
            const outputs = await inWords(`invoking ${token}: `, () => called.call(inputs));
            return response.setReturn(toStruct(outputs, called.secrets));
        }),
        ...resourceCalls(of, speaker),
    };
}

/** Those about one resource. */
function resourceCalls(of: BridgedPackage, speaker: string): Calls {
    return {
        check: answer((request: messages.CheckRequest) => {
            const { type } = resource(request.getUrn());
            const news = withoutNotes(sent(request.getNews()));
            const inputs = withDefaults(type, news);
            const known = namesOf(type, ({ input }) => input !== undefined);
            const required = namesOf(type, ({ input }) => input === "required");
            return new messages.CheckResponse()
                .setInputs(toStruct(marked(type, inputs)))
                .setFailuresList([...unknownNames(news, known, speaker), ...missing(inputs, required)]);
        }),
        diff: answer((request: messages.DiffRequest) => {
            const { type } = resource(request.getUrn());
            const [held, inputs] = [sent(request.getOlds()), withoutNotes(sent(request.getNews()))];
            return bridgedDiff(type, held, inputs, request.getIgnorechangesList());
        }),
        create: answer(async (request: messages.CreateRequest) => {
            const { type } = resource(request.getUrn());
            const inputs = withoutNotes(sent(request.getProperties()));
            await inWords(`diffing ${request.getUrn()}: `, () => preview(type, inputs, undefined));
            if (request.getPreview()) {
                const plan = planned(type, inputs, undefined);
                return new messages.CreateResponse().setProperties(outputs(type, UNKNOWN, plan, "planned"));
            }
            const { id, outputs: made } = await inWords("", () => type.create(inputs));
            return new messages.CreateResponse()
                .setId(id)
                .setProperties(outputs(type, id, changed(type, made, inputs, {})));
        }),
        read: answer(async (request: messages.ReadRequest) => {
            const { type } = resource(request.getUrn());
            const id = request.getId();
            const live = await inWords(`refreshing ${request.getUrn()}: `, () =>
                // What teardown has adopted holds its inputs, with the bridge's notes.
                type.read(id, withoutNotes(sent(request.getProperties()))),
            );
            // An empty answer says that the thing is gone.
            if (live === undefined) {
                return new messages.ReadResponse();
            }
            const all = everyProperty(type, (name) => live[name]);
            const inputs = inputsRead(type, sent(request.getInputs()), all, of.keepsEmptyDefaults === true);
            return new messages.ReadResponse()
                .setId(id)
                .setInputs(toStruct(marked(type, inputs)))
                .setProperties(outputs(type, id, all));
        }),
        update: answer(async (request: messages.UpdateRequest) => {
            const { type, token } = resource(request.getUrn());
            const id = request.getId();
            const [held, inputs] = [sent(request.getOlds()), withoutNotes(sent(request.getNews()))];
            if (type.update === undefined) {
                throw new Error(`${token} cannot be updated, only replaced`);
            }
            await inWords(`diffing ${request.getUrn()}: `, () => preview(type, inputs, held));
            if (request.getPreview()) {
                const plan = planned(type, inputs, held);
                return new messages.UpdateResponse().setProperties(outputs(type, id, plan, "planned"));
            }
            const update = type.update.bind(type);
            const made = await inWords(`updating ${request.getUrn()}: `, () => update(id, inputs, held));
            return new messages.UpdateResponse().setProperties(outputs(type, id, changed(type, made, inputs, held)));
        }),
        delete: answer(async (request: messages.DeleteRequest) => {
            const { type } = resource(request.getUrn());
            const held = withoutNotes(sent(request.getProperties()));
            await inWords(`deleting ${request.getUrn()}: `, () => type.delete(request.getId(), held));
            return new Empty();
        }),
    };

    function resource(urn: string): { token: string; type: BridgedType } {
        const { type: token } = urnParts(urn);
        return { token, type: found(of.resources, token, "resource type", speaker) };
    }
}

function sent(struct: Struct | undefined): Properties {
    return struct?.toJavaScript() ?? {};
}

function outputs(type: BridgedType, id: string, properties: Properties, of: "planned" | "made" = "made") {
    const notes = type.notes === undefined ? {} : { __meta: metaOf(type.notes, of) };
    return toStruct({ id, ...marked(type, properties), ...notes });
}

/** Terraform counts in nanoseconds, below a key of its own. */
function metaOf({ minutes, schemaVersion }: Notes, of: "planned" | "made"): string {
    const timeouts = Object.fromEntries(Object.entries(minutes).map(([what, each]) => [what, each * 60e9]));
    const waits = { "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0": timeouts };
    const version = schemaVersion === undefined ? {} : { schema_version: String(schemaVersion) };
    return JSON.stringify(of === "planned" ? { _new_extra_shim: {}, ...waits } : { ...waits, ...version });
}

async function preview(type: BridgedType, inputs: Properties, held: Properties | undefined): Promise<void> {
    if (!hasUnknown(inputs)) {
        await type.preview?.(inputs, held);
    }
}

/** Work whose error is told as Terraform tells it, behind what the bridge was about to do. */
function inWords<T>(doing: string, work: () => Promise<T>): Promise<T> {
    return work().catch((error: unknown) => {
        throw new Error(`${doing}1 error occurred:\n\t* ${(error as Error).message}\n\n`);
    });
}
