import * as pulumi from "@pulumi/pulumi";
import type { HoustonDeployment } from "./houston/deployment";
import { componentType } from "../componentType";
import { envVarsOwner } from "../names";
import type { Current } from "../owner";
import type { EnvVar } from "../backend";

export interface AstronomerTargetArgs extends HoustonDeployment {
    /** Whether to overwrite environment variables of the same name that somebody else set. The old values are lost. */
    readonly force: boolean;
    /** Names of the environment variables of others that this run takes over or removes, because of `force`. */
    readonly takeOver: readonly string[];
    readonly env: readonly EnvVar[];
    /** Hooks of its resources. */
    readonly hooks: pulumi.ResourceHookBinding;
}

/**
 * Sets a Deployment's env vars on Astronomer, credentials as secrets. Other env vars are left unchanged. Astronomer
 * restarts the pods by itself.
 */
export class AstronomerTarget extends pulumi.ComponentResource {
    constructor(
        { owner }: Current,
        { env, hooks, takeOver, ...deployment }: AstronomerTargetArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        const name = owner.deployment;
        super(componentType("AstronomerTarget"), name, {}, opts);
        const secrets = env.filter(({ secret }) => secret);
        const others = env.filter(({ secret }) => !secret);
        new EnvironmentVariables(
            `${name}.env`,
            {
                ...deployment,
                ...(takeOver.length === 0 ? {} : { takeOver }),
                owner: envVarsOwner(owner),
                values: Object.fromEntries(others.map((variable) => [variable.name, variable.value])),
                secretValues: Object.fromEntries(
                    secrets.map((variable) => [variable.name, pulumi.secret(variable.value)]),
                ),
            },
            { parent: this, hooks },
        );
        this.registerOutputs({});
    }
}

interface EnvironmentVariablesArgs extends HoustonDeployment {
    readonly force: boolean;
    readonly takeOver?: readonly string[];
    readonly owner: string;
    readonly values: Readonly<Record<string, pulumi.Input<string>>>;
    readonly secretValues: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Implemented by this project's own plugin: see `provider/environmentVariables.ts`. */
class EnvironmentVariables extends pulumi.CustomResource {
    constructor(name: string, args: EnvironmentVariablesArgs, opts: pulumi.CustomResourceOptions) {
        super("airflow-deployment:astronomer:EnvironmentVariables", name, { ...args }, opts);
    }
}
