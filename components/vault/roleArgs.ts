import type * as pulumi from "@pulumi/pulumi";
import type { Claims } from "../claims";

/** What a role of any auth method is created from. */
export interface RoleArgs {
    readonly claims: Partial<Pick<Claims, "existing">>;
    readonly mount: {
        /** Path of the auth method. */
        readonly backend: string;
        /** Vault Enterprise namespace. Default: the root namespace. */
        readonly namespace?: string;
    };
    readonly settings: RoleSettings;
    /** CIDR blocks from which a login and its token are accepted. Default: any. */
    readonly boundCidrs: readonly string[] | undefined;
    /** The secrets that a login reads: they are there before it, and until it is gone. */
    readonly testSecrets: readonly pulumi.Resource[];
    readonly opts: pulumi.CustomResourceOptions;
}

/** The settings that all roles have. */
interface RoleSettings {
    readonly roleName: string;
    readonly tokenPolicies: pulumi.Input<string>[];
    readonly tokenType: string;
    /** In seconds. */
    readonly tokenTtl: number;
    readonly tokenMaxTtl: number;
    readonly tokenBoundCidrs?: string[];
}

/** Returns the settings that all roles have. */
export function roleSettings(
    roleName: string,
    policy: pulumi.Input<string>,
    { tokenTtl, boundCidrs }: { readonly tokenTtl: number; readonly boundCidrs?: readonly string[] | undefined },
): RoleSettings {
    return {
        roleName,
        tokenPolicies: [policy],
        // Airflow logs in for every lookup: service tokens would fill Vault's storage.
        tokenType: "batch",
        tokenTtl,
        tokenMaxTtl: tokenTtl,
        ...(boundCidrs === undefined ? {} : { tokenBoundCidrs: [...boundCidrs] }),
    };
}

/** A login that was created. */
export interface MadeLogin {
    /** The keyword arguments of Airflow's backend for it. */
    readonly kwargs: object;
    /** When its credential expires; `undefined` if it has none. */
    readonly credentialEnds: pulumi.Output<string> | undefined;
}
