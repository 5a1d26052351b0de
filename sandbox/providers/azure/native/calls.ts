import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { urnParts } from "../../../../lib/urn";
import { fromStruct, toStruct } from "../../../../provider/marshal";
import { UNKNOWN, type Properties } from "../../../../provider/resourceType";
import { answer } from "../../../../provider/answer";
import { found, missing, unknownNames, type Calls } from "../../../../provider/server";
import { nativeDiff, withChange } from "./diff";
import type { NativePackage, NativeType } from "./type";

/**
 * The calls that the engine makes of a plugin, answered as the official plugin for Azure answers them, which is neither
 * like Pulumi's bridge nor like others. It has not been seen at work: what stands here was read in its source.
 */
export function nativeCalls(of: NativePackage, speaker: string): Calls {
    return {
        attach: answer(() => new Empty()),
        cancel: answer(() => new Empty()),
        getPluginInfo: answer(() => new PluginInfo().setVersion(of.version)),
        checkConfig: answer((request: messages.CheckRequest) =>
            new messages.CheckResponse().setInputs(request.getNews()),
        ),
        diffConfig: answer(() => new messages.DiffResponse()),
        // Secrets come and go as plain values, and the engine marks them again.
        configure: answer(() =>
            new messages.ConfigureResponse().setSupportspreview(true).setSupportsAutonamingConfiguration(true),
        ),
        invoke: answer(async (request: messages.InvokeRequest) => {
            const called = found(of.functions, request.getTok(), "function", speaker);
            const inputs = fromStruct(request.getArgs());
            const failures = unknownNames(inputs, called.inputs, speaker);
            const response = new messages.InvokeResponse().setFailuresList(failures);
            return failures.length > 0 ? response : response.setReturn(toStruct(await called.call(inputs)));
        }),
        ...resourceCalls(of, speaker),
    };
}

/** Those about one resource. */
function resourceCalls(of: NativePackage, speaker: string): Calls {
    const typeOf = (urn: string): NativeType => found(of.resources, urnParts(urn).type, "resource type", speaker);
    return {
        check: answer((request: messages.CheckRequest) => {
            const type = typeOf(request.getUrn());
            const news = fromStruct(request.getNews());
            const known = [...type.inputs, "azureApiVersion"];
            return new messages.CheckResponse()
                .setInputs(toStruct({ azureApiVersion: type.apiVersion, ...news }))
                .setFailuresList([...unknownNames(news, known, speaker), ...missing(news, type.required)]);
        }),
        diff: answer((request: messages.DiffRequest) =>
            nativeDiff(
                fromStruct(request.getOldInputs()),
                fromStruct(request.getNews()),
                typeOf(request.getUrn()).replaceOn,
            ),
        ),
        create: answer(async (request: messages.CreateRequest) => {
            const type = typeOf(request.getUrn());
            const inputs = fromStruct(request.getProperties());
            if (request.getPreview()) {
                return new messages.CreateResponse().setProperties(toStruct(planned(type, inputs)));
            }
            const { id, outputs } = await type.create(inputs);
            return new messages.CreateResponse().setId(id).setProperties(toStruct(outputs));
        }),
        read: answer(async (request: messages.ReadRequest) => {
            const type = typeOf(request.getUrn());
            const [before, inputs] = [fromStruct(request.getProperties()), fromStruct(request.getInputs())];
            const live = await type.read(request.getId(), inputs);
            // An empty answer says that the thing is gone.
            if (live === undefined) {
                return new messages.ReadResponse();
            }
            // The plugin takes for a change of the inputs what has changed in the outputs.
            const now = withChange(inputs, type.settable(before), type.settable(live));
            return new messages.ReadResponse()
                .setId(request.getId())
                .setInputs(toStruct(now))
                .setProperties(toStruct(live));
        }),
        update: answer(async (request: messages.UpdateRequest) => {
            const type = typeOf(request.getUrn());
            const inputs = fromStruct(request.getNews());
            const outputs = request.getPreview() ? planned(type, inputs) : await type.update(inputs);
            return new messages.UpdateResponse().setProperties(toStruct(outputs));
        }),
        delete: answer(async (request: messages.DeleteRequest) => {
            const inputs = fromStruct(request.getOldInputs());
            await typeOf(request.getUrn()).delete(request.getId(), inputs);
            return new Empty();
        }),
    };
}

/** What a preview says that there will be. */
function planned(type: NativeType, inputs: Properties): Properties {
    return { ...type.settable(inputs), id: UNKNOWN, name: UNKNOWN, type: UNKNOWN };
}
