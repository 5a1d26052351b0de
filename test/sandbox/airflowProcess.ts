import { createInterface } from "node:readline";
import { join } from "node:path";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { execa } from "execa";
import { ensureDatabaseTemplate, prepareAirflowHome } from "../../sandbox/airflow/airflowHome";
import { dagFile, edgeEnv, withTokenFile, type AirflowReader, type EdgeAccess } from "../../sandbox/verify/airflowRun";
import type { Outcome } from "../../sandbox/verify/report";
import type { TaskId } from "../../sandbox/verify/airflowOutput";

/** Airflow in one Python process. A DAG run takes ten seconds; a read in this process takes well under one. */
export interface AirflowProcess {
    /** Reads one Deployment at a time, because the process has only one environment. */
    readonly read: AirflowReader;
    close(): Promise<void>;
}

/**
 * Starts the process.
 *
 * @param python directory of Airflow's Python virtual environment
 */
export async function startAirflow(python: string, edge: EdgeAccess): Promise<AirflowProcess> {
    const dir = await mkdtemp(join(tmpdir(), "airflow-process-"));
    const template = await ensureDatabaseTemplate({ python, log: () => undefined });
    const home = await prepareAirflowHome({ python, template, dir: join(dir, "home"), dagFiles: [] });
    const child = execa(join(python, "bin", "python"), [join(__dirname, "read_secrets.py"), dagFile], {
        env: { ...home.env, ...edgeEnv(edge) },
        extendEnv: false,
        stdin: "pipe",
        reject: false,
        buffer: { stdout: false },
    });
    const replies = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    let lastRead: Promise<unknown> = Promise.resolve();
    return {
        read: ({ env, podToken }) => {
            const reply = lastRead.then(async () => {
                const found = podToken === undefined ? env : await withTokenFile(env, podToken, join(dir, "token"));
                child.stdin.write(`${JSON.stringify({ env: found })}\n`);
                const next = await replies.next();
                if (next.done === true) {
                    throw new Error(`Python exited:\n${(await child).stderr}`);
                }
                return JSON.parse(next.value) as Record<TaskId, Outcome>;
            });
            lastRead = reply.catch(() => undefined);
            return reply;
        },
        close: async () => {
            child.stdin.end();
            await child;
            await rm(dir, { recursive: true, force: true });
        },
    };
}
