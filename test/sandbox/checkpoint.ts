import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sandbox } from "../../sandbox/sandbox";

interface CheckpointResource {
    readonly type: string;
    readonly urn: string;
    readonly id?: string;
}

interface Checkpoint {
    readonly checkpoint: { readonly latest?: { resources?: CheckpointResource[] } };
}

/** The state of a stack, as the state backend keeps it. Reading it takes no `pulumi` command. */
export interface State {
    /** With secrets encrypted. */
    readonly text: string;
    readonly resources: readonly CheckpointResource[];
}

const fileOf = ({ stateDir }: Sandbox, stack: string): string =>
    join(stateDir, "pulumi", ".pulumi", "stacks", "airflow-secrets-backends", `${stack}.json`);

export async function readStackState(sandbox: Sandbox, stack: string): Promise<State> {
    const text = await readFile(fileOf(sandbox, stack), "utf8");
    const { checkpoint } = JSON.parse(text) as Checkpoint;
    return { text, resources: checkpoint.latest?.resources ?? [] };
}

/** Makes the stack's records of its credentials older, as if that many days had passed. */
export async function ageRecords(sandbox: Sandbox, stack: string, days: number): Promise<void> {
    const path = fileOf(sandbox, stack);
    const file = JSON.parse(await readFile(path, "utf8")) as Checkpoint;
    const older = (time: string): string => new Date(Date.parse(time) - days * 86_400_000).toISOString();
    const { latest } = file.checkpoint;
    if (latest?.resources === undefined) {
        throw new Error(`stack ${stack} has no resources`);
    }
    latest.resources = latest.resources.map((resource) =>
        resource.type === "pulumi:index:Stash"
            ? (JSON.parse(JSON.stringify(resource), (key, value: unknown) =>
                  ["made", "since", "time"].includes(key) && typeof value === "string" ? older(value) : value,
              ) as CheckpointResource)
            : resource,
    );
    await writeFile(path, JSON.stringify(file), { mode: 0o600 });
}
