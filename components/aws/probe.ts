import { z } from "zod";
import { prefixesIn } from "../../airflow/kwargs";
import type { HttpResponse } from "../../lib/http";
import { signedRequest } from "./call";
import { loginReader } from "./loginKwargs";
import { parameterStoreClass } from "./parameterStore";
import { logInToAws } from "./probeLogin";
import { secretsManagerClass } from "./secretsManager";
import {
    jsonBody,
    probeCall,
    ProbeError,
    probeOf,
    statusText,
    textField,
    testSecretGone,
    type Judgement,
    type Probe,
} from "../probe";

/** The keyword arguments that a read needs. They have the same defaults in both backends, but for the leading slash. */
const kwargsOf = (root: string) =>
    z.object({
        variables_prefix: z.string().nullable().default(`${root}/variables`),
        connections_prefix: z.string().nullable().default(`${root}/connections`),
        sep: z.string().default("/"),
        ...loginReader,
    });

export type AwsReaderKwargs = ReturnType<typeof kwargsOf>;

export const secretsManagerReaderKwargs = kwargsOf("airflow");
export const parameterStoreReaderKwargs = kwargsOf("/airflow");

/** Reads from Secrets Manager. */
export const probeSecretsManager = awsProbe(secretsManagerClass, secretsManagerReaderKwargs, {
    service: "secretsmanager",
    operation: "secretsmanager.GetSecretValue",
    body: (name) => ({ SecretId: name }),
    absent: "ResourceNotFoundException",
});

/** Reads from Parameter Store. */
export const probeParameterStore = awsProbe(parameterStoreClass, parameterStoreReaderKwargs, {
    service: "ssm",
    operation: "AmazonSSM.GetParameter",
    body: (name) => ({ Name: name, WithDecryption: true }),
    absent: "ParameterNotFound",
});

interface Store {
    readonly service: string;
    /** The operation that Airflow calls, with the API's name. */
    readonly operation: string;
    readonly body: (name: string) => object;
    /** The error for a name that does not exist. */
    readonly absent: string;
}

function awsProbe(backendClass: string, schema: AwsReaderKwargs, store: Store): Probe {
    const { service, operation: target, body, absent } = store;
    return probeOf(backendClass, schema, prefixesIn, async (kwargs, env, token) => {
        const { key, region } = await logInToAws(kwargs, env, token);
        return async ({ name, exists }) => {
            const { url, request } = await signedRequest({ service, region, target, body: body(name) }, key);
            const response = await probeCall(url, request);
            const error = errorOf(response);
            const isAbsent = error?.name === absent;
            if (error !== undefined && !(isAbsent && !exists)) {
                const call = `${target.replace(/^.*\./, "")} ${name} at ${new URL(url).host}`;
                throw new ProbeError({
                    call,
                    answer: `${error.name}: ${error.message}`,
                    ...judge(error.name, isAbsent),
                });
            }
        };
    });
}

interface AwsError {
    /** E.g. `AccessDeniedException`. */
    readonly name: string;
    readonly message: string;
}

/** Returns the error of a response; `undefined` if the call succeeded. */
function errorOf(response: HttpResponse): AwsError | undefined {
    if (response.status === 200) {
        return undefined;
    }
    const body = jsonBody(response);
    // `__type` can have a namespace: `com.amazonaws.ssm#ParameterNotFound`.
    const name = textField(body, "__type")?.replace(/^.*#/, "");
    const message = textField(body, "message") ?? textField(body, "Message") ?? "";
    return name === undefined
        ? { name: `status ${response.status}`, message: statusText(response) }
        : { name, message };
}

/** A new access key is not known to every service at once. */
const unknownKey = ["UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException"];
const throttled = ["ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "Throttling"];

/** IAM is eventually consistent: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html. */
function judge(name: string, isAbsent: boolean): Judgement {
    if (isAbsent) {
        return testSecretGone;
    }
    if (throttled.includes(name)) {
        return { kind: "failing", mayPass: "late" };
    }
    if (unknownKey.includes(name)) {
        return { kind: "refused", cause: "AWS does not know the access key everywhere yet", mayPass: "late" };
    }
    return {
        kind: "refused",
        cause:
            "The identity's policy is not in force everywhere yet; or a policy of the organization, the permissions " +
            "boundary, the key's own policy or the network of this machine forbids it",
        mayPass: "late",
    };
}
