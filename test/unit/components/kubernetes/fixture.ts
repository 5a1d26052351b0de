import type { LiveSecret } from "../../../../components/kubernetes/secret";
import type { LiveEntry, LiveWorkload } from "../../../../components/kubernetes/workload";

export const VARIABLE = "AIRFLOW__SECRETS__BACKEND";
export const OURS = "airflow-secrets-backends/dev/solar";

/** The parts of an env entry that a field manager owns, as in `fieldsV1`. */
export const owns = {
    name: { ".": {}, "f:name": {} },
    literal: { ".": {}, "f:name": {}, "f:value": {} },
    reference: { ".": {}, "f:name": {}, "f:valueFrom": {} },
} as const;

/** Returns a workload whose container "scheduler" has one env entry, owned by these managers. */
export function owned(entry: object, owners: Readonly<Record<string, object>>): LiveWorkload {
    return {
        metadata: {
            managedFields: Object.entries(owners).map(([manager, fields]) => ({
                manager,
                fieldsV1: {
                    "f:spec": {
                        "f:template": {
                            "f:spec": {
                                "f:containers": {
                                    'k:{"name":"scheduler"}': { "f:env": { [`k:{"name":"${VARIABLE}"}`]: fields } },
                                },
                            },
                        },
                    },
                },
            })),
        },
        spec: { template: { spec: { containers: [{ name: "scheduler", env: [{ name: VARIABLE, ...entry }] }] } } },
    };
}

/** Returns a workload whose container "scheduler" has these env entries, all owned by one manager. */
export function withEnv(env: readonly LiveEntry[], manager: string): LiveWorkload {
    const owners = env.map(({ name, valueFrom }) => {
        return [`k:{"name":"${name}"}`, valueFrom === undefined ? owns.literal : owns.reference];
    });
    const containers = { 'k:{"name":"scheduler"}': { "f:env": Object.fromEntries(owners) as object } };
    const fieldsV1 = { "f:spec": { "f:template": { "f:spec": { "f:containers": containers } } } };
    return {
        metadata: { uid: "uid-1", managedFields: [{ manager, fieldsV1 }] },
        spec: { template: { spec: { containers: [{ name: "scheduler", env }] } } },
    };
}

/** Returns a workload with these containers and no env entries. */
export function withContainers(...names: readonly string[]): LiveWorkload {
    return { spec: { template: { spec: { containers: names.map((name) => ({ name })) } } } };
}

/** Returns a Secret with these entries, and the names of those that each manager owns. */
export function ownedSecret(
    data: Readonly<Record<string, string>>,
    owners: Readonly<Record<string, readonly string[]>>,
): LiveSecret {
    const managedFields = Object.entries(owners).map(([manager, keys]) => ({
        manager,
        fieldsV1: { "f:data": Object.fromEntries([".", ...keys.map((key) => `f:${key}`)].map((key) => [key, {}])) },
    }));
    return { metadata: { uid: "uid-1", managedFields }, data };
}
