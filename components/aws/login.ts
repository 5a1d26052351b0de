import * as pulumi from "@pulumi/pulumi";
import {
    AWS_ACCESS_KEY_ID,
    AWS_DEFAULT_REGION,
    AWS_SECRET_ACCESS_KEY,
    BACKEND,
    BACKEND_KWARGS,
} from "../../airflow/envVars";
import type { EnvVar } from "../backend";
import type { Current } from "../owner";
import type { AwsIdentityArgs, IdentityGrant } from "./identity";
import { accessKeyKwargs, webIdentityKwargs } from "./loginKwargs";
import { createRole } from "./role";
import { createUser } from "./user";

export interface AwsBackendClass {
    /** Class path of Airflow's backend. */
    readonly backendClass: string;
    /** Its keyword arguments, without those for the login. */
    readonly kwargs: object;
}

/** Creates the identity, and returns the environment variables with which Airflow reads as that identity. */
export function createAwsLogin(
    current: Current,
    args: AwsIdentityArgs,
    grant: IdentityGrant,
    { backendClass, kwargs }: AwsBackendClass,
    opts: pulumi.CustomResourceOptions,
    testSecrets: readonly pulumi.CustomResource[],
): EnvVar[] {
    const { region, webIdentity, credentialIn } = args;
    const backend = plain(BACKEND, backendClass);
    if (webIdentity !== undefined) {
        const roleArn = createRole(current, args, webIdentity, grant, opts, testSecrets);
        const login = webIdentityKwargs(region, roleArn, webIdentity.pods.tokenFile);
        return [backend, plain(BACKEND_KWARGS, pulumi.jsonStringify({ ...kwargs, ...login }))];
    }
    const key = createUser(current, args, grant, opts, testSecrets);
    if (credentialIn === "environment") {
        return [
            { name: AWS_ACCESS_KEY_ID, secret: true, value: key.accessKeyId },
            { name: AWS_SECRET_ACCESS_KEY, secret: true, value: key.secretAccessKey },
            plain(AWS_DEFAULT_REGION, region),
            backend,
            plain(BACKEND_KWARGS, JSON.stringify(kwargs)),
        ];
    }
    const value = pulumi.jsonStringify({ ...kwargs, ...accessKeyKwargs(region, key) });
    return [backend, { name: BACKEND_KWARGS, secret: true, value: pulumi.secret(value) }];
}

function plain(name: string, value: pulumi.Input<string>): EnvVar {
    return { name, secret: false, value: pulumi.output(value) };
}
