import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Installed } from "../../sandbox/tools/installed";
import { ProgramHost } from "../program/programHost";
import { SharedCluster } from "./sharedCluster";

/** What the test files of this process share, one after the other. It ends with this process. */
export interface Shared {
    /** The kubeconfig of an empty cluster; undefined if another sandbox of this process uses it now. */
    readonly kubeconfig: string | undefined;
    /** Folder of the edge's certificates. */
    readonly edgeDir: string;
    /** Returns the program host, which trusts the edge: its certificates have to exist. */
    readonly programHost: () => ProgramHost;
}

let started: Promise<{ cluster: SharedCluster; dir: string }> | undefined;
let programHost: ProgramHost | undefined;
/** The kubeconfig that a sandbox uses now. */
let borrowed: string | undefined;

export async function borrowShared(installed: Installed): Promise<Shared> {
    started ??= start(installed);
    const { cluster, dir } = await started;
    const edgeDir = join(dir, "edge");
    const others = {
        edgeDir,
        programHost: () => (programHost ??= new ProgramHost(dir, { NODE_EXTRA_CA_CERTS: join(edgeDir, "ca.pem") })),
    };
    if (borrowed !== undefined) {
        return { ...others, kubeconfig: undefined };
    }
    borrowed = cluster.kubeconfig;
    await cluster.empty();
    return { ...others, kubeconfig: borrowed };
}

/** Lets the next sandbox use the cluster, if it is the shared one. */
export function returnCluster(kubeconfig: string): void {
    if (kubeconfig === borrowed) {
        borrowed = undefined;
    }
}

async function start(installed: Installed): Promise<{ cluster: SharedCluster; dir: string }> {
    const dir = await mkdtemp(join(tmpdir(), "sandbox-shared-"));
    process.once("exit", () => {
        rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    });
    return { cluster: await SharedCluster.start(installed, dir), dir };
}
