import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { fetch } from "undici";
import type { HoustonDeployment } from "../../../../../components/astronomer/houston/deployment";
import { deleteDeployment } from "../../../../../sandbox/company/deploymentVariables";
import { Accounts, type Keys } from "../../../../../sandbox/standins/houston/accounts";
import type { FaultPlan } from "../../../../../sandbox/standins/houston/faults";
import type { Releases, StoredVariable } from "../../../../../sandbox/standins/houston/releases";
import { uuidOf } from "../../../../../sandbox/standins/houston/resolvers";
import { houstonServer } from "../../../../../sandbox/standins/houston/server";

/** Environment variables in memory. Each operation yields first, so that concurrent operations interleave. */
class Memory implements Releases {
    readonly variables = new Map<string, readonly StoredVariable[]>();

    async read(release: string): Promise<readonly StoredVariable[] | undefined> {
        await turn();
        return this.variables.get(release);
    }

    async write(release: string, variables: readonly StoredVariable[]): Promise<void> {
        await turn();
        this.variables.set(release, variables);
    }

    async remove(release: string): Promise<void> {
        await turn();
        this.variables.delete(release);
    }
}

/** The stand-in for Houston in this process, with its environment variables in memory. */
export class Houston {
    private readonly token = process.env.ASTRONOMER_API_TOKEN;

    private constructor(
        private readonly dir: string,
        private readonly server: Server,
        private readonly memory: Memory,
        readonly keys: Keys,
    ) {}

    static async start(...names: readonly string[]): Promise<Houston> {
        const dir = await mkdtemp(join(tmpdir(), "houston-"));
        const file = join(dir, "keys.json");
        const accounts = Accounts.open(file, names[0] ?? "");
        const keys = JSON.parse(await readFile(file, "utf8")) as Keys;
        const memory = new Memory();
        const server = houstonServer(names, memory, accounts, () => undefined);
        server.listen(0, "127.0.0.1");
        await once(server, "listening");
        process.env.ASTRONOMER_API_TOKEN = keys.editor;
        return new Houston(dir, server, memory, keys);
    }

    async stop(): Promise<void> {
        this.server.close();
        this.server.closeAllConnections();
        await rm(this.dir, { recursive: true });
        if (this.token === undefined) {
            delete process.env.ASTRONOMER_API_TOKEN;
        } else {
            process.env.ASTRONOMER_API_TOKEN = this.token;
        }
    }

    get url(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
    }

    deployment(releaseName: string): HoustonDeployment {
        return { houstonUrl: this.url, deploymentUuid: uuidOf(releaseName), releaseName };
    }

    /** Returns the stored environment variables, with the values of secrets. */
    stored(releaseName: string): readonly StoredVariable[] {
        return this.memory.variables.get(releaseName) ?? [];
    }

    store(releaseName: string, variables: readonly StoredVariable[]): void {
        this.memory.variables.set(releaseName, variables);
    }

    /** Deletes a Deployment, as the Software UI does. */
    deleteDeployment(releaseName: string): Promise<void> {
        return deleteDeployment(this, releaseName);
    }

    async faults(plan: FaultPlan): Promise<void> {
        const headers = { authorization: this.keys.editor };
        await fetch(new URL("/faults", this.url), { method: "PUT", headers, body: JSON.stringify(plan) });
    }
}
