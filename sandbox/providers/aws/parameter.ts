import {
    AddTagsToResourceCommand,
    DeleteParameterCommand,
    DescribeParametersCommand,
    GetParameterCommand,
    ListTagsForResourceCommand,
    PutParameterCommand,
    RemoveTagsFromResourceCommand,
    type ParameterTier,
    type ParameterType,
    type PutParameterRequest,
} from "@aws-sdk/client-ssm";
import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { ignoreNotFound, parameterStore, requireFound, withErrorPrefix } from "./clients";
import { tagChanges, tagOutputs, toTags } from "./tags";

/** `aws:ssm/parameter:Parameter` */
export const parameter: BridgedType = {
    isRegional: true,
    properties: {
        allowedPattern: { input: "optional" },
        arn: { input: "optional", computed: true },
        dataType: { input: "optional", computed: true, replaces: "delete first" },
        description: { input: "optional" },
        hasValueWo: { computed: true },
        insecureValue: { input: "optional", computed: true },
        keyId: { input: "optional", computed: true },
        name: { input: "required", replaces: "delete first" },
        overwrite: { input: "optional" },
        region: { input: "optional", computed: true, replaces: "delete first" },
        tags: { input: "optional", form: "map" },
        tagsAll: { computed: true, form: "map" },
        tier: { input: "optional", computed: true },
        type: { input: "required" },
        value: { input: "optional", computed: true, secret: true },
        valueWo: { input: "optional", secret: true },
        valueWoVersion: { input: "optional" },
        version: { computed: true },
    },
    async create(inputs) {
        const id = String(inputs.name);
        const { keyId: KeyId, description: Description } = inputs as Partial<Record<string, string>>;
        const options = { Overwrite: false, KeyId, Description, Tags: toTags(inputs.tags) };
        await withErrorPrefix(`creating SSM Parameter (${id})`, put(inputs, options));
        return { id, outputs: requireFound(await find(id, inputs.region)) };
    },
    read: (id, state) => find(id, state.region),
    async update(id, inputs, state) {
        // An unchanged key or description is not sent.
        const changed = (name: string): string | undefined =>
            inputs[name] === state[name] ? undefined : (inputs[name] as string | undefined);
        const change = { KeyId: changed("keyId"), Description: changed("description") };
        const Tier = state.tier as ParameterTier;
        await withErrorPrefix(`updating SSM Parameter (${id})`, put(inputs, { Overwrite: true, Tier, ...change }));
        await withErrorPrefix(`updating tags for SSM Parameter (${id})`, setTags(id, inputs, state));
        return requireFound(await find(id, inputs.region));
    },
    async delete(id, { region }) {
        const deletion = parameterStore(region).send(new DeleteParameterCommand({ Name: id }));
        await withErrorPrefix(`deleting SSM Parameter (${id})`, ignoreNotFound(deletion, "ParameterNotFound"));
    },
};

/** AWS does not take tags together with a new value. */
async function setTags(ResourceId: string, { region, tags }: Properties, state: Properties): Promise<void> {
    const { changed, removed } = tagChanges(state.tags, tags);
    const resource = { ResourceType: "Parameter", ResourceId } as const;
    if (removed.length > 0) {
        const command = new RemoveTagsFromResourceCommand({ ...resource, TagKeys: [...removed] });
        await parameterStore(region).send(command);
    }
    if (changed.length > 0) {
        await parameterStore(region).send(new AddTagsToResourceCommand({ ...resource, Tags: [...changed] }));
    }
}

async function put({ name, region, type, value }: Properties, options: Partial<PutParameterRequest>): Promise<void> {
    const required = { Name: String(name), Value: String(value), Type: type as ParameterType };
    await parameterStore(region).send(new PutParameterCommand({ ...required, ...options }));
}

async function find(id: string, region: unknown): Promise<Properties | undefined> {
    const client = parameterStore(region);
    const request = ignoreNotFound(
        client.send(new GetParameterCommand({ Name: id, WithDecryption: true })),
        "ParameterNotFound",
    );
    const found = (await withErrorPrefix(`reading SSM Parameter (${id})`, request))?.Parameter;
    if (found === undefined) {
        return undefined;
    }
    const filters = [{ Key: "Name", Option: "Equals", Values: [id] }];
    const { Parameters: [described] = [] } = await client.send(
        new DescribeParametersCommand({ ParameterFilters: filters }),
    );
    const { TagList } = await client.send(
        new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId: id }),
    );
    return {
        ...{ name: id, region, type: found.Type, value: found.Value, arn: found.ARN, version: found.Version },
        ...{ keyId: described?.KeyId, tier: described?.Tier, dataType: described?.DataType },
        ...{ description: described?.Description ?? "", allowedPattern: described?.AllowedPattern ?? "" },
        ...tagOutputs(TagList),
    };
}
