import type { Application } from "@pulumi/azuread/application";
import type * as pulumi from "@pulumi/pulumi";
import type { EnvVar } from "../backend";
import type { TrustedPods } from "../trustedPods";
import type { CredentialIn } from "./airflow";
import { DEFAULT_CLIENT_SECRET_DAYS, type AzureConfig } from "./config";

/** How a Deployment logs in to its app. */
export type AppLogin = ClientSecretLogin | WorkloadIdentityLogin;

export interface ClientSecretLogin {
    readonly kind: "client-secret";
    /** Lifetime of the client secret, in days. A change takes effect with the next rotation. */
    readonly clientSecretDays: number;
    readonly credentialIn: CredentialIn;
}

export interface WorkloadIdentityLogin {
    readonly kind: "workload-identity";
    /** The claim `iss` of the pods' tokens. */
    readonly issuer: string;
    readonly pods: TrustedPods;
}

/** The app that a login is created for. */
export interface LoginContext {
    readonly app: Application;
    readonly tenantId: string;
    /** Returns the backend's keyword arguments as JSON, with those that it logs in with. */
    readonly kwargs: (login: object) => string;
    /** Of the resources that the login consists of. */
    readonly opts: pulumi.CustomResourceOptions;
}

/** What a login adds to the backend. */
export interface CreatedLogin {
    readonly env: readonly EnvVar[];
    readonly requirement: string;
    readonly credentialEnds: pulumi.Output<string> | undefined;
}

/**
 * Returns how the Deployment logs in, with the defaults of the config.
 *
 * @throws Error if the pods of a keyless login are not known: the config's checks demand them
 */
export function appLoginOf(backend: AzureConfig, pods: TrustedPods | undefined): AppLogin {
    const { login, issuer, credentialIn = "kwargs", clientSecretDays = DEFAULT_CLIENT_SECRET_DAYS } = backend;
    if (login === "client-secret") {
        return { kind: login, credentialIn, clientSecretDays };
    }
    if (pods === undefined || issuer === undefined) {
        throw new Error("the pods that log in with a workload identity, or the issuer of their tokens, are not known");
    }
    return { kind: login, issuer, pods };
}
