import { version } from "@pulumi/kubernetes/package.json";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { isMapping } from "../../../lib/json";
import { urnParts } from "../../../lib/urn";
import { handler } from "../../../provider/handler";
import { difference } from "../../../provider/diff";
import { diffResponse } from "../../../provider/diffResponse";
import { toStruct } from "../../../provider/marshal";
import { hasUnknown, UNKNOWN, type Properties } from "../../../provider/resourceType";
import { unknownProperties, type Calls } from "../../../provider/server";
import { apply, markSecrets, read, remove, secretInputs, secretReplaceOn, unwrapSecrets, withName } from "./secret";

const SECRET = "kubernetes:core/v1:Secret";

/**
 * Returns the handlers of the engine's calls to the official Kubernetes plugin. It is not a bridged Terraform provider:
 * it receives and returns secrets marked as secrets. Only Secrets are implemented, the one type that the stack uses.
 */
export function kubernetesCalls(serverName: string): Calls {
    return {
        attach: handler(() => new Empty()),
        cancel: handler(() => new Empty()),
        getPluginInfo: handler(() => new PluginInfo().setVersion(version)),
        checkConfig: handler((request: messages.CheckRequest) =>
            new messages.CheckResponse().setInputs(request.getNews()),
        ),
        diffConfig: handler(() => new messages.DiffResponse().setChanges(messages.DiffResponse.DiffChanges.DIFF_NONE)),
        configure: handler(() =>
            new messages.ConfigureResponse()
                .setAcceptsecrets(true)
                .setSupportspreview(true)
                .setSupportsAutonamingConfiguration(true),
        ),
        ...secretCalls(serverName),
    };
}

function secretCalls(serverName: string): Calls {
    return {
        check: handler((request: messages.CheckRequest) => {
            const name = secretNameIn(request.getUrn(), serverName);
            const inputs = withName(fromEngine(request.getNews()), { name, old: fromEngine(request.getOlds()) });
            return new messages.CheckResponse()
                .setInputs(toStruct(markSecrets(inputs)))
                .setFailuresList(unknownProperties(inputs, secretInputs, serverName));
        }),
        diff: handler((request: messages.DiffRequest) =>
            secretDiff(fromEngine(request.getOldInputs()), fromEngine(request.getNews())),
        ),
        create: handler(async (request: messages.CreateRequest) => {
            secretNameIn(request.getUrn(), serverName);
            const inputs = fromEngine(request.getProperties());
            const response = new messages.CreateResponse();
            if (!request.getPreview()) {
                const { id, outputs } = await apply(inputs, { dryRun: false });
                return response.setId(id).setProperties(toStruct(outputs));
            }
            const planned = hasUnknown(inputs) ? markSecrets(inputs) : (await apply(inputs, { dryRun: true })).outputs;
            return response.setProperties(toStruct(planned));
        }),
        read: handler(async (request: messages.ReadRequest) => {
            const [id, inputs] = [request.getId(), fromEngine(request.getInputs())];
            // A Secret that teardown adopted has inputs only.
            const outputs = await read(id, { __inputs: inputs, ...fromEngine(request.getProperties()) });
            // An empty response means that the Secret does not exist.
            return outputs === undefined
                ? new messages.ReadResponse()
                : new messages.ReadResponse()
                      .setId(id)
                      .setInputs(toStruct(markSecrets(inputs)))
                      .setProperties(toStruct(outputs));
        }),
        update: handler(async (request: messages.UpdateRequest) => {
            const fieldManager = String(fromEngine(request.getOlds()).__fieldManager);
            const { outputs } = await apply(fromEngine(request.getNews()), {
                dryRun: request.getPreview(),
                fieldManager,
            });
            return new messages.UpdateResponse().setProperties(toStruct(outputs));
        }),
        delete: handler(async (request: messages.DeleteRequest) => {
            await remove(request.getId());
            return new Empty();
        }),
    };
}

/** Returns one difference per path. A mapping that is not known yet counts as empty: all its old keys are deleted. */
function secretDiff(old: Properties, news: Properties): messages.DiffResponse {
    const comparable = Object.entries(news).map(([name, value]) => [
        name,
        value === UNKNOWN && isMapping(old[name]) ? {} : value,
    ]);
    const differences = difference(old, Object.fromEntries(comparable) as Properties, secretReplaceOn);
    return diffResponse(differences.map((each) => ({ ...each, inputDiff: each.kind === "delete" }))).setReplacesList(
        differences.filter(({ replaces }) => replaces).map(({ path }) => path),
    );
}

function secretNameIn(urn: string, serverName: string): string {
    const { type, name } = urnParts(urn);
    if (type !== SECRET) {
        throw new Error(`${serverName} has no resource type "${type}", only: ${SECRET}`);
    }
    return name;
}

const fromEngine = (struct: Struct | undefined): Properties =>
    unwrapSecrets(struct?.toJavaScript() ?? {}) as Properties;
