import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { urnParts } from "../../../../lib/urn";
import { fromStruct, toStruct } from "../../../../provider/marshal";
import { UNKNOWN, type Properties } from "../../../../provider/resourceType";
import { handler } from "../../../../provider/handler";
import { lookUp, missingProperties, unknownProperties, type Calls } from "../../../../provider/server";
import { applyChanges, nativeDiff } from "./diff";
import type { NativePackage, NativeType } from "./type";

/**
 * Returns the handlers of the engine's calls to the official plugin azure-native. It is not a bridged Terraform
 * provider, and differs from other native ones too. The handlers follow its source code; the plugin itself has not been
 * run.
 */
export function nativeCalls(nativePackage: NativePackage, serverName: string): Calls {
    return {
        attach: handler(() => new Empty()),
        cancel: handler(() => new Empty()),
        getPluginInfo: handler(() => new PluginInfo().setVersion(nativePackage.version)),
        checkConfig: handler((request: messages.CheckRequest) =>
            new messages.CheckResponse().setInputs(request.getNews()),
        ),
        diffConfig: handler(() => new messages.DiffResponse()),
        // Secrets are received and returned as plain values; the engine marks them again.
        configure: handler(() =>
            new messages.ConfigureResponse().setSupportspreview(true).setSupportsAutonamingConfiguration(true),
        ),
        invoke: handler(async (request: messages.InvokeRequest) => {
            const functionType = lookUp(nativePackage.functions, request.getTok(), "function", serverName);
            const inputs = fromStruct(request.getArgs());
            const failures = unknownProperties(inputs, functionType.inputs, serverName);
            const response = new messages.InvokeResponse().setFailuresList(failures);
            return failures.length > 0 ? response : response.setReturn(toStruct(await functionType.call(inputs)));
        }),
        ...resourceCalls(nativePackage, serverName),
    };
}

/** Returns the handlers of the calls about one resource. */
function resourceCalls(nativePackage: NativePackage, serverName: string): Calls {
    const typeOf = (urn: string): NativeType =>
        lookUp(nativePackage.resources, urnParts(urn).type, "resource type", serverName);
    return {
        check: handler((request: messages.CheckRequest) => {
            const type = typeOf(request.getUrn());
            const news = fromStruct(request.getNews());
            const known = [...type.inputs, "azureApiVersion"];
            return new messages.CheckResponse()
                .setInputs(toStruct({ azureApiVersion: type.apiVersion, ...news }))
                .setFailuresList([
                    ...unknownProperties(news, known, serverName),
                    ...missingProperties(news, type.required),
                ]);
        }),
        diff: handler((request: messages.DiffRequest) =>
            nativeDiff(
                fromStruct(request.getOldInputs()),
                fromStruct(request.getNews()),
                typeOf(request.getUrn()).replaceOn,
            ),
        ),
        create: handler(async (request: messages.CreateRequest) => {
            const type = typeOf(request.getUrn());
            const inputs = fromStruct(request.getProperties());
            if (request.getPreview()) {
                return new messages.CreateResponse().setProperties(toStruct(plannedOutputs(type, inputs)));
            }
            const { id, outputs } = await type.create(inputs);
            return new messages.CreateResponse().setId(id).setProperties(toStruct(outputs));
        }),
        read: handler(async (request: messages.ReadRequest) => {
            const type = typeOf(request.getUrn());
            const state = fromStruct(request.getProperties());
            const known = fromStruct(request.getInputs());
            const isImport = Object.keys(known).length === 0;
            const inputs = isImport ? { azureApiVersion: type.apiVersion, ...inputsIn(request.getId()) } : known;
            const live = await type.read(request.getId(), inputs);
            // An empty response means that the resource does not exist.
            if (live === undefined) {
                return new messages.ReadResponse();
            }
            // The plugin treats a change in the outputs as a change of the inputs.
            const updatedInputs = isImport
                ? { ...inputs, ...type.inputsFrom(live) }
                : applyChanges(inputs, type.inputsFrom(state), type.inputsFrom(live));
            return new messages.ReadResponse()
                .setId(request.getId())
                .setInputs(toStruct(updatedInputs))
                .setProperties(toStruct(live));
        }),
        update: handler(async (request: messages.UpdateRequest) => {
            const type = typeOf(request.getUrn());
            const inputs = fromStruct(request.getNews());
            const outputs = request.getPreview() ? plannedOutputs(type, inputs) : await type.update(inputs);
            return new messages.UpdateResponse().setProperties(toStruct(outputs));
        }),
        delete: handler(async (request: messages.DeleteRequest) => {
            const inputs = fromStruct(request.getOldInputs());
            await typeOf(request.getUrn()).delete(request.getId(), inputs);
            return new Empty();
        }),
    };
}

/** Returns the inputs that a resource's id contains. */
function inputsIn(id: string): Properties {
    const [, roleAssignmentName] = /\/roleAssignments\/([^/]+)$/.exec(id) ?? [];
    if (roleAssignmentName !== undefined) {
        return { roleAssignmentName };
    }
    const segments = { resourceGroupName: "resourceGroups", vaultName: "vaults", secretName: "secrets" };
    return Object.fromEntries(
        Object.entries(segments).flatMap(([input, segment]) => {
            const [, value] = new RegExp(`/${segment}/([^/]+)`).exec(id) ?? [];
            return value === undefined ? [] : [[input, value]];
        }),
    );
}

/** Returns the outputs that a preview reports. */
function plannedOutputs(type: NativeType, inputs: Properties): Properties {
    return { ...type.inputsFrom(inputs), id: UNKNOWN, name: UNKNOWN, type: UNKNOWN };
}
