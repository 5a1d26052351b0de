import { createHash } from "node:crypto";
import { mayDelete, mayRead, mayWrite, type ServiceAccount } from "./accounts";
import type { Faults } from "./faults";
import { HoustonError } from "./houstonError";
import type { Releases, StoredVariable } from "./releases";

/** Env vars that the platform sets itself. */
const RESERVED = new Set([
    ...["EXECUTOR", "SQL_ALCHEMY_CONN", "LOAD_EXAMPLES", "FERNET_KEY"].map((name) => `AIRFLOW__CORE__${name}`),
    ...["BROKER_URL", "RESULT_BACKEND", "DEFAULT_QUEUE"].map((name) => `AIRFLOW__CELERY__${name}`),
    "AIRFLOW__WEBSERVER__BASE_URL",
    "AIRFLOW__KUBERNETES__NAMESPACE",
]);

interface DeploymentRef {
    readonly deploymentUuid: string;
    readonly releaseName: string;
}

/** Returns the id that Houston has for a release. */
export function uuidOf(release: string): string {
    return `cl${createHash("sha256").update(release).digest("hex").slice(0, 23)}`;
}

/** Returns the GraphQL root value for one caller. */
export function resolvers(
    account: ServiceAccount,
    { releases, names, faults }: { releases: Releases; names: Set<string>; faults: Faults },
): object {
    const deployments = [...names].map((releaseName) => ({ id: uuidOf(releaseName), releaseName }));
    const authorize = (
        { deploymentUuid }: Pick<DeploymentRef, "deploymentUuid">,
        isAllowed: (account: ServiceAccount, releaseName: string) => boolean,
    ): (typeof deployments)[number] => {
        const deployment = deployments.find(({ id }) => id === deploymentUuid);
        // Houston checks permissions by the id, and reads and writes by the release name.
        if (deployment === undefined || !isAllowed(account, deployment.releaseName)) {
            throw new HoustonError("You do not have the appropriate permissions for that", "FORBIDDEN");
        }
        return deployment;
    };
    return {
        workspaces: () =>
            // A role on a Deployment gives no access to its Workspace.
            account.releaseName === undefined ? [{ id: uuidOf("sandbox"), label: "sandbox", deployments }] : [],
        async deploymentVariables(ref: DeploymentRef) {
            authorize(ref, mayRead);
            const variables = (await releases.read(ref.releaseName)) ?? [];
            await faults.afterRead(ref.releaseName);
            return withoutSecrets(variables);
        },
        async updateDeploymentVariables(args: DeploymentRef & { environmentVariables: readonly StoredVariable[] }) {
            const { releaseName, environmentVariables } = args;
            authorize(args, mayWrite);
            validate(environmentVariables);
            const stored = (await releases.read(releaseName)) ?? [];
            const merged = environmentVariables.map(({ key, value, isSecret }) => {
                const kept = isSecret && value === "" ? stored.find((each) => each.key === key)?.value : undefined;
                return { key, value: kept ?? value, isSecret };
            });
            await releases.write(releaseName, merged);
            return withoutSecrets(merged);
        },
        async deleteDeployment(args: Pick<DeploymentRef, "deploymentUuid">) {
            const deployment = authorize(args, mayDelete);
            await releases.remove(deployment.releaseName);
            names.delete(deployment.releaseName);
            return deployment;
        },
    };
}

function validate(variables: readonly StoredVariable[]): void {
    const reserved = variables.map(({ key }) => key).filter((key) => RESERVED.has(key.toUpperCase()));
    if (reserved.length > 0) {
        throw new HoustonError(
            `${reserved.join(", ")} is set automatically and cannot be overridden`,
            "BAD_USER_INPUT",
        );
    }
    const invalid = variables.find(({ key }) => !/^(?!_+$)[A-Z_][A-Z0-9_]*$/.test(key));
    if (invalid !== undefined) {
        throw new HoustonError(
            `Invalid Environment Variable Key: ${invalid.key} (use alphanumeric and underscores)`,
            "BAD_USER_INPUT",
        );
    }
}

function withoutSecrets(variables: readonly StoredVariable[]): StoredVariable[] {
    const sorted = [...variables].sort((one, other) => (one.key < other.key ? -1 : 1));
    return sorted.map((variable) => (variable.isSecret ? { ...variable, value: "" } : variable));
}
