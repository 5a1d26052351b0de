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
import { AWS_ACCESS_KEY_ID, AWS_DEFAULT_REGION, AWS_SECRET_ACCESS_KEY } from "../../../airflow/envVars";
import type { AwsReaderKwargs } from "../../../components/aws/probe";
import { testVariable } from "../../../airflow/testSecrets";
import { reasonOf } from "../../../lib/reason";
import { failed } from "../report";
import type { Attempt, ServiceErrors } from "./attempts";
import { readKwargs, variablePrefix } from "./kwargs";
import { forEveryRefusal, type Probe, type ProbeArgs, type ProbedDeployment } from "./probe";
import { runPlan } from "./probePlan";

/** Configuration of an AWS client for a Deployment: its credential, the edge as proxy, AWS's real hostname. */
export interface ClientConfig {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly requestHandler: NodeHttpHandler;
}

/** What Secrets Manager and Parameter Store have in common: reading by name, listing, writing. */
export interface AwsStore {
    /** Name of the service in AWS hostnames. */
    readonly service: string;
    readonly backendClass: string;
    readonly kwargsSchema: AwsReaderKwargs;
    /** Returns the calls to try. Names are those of secrets or parameters. */
    readonly calls: (config: ClientConfig) => Calls;
}

interface Calls {
    readonly read: (name: string) => Attempt;
    readonly list: (prefix: string) => readonly Attempt[];
    /** Writes an existing secret or parameter, with its current value, and a new one. */
    readonly write: (existing: string, value: string, newName: string) => readonly Attempt[];
}

/** Returns a probe that tries, with a Deployment's access key, calls that must be refused. */
export function awsProbe({ service, backendClass, kwargsSchema, calls }: AwsStore): Probe {
    const variableReader = kwargsSchema.extend(variablePrefix);
    return async ({ deployment, neighbours, agent }) => {
        const read = readKwargs(deployment, backendClass, variableReader);
        if ("problem" in read) return forEveryRefusal(failed(read.problem));
        const prefix = prefixOf(read.kwargs);
        const config = configOf(deployment, agent);
        const api = calls(config(`https://${service}.${regionOf(deployment)}.amazonaws.com`));
        const ownVariable = `${prefix}${testVariable.key}`;
        const neighbourPrefixes = neighbours
            .filter((other) => regionOf(other) === regionOf(deployment))
            .map((other) => readKwargs(other, backendClass, variableReader))
            // A neighbour with an invalid environment fails in its own row.
            .flatMap((other) => ("kwargs" in other ? prefixOf(other.kwargs) : []))
            // Deployments that share secrets by configuration do not count.
            .filter((other) => !other.startsWith(prefix));
        const outside = prefix.startsWith("/") ? "/verify-outside-airflow" : "verify-outside-airflow";
        const siblingPrefix = `${prefix.slice(0, -1)}-beside${prefix.slice(-1)}`;
        const foreignVariables = [...neighbourPrefixes, siblingPrefix].map((each) => `${each}${testVariable.key}`);
        return runPlan(
            {
                control: api.read(ownVariable),
                foreignReads: [...foreignVariables, outside].map(api.read),
                listings: api.list(prefix),
                writes: api.write(ownVariable, testVariable.value, `${prefix}verify_write_probe`),
                escalations: () => escalations(config, regionOf(deployment)),
            },
            errors,
        );
    };
}

/** Attempts to gain more permissions than the policy grants. GetCallerIdentity needs no permission. */
async function escalations(config: ConfigFor, region: string): Promise<Attempt[]> {
    const sts = new STSClient(config(`https://sts.${region}.amazonaws.com`));
    const iam = new IAMClient(config("https://iam.amazonaws.com"));
    const { Arn = "", Account = "" } = await sts.send(new GetCallerIdentityCommand({}));
    const UserName = Arn.split("/").at(-1) ?? "";
    const PolicyName = "verify-probe";
    const PolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        // If it is accepted, it only removes permissions.
        Statement: [{ Effect: "Deny", Action: "iam:CreateUser", Resource: "*" }],
    });
    let created: AccessKey | undefined;
    const RoleArn = `arn:${Arn.split(":")[1] ?? "aws"}:iam::${Account}:role/verify-probe`;
    return [
        { name: "iam:ListUsers", run: () => iam.send(new ListUsersCommand({})) },
        {
            name: "iam:CreateAccessKey",
            run: async () => {
                ({ AccessKey: created } = await iam.send(new CreateAccessKeyCommand({ UserName })));
            },
            undo: () => iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: created?.AccessKeyId })),
        },
        {
            name: "iam:PutUserPolicy",
            run: () => iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })),
            undo: () => iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
        },
        {
            name: `sts:AssumeRole ${RoleArn}`,
            run: () => sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "verify-probe" })),
        },
    ];
}

/** Returns the client configuration for an endpoint. */
type ConfigFor = (endpoint: string) => ClientConfig;

function configOf(deployment: ProbedDeployment, agent: ProbeArgs["agent"]): ConfigFor {
    const { [AWS_ACCESS_KEY_ID]: accessKeyId = "", [AWS_SECRET_ACCESS_KEY]: secretAccessKey = "" } = deployment.env;
    const requestHandler = new NodeHttpHandler({ httpsAgent: agent, requestTimeout: 10_000 });
    return (endpoint) => ({
        region: regionOf(deployment),
        endpoint,
        credentials: { accessKeyId, secretAccessKey },
        requestHandler,
    });
}

/** The error names with which AWS services refuse a call. */
const refusals: readonly unknown[] = ["AccessDenied", "AccessDeniedException"];

const errors: ServiceErrors = {
    isRefusal: (error) => error instanceof Error && refusals.includes(error.name),
    describe: (error) => (error instanceof Error ? `${error.name}: ${reasonOf(error)}` : String(error)),
};

function regionOf({ env }: ProbedDeployment): string {
    return env[AWS_DEFAULT_REGION] ?? "";
}

/** Returns the name prefix of the Deployment's variables. */
function prefixOf({ variables_prefix, sep }: { variables_prefix: string; sep: string }): string {
    return `${variables_prefix}${sep}`;
}
