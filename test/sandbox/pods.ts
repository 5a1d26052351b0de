import type { AirflowProcess } from "./airflowProcess";
import type { Harness } from "./harness";

/** The env vars of a Deployment's pods, as they were when the pods started. Pods keep them until they restart. */
export class Pods {
    private env: Record<string, string> = {};

    private constructor(
        private readonly harness: Harness,
        private readonly airflow: AirflowProcess,
        readonly deployment: string,
        private readonly template: string | undefined,
    ) {}

    /**
     * Starts the pods of the workloads, or a pod that a task gets from a pod template.
     *
     * @param template name of the Secret that the template takes its env vars from (`envFrom`)
     */
    static async start(
        harness: Harness,
        airflow: AirflowProcess,
        deployment: string,
        template?: string,
    ): Promise<Pods> {
        const pods = new Pods(harness, airflow, deployment, template);
        await pods.restart();
        return pods;
    }

    /** What the pods are, for messages. */
    get title(): string {
        return this.template ?? this.deployment;
    }

    /** Takes over the env vars that the workloads or the Secret have now. */
    async restart(): Promise<void> {
        const { harness, deployment, template } = this;
        this.env =
            template === undefined
                ? await harness.resolvedEnv(deployment)
                : await harness.secret(`airflow-${deployment}`, template);
    }

    /** Reads the test secrets as Airflow does, with a new login. Returns what failed. */
    async read(): Promise<string[]> {
        const { env, deployment: name, title } = this;
        const outcomes = await this.airflow.read({ name, env, redact: (text) => text });
        return Object.entries(outcomes).flatMap(([task, { ok, detail }]) => (ok ? [] : `${title}: ${task}: ${detail}`));
    }
}

/** The reads during a change, and what failed. */
export interface Reads {
    count: number;
    readonly failed: string[];
}

/** Lets the pods read, one after the other and again and again, until `work` is done, and once more after it. */
export async function readingDuring(pods: readonly Pods[], work: () => Promise<unknown>): Promise<Reads> {
    const reads: Reads = { count: 0, failed: [] };
    const readAll = async (): Promise<void> => {
        for (const each of pods) {
            reads.failed.push(...(await each.read()));
            reads.count += 1;
        }
    };
    const state = { isDone: false };
    const working = work().finally(() => {
        state.isDone = true;
    });
    // A rejection is reported by the `await` below.
    working.catch(() => undefined);
    do {
        await readAll();
    } while (!state.isDone);
    await working;
    await readAll();
    return reads;
}
