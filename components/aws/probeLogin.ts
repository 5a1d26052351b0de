import { AWS_ACCESS_KEY_ID, AWS_DEFAULT_REGION, AWS_SECRET_ACCESS_KEY } from "../../airflow/envVars";
import type { Env } from "../../airflow/kwargs";
import type { HttpResponse } from "../../lib/http";
import { probeCall, ProbeError, statusText, type Judgement } from "../probe";
import type { AwsKey } from "./call";
import { awsHost } from "./endpoint";

/** The keyword arguments for the login, see `loginReader`. */
export interface LoginKwargs {
    readonly aws_access_key_id?: string | undefined;
    readonly aws_secret_access_key?: string | undefined;
    readonly region_name?: string | undefined;
    readonly role_arn?: string | undefined;
}

/** A key with which to read, and the region of the secrets. */
export interface AwsLogin {
    readonly key: AwsKey;
    readonly region: string;
}

/** Logs in as Airflow does: with the token if there is a role to take, else with the access key. */
export async function logInToAws(kwargs: LoginKwargs, env: Env, token: string | undefined): Promise<AwsLogin> {
    const region = kwargs.region_name ?? env[AWS_DEFAULT_REGION] ?? "";
    const { role_arn: roleArn } = kwargs;
    if (roleArn !== undefined) {
        return { key: await takeRole(roleArn, region, token ?? ""), region };
    }
    const accessKeyId = kwargs.aws_access_key_id ?? env[AWS_ACCESS_KEY_ID] ?? "";
    const secretAccessKey = kwargs.aws_secret_access_key ?? env[AWS_SECRET_ACCESS_KEY] ?? "";
    return { key: { accessKeyId, secretAccessKey }, region };
}

/** The API's version, which every call names. */
const STS_VERSION = "2011-06-15";

/** The shortest time that AWS allows, in seconds. */
const SESSION_SECONDS = 900;

/** The call is not signed: the token is the login. */
async function takeRole(roleArn: string, region: string, token: string): Promise<AwsKey> {
    const host = awsHost("sts", region);
    const response = await probeCall(`https://${host}/`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({
            Action: "AssumeRoleWithWebIdentity",
            Version: STS_VERSION,
            RoleArn: roleArn,
            RoleSessionName: "proof",
            DurationSeconds: String(SESSION_SECONDS),
            WebIdentityToken: token,
        }).toString(),
    });
    const accessKeyId = field(response, "AccessKeyId");
    const secretAccessKey = field(response, "SecretAccessKey");
    const sessionToken = field(response, "SessionToken");
    if (response.status !== 200 || accessKeyId === undefined || secretAccessKey === undefined) {
        const name = field(response, "Code");
        throw new ProbeError({
            call: `AssumeRoleWithWebIdentity ${roleArn} at ${host}`,
            answer: name === undefined ? statusOf(response) : `${name}: ${field(response, "Message") ?? ""}`,
            ...judgeLogin(name ?? ""),
        });
    }
    return { accessKeyId, secretAccessKey, sessionToken };
}

/** Reads an element of an answer of STS, which is XML. None of those that are read has children or attributes. */
function field({ text }: HttpResponse, name: string): string | undefined {
    const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
    return found?.replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => entities[entity] ?? "");
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

/** An answer that is not understood might contain a key. */
function statusOf(response: HttpResponse): string {
    return response.status === 200 ? "an answer without a key" : statusText(response);
}

const provider = "AWS does not accept the cluster's tokens: see the identity provider of the issuer in IAM";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
function judgeLogin(name: string): Judgement {
    switch (name) {
        case "AccessDenied":
            return {
                kind: "refused",
                cause:
                    "The role is not in force everywhere yet; or it trusts another service account, namespace or audience, " +
                    "or a policy of the organization forbids it",
                mayPass: "late",
            };
        case "IDPCommunicationError":
            return { kind: "failing", cause: "AWS cannot reach the issuer of the tokens", mayPass: "late" };
        case "InvalidIdentityToken":
            return { kind: "refused", cause: provider, mayPass: "soon" };
        case "ExpiredTokenException":
            return { kind: "refused", cause: "The clocks of the cluster and of AWS differ", mayPass: "no" };
        case "Throttling":
            return { kind: "failing", mayPass: "late" };
        default:
            return { kind: "refused", mayPass: "no" };
    }
}
