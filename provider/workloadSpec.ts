import { tokenMount, tokenVolume, type PodToken } from "../components/kubernetes/tokenVolume";
import type { EnvEntries } from "../components/kubernetes/drift";
import { containersOf, type LiveWorkload } from "../components/kubernetes/workload";

/** What we set on a workload. */
export interface WantedEntries extends EnvEntries {
    /** Left out if the Deployment logs in with a credential. */
    readonly token?: PodToken;
}

/** Returns our fields of a workload's spec, for server-side apply. */
export function specOf({ containers, env, token }: WantedEntries, live: LiveWorkload): object {
    // In the order of the workload: the API server would put the containers into the order in which they are sent.
    const inOrder = containersOf(live).filter(({ name }) => containers.includes(name));
    const entries = Object.entries(env).map(([name, { secretKeyRef }]) => ({
        name,
        // All alternatives that an entry may have are sent as empty. If somebody else has set one of them, the API
        // server then returns a conflict, which `force` resolves. Otherwise it would report that an entry cannot have
        // both a value and a reference, which `force` does not resolve.
        value: "",
        valueFrom: { secretKeyRef, configMapKeyRef: null, fieldRef: null, resourceFieldRef: null },
    }));
    const mounts = token === undefined ? {} : { volumeMounts: [tokenMount] };
    const volumes = token === undefined ? {} : { volumes: [tokenVolume(token)] };
    const spec = { containers: inOrder.map(({ name }) => ({ name, env: entries, ...mounts })), ...volumes };
    return { template: { spec } };
}
