import { planStack, type PlannedDeployment, type PlanOptions } from "../../../stack/planStack";
import type { StateResource } from "../../../stack/stateResource";
import { parseDeployments } from "./fixtures";

export const POLICY = "vault:index/policy:Policy";
const ROLE = "vault:appRole/authBackendRole:AuthBackendRole";
const SECRET_ID = "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId";
const TEST_SECRET = "vault:kv/secretV2:SecretV2";
const SECRET = "kubernetes:core/v1:Secret";
export const BACKEND = "airflow-secrets-backends:index:VaultBackend";
const TARGET = "airflow-secrets-backends:index:KubernetesTarget";

const START = Date.parse("2026-01-01T00:00:00.000Z");
export const at = (days: number): Date => new Date(START + days * 86_400_000);

/** Plans a config, so many days after the first of January. */
export function planned(
    config: unknown,
    state: readonly StateResource[],
    days: number,
    more: Partial<PlanOptions> = {},
): readonly PlannedDeployment[] {
    const options = { project: "airflow-secrets-backends", stack: "dev", now: at(days), ...more };
    return planStack(parseDeployments(config), state, options);
}

export function resource(type: string, name: string, parentType: string, outputs: object = {}): StateResource {
    const found = outputs as Record<string, unknown>;
    return { type, name, parentType, outputNames: Object.keys(found), output: (key) => found[key] };
}

/** Returns the state after a run: what is current, what stays, and the records. */
export function stateOf(deployments: readonly PlannedDeployment[]): StateResource[] {
    return deployments.flatMap(({ current, made, plan, retired }) => {
        const { owner, identity, place, generation } = current;
        const name = owner.deployment;
        return [
            resource("pulumi:index:Stash", `${name}.made`, "", { input: made }),
            resource("pulumi:index:Stash", `${name}.moved`, "", { input: plan.moved }),
            resource(POLICY, `${name}.${identity}.policy`, BACKEND),
            resource(ROLE, `${name}.${identity}.role`, BACKEND),
            resource(TEST_SECRET, `${name}.${place}.test-variable`, BACKEND),
            resource(SECRET_ID, `${name}.${identity}.secret-id.${generation}`, BACKEND),
            resource(SECRET, `${name}.${identity}.env.${generation}`, TARGET),
            ...retired,
        ];
    });
}

/** Returns the state after a run that created everything, and failed before it had set the env vars. */
export function stateBeforeMove(
    deployments: readonly PlannedDeployment[],
    before: readonly StateResource[],
): StateResource[] {
    const isMoved = ({ name }: StateResource): boolean => name.endsWith(".moved");
    return [...stateOf(deployments).filter((each) => !isMoved(each)), ...before.filter(isMoved)];
}
