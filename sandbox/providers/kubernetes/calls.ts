import { version } from "@pulumi/kubernetes/package.json";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { isMapping } from "../../../lib/json";
import { urnParts } from "../../../lib/urn";
import { answer } from "../../../provider/answer";
import { difference } from "../../../provider/diff";
import { diffResponse } from "../../../provider/diffResponse";
import { toStruct } from "../../../provider/marshal";
import { hasUnknown, UNKNOWN, type Properties } from "../../../provider/resourceType";
import { unknownNames, type Calls } from "../../../provider/server";
import { apply, marked, named, read, remove, secretInputs, secretReplaceOn, unmarked } from "./secret";

const SECRET = "kubernetes:core/v1:Secret";

/**
 * The calls that the engine makes of the official Kubernetes plugin, which is no bridge to Terraform and answers in its own
 * way: secrets come and go marked. A Secret is all that the stack has of it.
 */
export function kubernetesCalls(speaker: string): Calls {
    return {
        attach: answer(() => new Empty()),
        cancel: answer(() => new Empty()),
        getPluginInfo: answer(() => new PluginInfo().setVersion(version)),
        checkConfig: answer((request: messages.CheckRequest) =>
            new messages.CheckResponse().setInputs(request.getNews()),
        ),
        diffConfig: answer(() => new messages.DiffResponse().setChanges(messages.DiffResponse.DiffChanges.DIFF_NONE)),
        configure: answer(() =>
            new messages.ConfigureResponse()
                .setAcceptsecrets(true)
                .setSupportspreview(true)
                .setSupportsAutonamingConfiguration(true),
        ),
        ...secretCalls(speaker),
    };
}

function secretCalls(speaker: string): Calls {
    return {
        check: answer((request: messages.CheckRequest) => {
            const name = nameIn(request.getUrn(), speaker);
            const inputs = named(sent(request.getNews()), { name, old: sent(request.getOlds()) });
            return new messages.CheckResponse()
                .setInputs(toStruct(marked(inputs)))
                .setFailuresList(unknownNames(inputs, secretInputs, speaker));
        }),
        diff: answer((request: messages.DiffRequest) =>
            secretDiff(sent(request.getOldInputs()), sent(request.getNews())),
        ),
        create: answer(async (request: messages.CreateRequest) => {
            nameIn(request.getUrn(), speaker);
            const inputs = sent(request.getProperties());
            const response = new messages.CreateResponse();
            if (!request.getPreview()) {
                const { id, outputs } = await apply(inputs, { dryRun: false });
                return response.setId(id).setProperties(toStruct(outputs));
            }
            const planned = hasUnknown(inputs) ? marked(inputs) : (await apply(inputs, { dryRun: true })).outputs;
            return response.setProperties(toStruct(planned));
        }),
        read: answer(async (request: messages.ReadRequest) => {
            const [id, inputs] = [request.getId(), sent(request.getInputs())];
            // A Secret that teardown has adopted has inputs only.
            const outputs = await read(id, { __inputs: inputs, ...sent(request.getProperties()) });
            // An empty answer says that the thing is gone.
            return outputs === undefined
                ? new messages.ReadResponse()
                : new messages.ReadResponse()
                      .setId(id)
                      .setInputs(toStruct(marked(inputs)))
                      .setProperties(toStruct(outputs));
        }),
        update: answer(async (request: messages.UpdateRequest) => {
            const manager = String(sent(request.getOlds()).__fieldManager);
            const { outputs } = await apply(sent(request.getNews()), { dryRun: request.getPreview(), manager });
            return new messages.UpdateResponse().setProperties(toStruct(outputs));
        }),
        delete: answer(async (request: messages.DeleteRequest) => {
            await remove(request.getId());
            return new Empty();
        }),
    };
}

/** A path each. A mapping that is not known yet is one that has lost all that was in it. */
function secretDiff(old: Properties, news: Properties): messages.DiffResponse {
    const known = Object.entries(news).map(([name, value]) => [
        name,
        value === UNKNOWN && isMapping(old[name]) ? {} : value,
    ]);
    const differences = difference(old, Object.fromEntries(known) as Properties, secretReplaceOn);
    return diffResponse(differences.map((each) => ({ ...each, inputDiff: each.kind === "delete" }))).setReplacesList(
        differences.filter(({ replaces }) => replaces).map(({ path }) => path),
    );
}

function nameIn(urn: string, speaker: string): string {
    const { type, name } = urnParts(urn);
    if (type !== SECRET) {
        throw new Error(`${speaker} has no resource type "${type}", only: ${SECRET}`);
    }
    return name;
}

const sent = (struct: Struct | undefined): Properties => unmarked(struct?.toJavaScript() ?? {}) as Properties;
