import {
    DeleteParameterCommand,
    DescribeParametersCommand,
    GetParameterCommand,
    ListTagsForResourceCommand,
    PutParameterCommand,
    type ParameterTier,
    type ParameterType,
    type PutParameterRequest,
} from "@aws-sdk/client-ssm";
import type { Properties } from "../../../provider/resourceType";
import type { BridgedType } from "../bridge/schema";
import { doing, parameterStore, there, unlessGone } from "./clients";

/** `aws:ssm/parameter:Parameter` */
export const parameter: BridgedType = {
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
    async create(news) {
        const id = String(news.name);
        const { keyId: KeyId, description: Description } = news as Partial<Record<string, string>>;
        await doing(`creating SSM Parameter (${id})`, put(news, { Overwrite: false, KeyId, Description }));
        return { id, outputs: there(await find(id, news.region)) };
    },
    read: (id, held) => find(id, held.region),
    async update(id, news, held) {
        // A key and a description that did not change are not sent.
        const changed = (name: string): string | undefined =>
            news[name] === held[name] ? undefined : (news[name] as string | undefined);
        const change = { KeyId: changed("keyId"), Description: changed("description") };
        const Tier = held.tier as ParameterTier;
        await doing(`updating SSM Parameter (${id})`, put(news, { Overwrite: true, Tier, ...change }));
        return there(await find(id, news.region));
    },
    async delete(id, { region }) {
        const gone = parameterStore(region).send(new DeleteParameterCommand({ Name: id }));
        await doing(`deleting SSM Parameter (${id})`, unlessGone(gone, "ParameterNotFound"));
    },
};

async function put({ name, region, type, value }: Properties, more: Partial<PutParameterRequest>): Promise<void> {
    const said = { Name: String(name), Value: String(value), Type: type as ParameterType };
    await parameterStore(region).send(new PutParameterCommand({ ...said, ...more }));
}

async function find(id: string, region: unknown): Promise<Properties | undefined> {
    const client = parameterStore(region);
    const ask = unlessGone(
        client.send(new GetParameterCommand({ Name: id, WithDecryption: true })),
        "ParameterNotFound",
    );
    const found = (await doing(`reading SSM Parameter (${id})`, ask))?.Parameter;
    if (found === undefined) {
        return undefined;
    }
    const filters = [{ Key: "Name", Option: "Equals", Values: [id] }];
    const { Parameters: [described] = [] } = await client.send(
        new DescribeParametersCommand({ ParameterFilters: filters }),
    );
    const tags = await client.send(new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId: id }));
    return {
        ...{ name: id, region, type: found.Type, value: found.Value, arn: found.ARN, version: found.Version },
        ...{ keyId: described?.KeyId, tier: described?.Tier, dataType: described?.DataType },
        ...{ description: described?.Description ?? "", allowedPattern: described?.AllowedPattern ?? "", tags: {} },
        tagsAll: Object.fromEntries((tags.TagList ?? []).map(({ Key, Value }) => [Key, Value])),
    };
}
