import * as pulumi from "@pulumi/pulumi";
import { ResourceInvokeRequest, type ResourceInvokeResponse } from "@pulumi/pulumi/proto/resource_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { urnParts } from "../lib/urn";
import type { StateResource } from "./stateResource";

/**
 * Reads the resources of the stack's last checkpoint: what the last run left, also if it failed. Not the stack's
 * outputs: they are only written when a whole run succeeds.
 */
export async function readState(): Promise<readonly StateResource[]> {
    const outputs = (await readResourceOutputs(pulumi.getStack())).getFieldsMap().get("outputs")?.getStructValue();
    const resources: StateResource[] = [];
    outputs?.getFieldsMap().forEach((value, urn) => {
        const fields = value.getStructValue()?.getFieldsMap().get("outputs")?.getStructValue()?.getFieldsMap();
        resources.push({
            ...urnParts(urn),
            outputNames: fields?.getEntryList().map(([name]) => name) ?? [],
            output: (name) => fields?.get(name)?.toJavaScript(),
        });
    });
    return resources;
}

/**
 * Calls the engine directly. `pulumi.runtime.invoke` would convert every output of every resource, which takes three
 * times as long for a large stack.
 */
async function readResourceOutputs(stackName: string): Promise<Struct> {
    const request = new ResourceInvokeRequest();
    request.setTok("pulumi:pulumi:readStackResourceOutputs");
    request.setArgs(Struct.fromJavaScript({ stackName }));
    const monitor = pulumi.runtime.getMonitor();
    if (monitor === undefined) {
        throw new Error("the program is not run by Pulumi");
    }
    const response = await new Promise<ResourceInvokeResponse>((resolve, reject) => {
        monitor.invoke(request, (error, found) => {
            if (error === null) {
                resolve(found);
            } else {
                reject(error);
            }
        });
    });
    return response.getReturn() ?? new Struct();
}
