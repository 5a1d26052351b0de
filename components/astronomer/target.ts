import * as pulumi from "@pulumi/pulumi";
import type { HoustonDeployment } from "./houston/deployment";
import { componentType, variablesOwner } from "../names";
import type { EnvVar } from "../backend";

export interface AstronomerTargetArgs extends HoustonDeployment {
    /** Take over a variable of the same name that is somebody else's; its old value is then gone. */
    readonly force: boolean;
    readonly env: readonly EnvVar[];
}

/**
 * Puts a Deployment's env vars among its environment variables on Astronomer, credentials as secrets, and leaves the
 * others as they are. Astronomer restarts the pods by itself.
 */
export class AstronomerTarget extends pulumi.ComponentResource {
    /** @param name the Deployment's name */
    constructor(name: string, { env, ...place }: AstronomerTargetArgs, opts?: pulumi.ComponentResourceOptions) {
        super(componentType("AstronomerTarget"), name, {}, opts);
        const secrets = env.filter(({ secret }) => secret);
        const others = env.filter(({ secret }) => !secret);
        new EnvironmentVariables(
            `${name}-env`,
            {
                ...place,
                owner: variablesOwner(name),
                values: Object.fromEntries(others.map((variable) => [variable.name, variable.value])),
                secretValues: Object.fromEntries(
                    secrets.map((variable) => [variable.name, pulumi.secret(variable.value)]),
                ),
            },
            { parent: this },
        );
        this.registerOutputs({});
    }
}

interface EnvironmentVariablesArgs extends HoustonDeployment {
    readonly force: boolean;
    readonly owner: string;
    readonly values: Readonly<Record<string, pulumi.Input<string>>>;
    readonly secretValues: Readonly<Record<string, pulumi.Input<string>>>;
}

/** What this project's own plugin makes: see `provider/environmentVariables.ts`. */
class EnvironmentVariables extends pulumi.CustomResource {
    constructor(name: string, args: EnvironmentVariablesArgs, opts: pulumi.CustomResourceOptions) {
        super("airflow-deployment:astronomer:EnvironmentVariables", name, { ...args }, opts);
    }
}
