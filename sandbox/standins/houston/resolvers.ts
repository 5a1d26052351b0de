import { createHash } from "node:crypto";
import { mayRead, mayWrite, type ServiceAccount } from "./accounts";
import type { Faults } from "./faults";
import { Refused } from "./refused";
import type { Releases, StoredVariable } from "./releases";

/** What the platform sets itself. */
const RESERVED = new Set([
    ...["EXECUTOR", "SQL_ALCHEMY_CONN", "LOAD_EXAMPLES", "FERNET_KEY"].map((name) => `AIRFLOW__CORE__${name}`),
    ...["BROKER_URL", "RESULT_BACKEND", "DEFAULT_QUEUE"].map((name) => `AIRFLOW__CELERY__${name}`),
    "AIRFLOW__WEBSERVER__BASE_URL",
    "AIRFLOW__KUBERNETES__NAMESPACE",
]);

interface Place {
    readonly deploymentUuid: string;
    readonly releaseName: string;
}

/** What Houston knows a release by. */
export function uuidOf(release: string): string {
    return `cl${createHash("sha256").update(release).digest("hex").slice(0, 23)}`;
}

/** GraphQL's root value, for one caller. */
export function resolvers(
    account: ServiceAccount,
    { releases, names, faults }: { releases: Releases; names: readonly string[]; faults: Faults },
): object {
    const deployments = names.map((releaseName) => ({ id: uuidOf(releaseName), releaseName }));
    const allow = ({ deploymentUuid }: Place, may: (account: ServiceAccount, releaseName: string) => boolean): void => {
        const deployment = deployments.find(({ id }) => id === deploymentUuid);
        // Houston looks at the id for the caller's rights, and at the release name for what is read and written.
        if (deployment === undefined || !may(account, deployment.releaseName)) {
            throw new Refused("You do not have the appropriate permissions for that", "FORBIDDEN");
        }
    };
    return {
        workspaces: () =>
            // A role on a Deployment is none on its Workspace.
            account.releaseName === undefined ? [{ id: uuidOf("sandbox"), label: "sandbox", deployments }] : [],
        async deploymentVariables(place: Place) {
            allow(place, mayRead);
            const shown = (await releases.read(place.releaseName)) ?? [];
            await faults.afterRead(place.releaseName);
            return withoutSecrets(shown);
        },
        async updateDeploymentVariables(args: Place & { environmentVariables: readonly StoredVariable[] }) {
            const { releaseName, environmentVariables } = args;
            allow(args, mayWrite);
            validate(environmentVariables);
            const stored = (await releases.read(releaseName)) ?? [];
            const merged = environmentVariables.map(({ key, value, isSecret }) => {
                const kept = isSecret && value === "" ? stored.find((each) => each.key === key)?.value : undefined;
                return { key, value: kept ?? value, isSecret };
            });
            await releases.write(releaseName, merged);
            return withoutSecrets(merged);
        },
    };
}

function validate(variables: readonly StoredVariable[]): void {
    const reserved = variables.map(({ key }) => key).filter((key) => RESERVED.has(key.toUpperCase()));
    if (reserved.length > 0) {
        throw new Refused(`${reserved.join(", ")} is set automatically and cannot be overridden`, "BAD_USER_INPUT");
    }
    const invalid = variables.find(({ key }) => !/^(?!_+$)[A-Z_][A-Z0-9_]*$/.test(key));
    if (invalid !== undefined) {
        throw new Refused(
            `Invalid Environment Variable Key: ${invalid.key} (use alphanumeric and underscores)`,
            "BAD_USER_INPUT",
        );
    }
}

function withoutSecrets(variables: readonly StoredVariable[]): StoredVariable[] {
    const sorted = [...variables].sort((one, other) => (one.key < other.key ? -1 : 1));
    return sorted.map((variable) => (variable.isSecret ? { ...variable, value: "" } : variable));
}
