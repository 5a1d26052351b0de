import { AssumeRoleWithWebIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { AWS_ACCESS_KEY_ID, AWS_DEFAULT_REGION, AWS_SECRET_ACCESS_KEY } from "../../../airflow/envVars";
import type { LoginKwargs } from "../../../components/aws/probeLogin";
import type { ProbeArgs, ProbedDeployment } from "./probe";

/** Configuration of an AWS client for a Deployment: its credential, the edge as proxy, AWS's real hostname. */
export interface ClientConfig {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: AwsCredentials;
    readonly requestHandler: NodeHttpHandler;
}

interface AwsCredentials {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
}

/** Returns the client configuration for an endpoint. */
export type ConfigFor = (endpoint: string) => ClientConfig;

/** Returns the region of a Deployment's secrets. */
export function regionOf({ env }: ProbedDeployment, kwargs: LoginKwargs): string {
    return kwargs.region_name ?? env[AWS_DEFAULT_REGION] ?? "";
}

/** Logs in as Airflow does, with AWS's own client. */
export async function clientConfig(
    deployment: ProbedDeployment,
    kwargs: LoginKwargs,
    agent: ProbeArgs["agent"],
): Promise<ConfigFor> {
    const requestHandler = new NodeHttpHandler({ httpsAgent: agent, requestTimeout: 10_000 });
    const region = regionOf(deployment, kwargs);
    const { env, token } = deployment;
    const { role_arn: roleArn } = kwargs;
    const credentials =
        roleArn === undefined || token === undefined
            ? {
                  accessKeyId: kwargs.aws_access_key_id ?? env[AWS_ACCESS_KEY_ID] ?? "",
                  secretAccessKey: kwargs.aws_secret_access_key ?? env[AWS_SECRET_ACCESS_KEY] ?? "",
              }
            : await takeRole(
                  new STSClient({ region, endpoint: `https://sts.${region}.amazonaws.com`, requestHandler }),
                  roleArn,
                  token,
              );
    return (endpoint) => ({ region, endpoint, credentials, requestHandler });
}

async function takeRole(sts: STSClient, RoleArn: string, WebIdentityToken: string): Promise<AwsCredentials> {
    const { Credentials: found } = await sts.send(
        new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: "verify", WebIdentityToken }),
    );
    return {
        accessKeyId: found?.AccessKeyId ?? "",
        secretAccessKey: found?.SecretAccessKey ?? "",
        sessionToken: found?.SessionToken ?? "",
    };
}
