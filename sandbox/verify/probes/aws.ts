import {
    CreateAccessKeyCommand,
    DeleteAccessKeyCommand,
    DeleteUserPolicyCommand,
    IAMClient,
    ListUsersCommand,
    PutUserPolicyCommand,
    type AccessKey,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { z } from "zod";
import { AWS_ACCESS_KEY_ID, AWS_DEFAULT_REGION, AWS_SECRET_ACCESS_KEY } from "../../../airflow/envVars";
import { testVariable } from "../../../airflow/testSecrets";
import { reasonOf } from "../../../lib/reason";
import { failed } from "../report";
import type { Answers, Attempt } from "./attempts";
import { readKwargs } from "./kwargs";
import { forEveryRefusal, type Probe, type ProbeArgs, type ProbedDeployment } from "./probe";
import { tryAll } from "./trial";

/** How an AWS client is made for a Deployment: with its credential, through the edge, at AWS's own address. */
export interface ClientConfig {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly requestHandler: NodeHttpHandler;
}

/** What the two services have in common: reading by name, listing, writing. */
export interface Store {
    /** Name of the service in AWS's addresses. */
    readonly service: string;
    readonly backendClass: string;
    /** Gives the calls that are tried; names are those of secrets or parameters. */
    readonly calls: (config: ClientConfig) => Calls;
}

interface Calls {
    readonly read: (name: string) => Attempt;
    readonly list: (prefix: string) => readonly Attempt[];
    /** Writes what there is already, with the value that it has, and something new. */
    readonly write: (existing: string, value: string, fresh: string) => readonly Attempt[];
}

/** What Airflow would read of the keyword arguments, with its own defaults. */
const kwargsSchema = z.object({ variables_prefix: z.string(), sep: z.string().default("/") });

/** Tries with a Deployment's access key what it must be refused. */
export function awsProbe({ service, backendClass, calls }: Store): Probe {
    return async ({ deployment, neighbours, agent }) => {
        const read = readKwargs(deployment, backendClass, kwargsSchema);
        if ("problem" in read) return forEveryRefusal(failed(read.problem));
        const prefix = prefixOf(read.kwargs);
        const config = configOf(deployment, agent);
        const store = calls(config(`https://${service}.${regionOf(deployment)}.amazonaws.com`));
        const own = `${prefix}${testVariable.key}`;
        const foreign = neighbours
            .filter((other) => regionOf(other) === regionOf(deployment))
            .map((other) => readKwargs(other, backendClass, kwargsSchema))
            // A neighbour whose own environment is no good says so in its own row.
            .flatMap((other) => ("kwargs" in other ? prefixOf(other.kwargs) : []))
            // Two Deployments that were told to share their secrets.
            .filter((other) => !other.startsWith(prefix));
        const outside = prefix.startsWith("/") ? "/verify-outside-airflow" : "verify-outside-airflow";
        const beside = `${prefix.slice(0, -1)}-beside${prefix.slice(-1)}`;
        const strangers = [...foreign, beside].map((each) => `${each}${testVariable.key}`);
        return tryAll(
            {
                own: store.read(own),
                strangers: [...strangers, outside].map(store.read),
                listings: store.list(prefix),
                writes: store.write(own, testVariable.value, `${prefix}verify_write_probe`),
                escalations: () => escalations(config, regionOf(deployment)),
            },
            answers,
        );
    };
}

/** Ways to more rights than the policy gives. Asking who one is needs no permission. */
async function escalations(config: Connect, region: string): Promise<Attempt[]> {
    const sts = new STSClient(config(`https://sts.${region}.amazonaws.com`));
    const iam = new IAMClient(config("https://iam.amazonaws.com"));
    const { Arn = "", Account = "" } = await sts.send(new GetCallerIdentityCommand({}));
    const UserName = Arn.split("/").at(-1) ?? "";
    const PolicyName = "verify-probe";
    const PolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        // Should it be accepted, it takes rights away.
        Statement: [{ Effect: "Deny", Action: "iam:CreateUser", Resource: "*" }],
    });
    let made: AccessKey | undefined;
    const RoleArn = `arn:${Arn.split(":")[1] ?? "aws"}:iam::${Account}:role/verify-probe`;
    return [
        { what: "iam:ListUsers", run: () => iam.send(new ListUsersCommand({})) },
        {
            what: "iam:CreateAccessKey",
            run: async () => {
                ({ AccessKey: made } = await iam.send(new CreateAccessKeyCommand({ UserName })));
            },
            undo: () => iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: made?.AccessKeyId })),
        },
        {
            what: "iam:PutUserPolicy",
            run: () => iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })),
            undo: () => iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
        },
        {
            what: `sts:AssumeRole ${RoleArn}`,
            run: () => sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "verify-probe" })),
        },
    ];
}

type Connect = (endpoint: string) => ClientConfig;

function configOf(deployment: ProbedDeployment, agent: ProbeArgs["agent"]): Connect {
    const { [AWS_ACCESS_KEY_ID]: accessKeyId = "", [AWS_SECRET_ACCESS_KEY]: secretAccessKey = "" } = deployment.env;
    const requestHandler = new NodeHttpHandler({ httpsAgent: agent, requestTimeout: 10_000 });
    return (endpoint) => ({
        region: regionOf(deployment),
        endpoint,
        credentials: { accessKeyId, secretAccessKey },
        requestHandler,
    });
}

/** The names that AWS's services have for the one refusal. */
const refusals: readonly unknown[] = ["AccessDenied", "AccessDeniedException"];

const answers: Answers = {
    isRefusal: (error) => error instanceof Error && refusals.includes(error.name),
    describe: (error) => (error instanceof Error ? `${error.name}: ${reasonOf(error)}` : String(error)),
};

function regionOf({ env }: ProbedDeployment): string {
    return env[AWS_DEFAULT_REGION] ?? "";
}

/** What the names of the Deployment's variables begin with. */
function prefixOf({ variables_prefix, sep }: z.output<typeof kwargsSchema>): string {
    return `${variables_prefix}${sep}`;
}
