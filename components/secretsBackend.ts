import type * as pulumi from "@pulumi/pulumi";

/** One variable that Airflow needs in its environment. */
export interface EnvVar {
    readonly name: string;
    /** Whether the value holds a credential: targets then mark it secret wherever they can. */
    readonly secret: boolean;
    readonly value: pulumi.Output<string>;
}

/** What every backend component gives, whatever its kind: nobody downstream asks which one it is. */
export interface SecretsBackend {
    /** A plain array, so that a preview names every variable while the values are still unknown. */
    readonly env: readonly EnvVar[];
    /** The provider package and the oldest version that understands these kwargs, as a line of requirements.txt. */
    readonly requirement: string;
    /** Whether the grant also lets the names of the secrets be listed, where the service has no narrower one. */
    readonly mayListNames: boolean;
    /** When the credential ends: RFC 3339, UTC. Nothing where the service gives it no end. */
    readonly credentialEnds: pulumi.Output<string> | undefined;
}
