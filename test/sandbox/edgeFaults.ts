import { fetch } from "undici";
import type { EdgeFault, EdgeSeen } from "../../sandbox/edge/faults";
import type { Sandbox } from "../../sandbox/sandbox";

const urlOf = ({ edge }: Sandbox): URL => new URL("/faults", edge.proxyUrl);

/** Sets the faults of the edge; an empty list turns them off. */
export async function setEdgeFaults(sandbox: Sandbox, ...faults: readonly EdgeFault[]): Promise<void> {
    const { status } = await fetch(urlOf(sandbox), { method: "PUT", body: JSON.stringify(faults) });
    if (status !== 200) {
        throw new Error(`the edge answered ${status} to a request to set faults`);
    }
}

/** Returns what the edge has seen since the faults were set. */
export async function edgeSeen(sandbox: Sandbox): Promise<EdgeSeen> {
    return (await (await fetch(urlOf(sandbox))).json()) as EdgeSeen;
}
