import {
    DeleteParameterCommand,
    DescribeParametersCommand,
    GetParameterCommand,
    PutParameterCommand,
    type ParameterType,
} from "@aws-sdk/client-ssm";
import type { Properties, ResourceType } from "../../../provider/resourceType";
import { parameterStore, unlessGone } from "./clients";

/** The key that encrypts a SecureString when nothing was said. */
const DEFAULT_KEY = "alias/aws/ssm";

/** `aws:ssm/parameter:Parameter` */
export const parameter: ResourceType = {
    inputs: ["name", "region", "type", "value", "keyId", "description"],
    required: ["name", "type", "value"],
    replaceOn: ["name", "region"],
    computed: ["arn", "version"],
    secrets: ["value"],
    async create(inputs) {
        await put(inputs, false);
        return { id: String(inputs.name), outputs: { ...inputs, ...(await identifiers(inputs)) } };
    },
    async read(id, inputs) {
        const client = parameterStore(inputs.region);
        const ask = new GetParameterCommand({ Name: id, WithDecryption: true });
        const found = (await unlessGone(client.send(ask), "ParameterNotFound"))?.Parameter;
        if (found === undefined) {
            return undefined;
        }
        const { Parameters: [described] = [] } = await client.send(
            new DescribeParametersCommand({ ParameterFilters: [{ Key: "Name", Option: "Equals", Values: [id] }] }),
        );
        const keyId = described?.KeyId ?? DEFAULT_KEY;
        const live: Properties = {
            ...{ name: id, region: inputs.region, type: found.Type, value: found.Value },
            ...(keyId === DEFAULT_KEY && inputs.keyId === undefined ? {} : { keyId }),
            ...(described?.Description ? { description: described.Description } : {}),
        };
        return { id, inputs: live, outputs: { ...live, arn: found.ARN, version: found.Version } };
    },
    async update(_id, inputs) {
        await put(inputs, true);
        return { ...inputs, ...(await identifiers(inputs)) };
    },
    async delete(id, { region }) {
        await unlessGone(parameterStore(region).send(new DeleteParameterCommand({ Name: id })), "ParameterNotFound");
    },
};

async function put(inputs: Properties, Overwrite: boolean): Promise<void> {
    const { name, region, type, value, keyId, description } = inputs;
    await parameterStore(region).send(
        new PutParameterCommand({
            ...{ Name: String(name), Value: String(value), Type: type as ParameterType, Overwrite },
            KeyId: keyId as string | undefined,
            Description: description as string | undefined,
        }),
    );
}

async function identifiers({ name, region }: Properties): Promise<Properties> {
    const { Parameter: made } = await parameterStore(region).send(new GetParameterCommand({ Name: String(name) }));
    return { arn: made?.ARN, version: made?.Version };
}
