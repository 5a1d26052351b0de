import { SignatureV4 } from "@smithy/signature-v4";
import { awsHost } from "../../../components/aws/endpoint";
import { send } from "../../../lib/http";
import type { FunctionType } from "../../../provider/resourceType";
import { parameterStore } from "./clients";
import { tagOutputs, type Tag } from "./tags";

const TIMEOUT_MS = 30_000;

interface Answer {
    readonly __type?: string;
    readonly message?: string;
    readonly ResourceTagMappingList?: readonly { readonly ResourceARN: string; readonly Tags: readonly Tag[] }[];
}

/** `aws:resourcegroupstaggingapi/getResources:getResources`, by ARN. It is not worth an SDK of its own. */
export const getResources: FunctionType = {
    inputs: ["region", "resourceArnLists"],
    async call({ region, resourceArnLists }) {
        const name = String(region);
        const { status, answer } = await call(name, { ResourceARNList: resourceArnLists });
        if (status !== 200) {
            throw new Error(
                "reading Resource Groups Tagging API Resources: operation error Resource Groups Tagging API: " +
                    `GetResources, https response error StatusCode: ${status}, api error ${answer.__type ?? ""}: ` +
                    (answer.message ?? ""),
            );
        }
        const resourceTagMappingLists = (answer.ResourceTagMappingList ?? []).map(({ ResourceARN, Tags }) => ({
            resourceArn: ResourceARN,
            tags: tagOutputs(Tags).tags,
            complianceDetails: [],
        }));
        return { id: name, region, resourceArnLists, resourceTagMappingLists };
    },
};

async function call(region: string, request: object): Promise<{ status: number; answer: Answer }> {
    const { credentials, sha256 } = parameterStore(region).config;
    const signer = new SignatureV4({ service: "tagging", region, credentials, sha256 });
    const url = new URL(process.env.AWS_ENDPOINT_URL ?? `https://${awsHost("tagging", region)}`);
    const body = JSON.stringify(request);
    const target = "ResourceGroupsTaggingAPI_20170126.GetResources";
    const { headers } = await signer.sign({
        method: "POST",
        protocol: url.protocol,
        hostname: url.hostname,
        path: "/",
        query: {},
        headers: { host: url.host, "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
        body,
    });
    const { status, text } = await send(`${url.origin}/`, { method: "POST", headers, body, timeoutMs: TIMEOUT_MS });
    return { status, answer: JSON.parse(text) as Answer };
}
