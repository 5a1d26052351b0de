import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { ensureDatabaseTemplate, prepareAirflowHome, type AirflowHome } from "../airflow/airflowHome";
import { failed, type Outcome } from "./report";
import { parseDagTest, taskIds, type TaskId } from "./airflowOutput";

/** The example DAG that users copy into their project. Verify runs the same file. */
export const dagFile = join(__dirname, "..", "..", "airflow", "dags", "verify_secrets_backend.py");

const dagId = "verify_secrets_backend";
const timeout = 180_000;

/** Access to the services by their real hostnames. */
export interface EdgeAccess {
    /** `http://127.0.0.1:<port>` */
    readonly proxyUrl: string;
    /** Path of the edge's CA certificate, PEM. */
    readonly caPath: string;
}

/** The environment that a Deployment's pods would get, and a function that redacts its credentials. */
export interface WiredDeployment {
    readonly name: string;
    readonly env: Readonly<Record<string, string>>;
    readonly redact: (text: string) => string;
    /** A token that its pods would find in a file; `undefined` if the Deployment logs in with a credential. */
    readonly podToken?: PodToken | undefined;
}

export interface PodToken {
    /** Path of the file in the pods. */
    readonly file: string;
    readonly token: string;
}

/** Lets Airflow read the test secrets with exactly this environment. Returns the outcome per task of the DAG. */
export type AirflowReader = (deployment: WiredDeployment) => Promise<Record<TaskId, Outcome>>;

export interface DagRunsArgs {
    /** Folder of the Python environment with Airflow and the providers. */
    readonly python: string;
    readonly edge: EdgeAccess;
    /** Airflow's folders are created in its `airflow`, the output is written to its `logs`. */
    readonly stateDir: string;
    readonly log: (line: string) => void;
}

/** Returns a reader that runs the example DAG, each time in a new Airflow. */
export function dagRuns({ python, edge, stateDir, log }: DagRunsArgs): AirflowReader {
    return async ({ name, env, redact, podToken }) => {
        const template = await ensureDatabaseTemplate({ python, log });
        const start = Date.now();
        const dir = join(stateDir, "airflow", name);
        const home = await prepareAirflowHome({ python, template, dir, dagFiles: [dagFile] });
        const logFile = join(stateDir, "logs", `verify-${name}.log`);
        const readable = podToken === undefined ? env : await withTokenFile(env, podToken, join(home.dir, "token"));
        const tasks = await runDag({ python, home, env: readable, edge, logFile, redact });
        log(`Airflow run for ${name}: done in ${((Date.now() - start) / 1000).toFixed(1)} s, ${logFile}`);
        return tasks;
    };
}

/** Writes the token to a file of this machine. Returns the environment with that file's path in place of the pods'. */
async function withTokenFile(
    env: WiredDeployment["env"],
    { file, token }: PodToken,
    path: string,
): Promise<WiredDeployment["env"]> {
    await writeFile(path, token, { mode: 0o600 });
    return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replaceAll(file, path)]));
}

interface DagRun {
    /** Folder of the Python environment with Airflow. */
    readonly python: string;
    readonly home: AirflowHome;
    /** The environment that the Deployment's pods would get. */
    readonly env: Readonly<Record<string, string>>;
    readonly edge: EdgeAccess;
    /** Path of the file for Airflow's output, with credentials redacted; mode 0600. */
    readonly logFile: string;
    readonly redact: (text: string) => string;
}

/** Runs the example DAG with exactly this environment. Returns the outcome per task. */
export async function runDag(run: DagRun): Promise<Record<TaskId, Outcome>> {
    const result = await execa(join(run.python, "bin", "airflow"), ["dags", "test", dagId], {
        env: { ...run.home.env, ...edgeEnv(run.edge), ...run.env },
        extendEnv: false,
        cwd: run.home.dir,
        stdin: "ignore",
        all: true,
        reject: false,
        timeout,
    });
    const output = run.redact(result.all);
    await mkdir(dirname(run.logFile), { recursive: true, mode: 0o700 });
    await rm(run.logFile, { force: true });
    await writeFile(run.logFile, `${output}\n`, { mode: 0o600 });
    if (!result.timedOut) return parseDagTest(output);
    const timedOut = failed(`Airflow did not finish in ${timeout / 1000} s: see ${run.logFile}`);
    return Object.fromEntries(taskIds.map((task) => [task, timedOut])) as Record<TaskId, Outcome>;
}

/** Makes Python's HTTP clients, botocore and gRPC use the edge as proxy and trust only its CA. */
export function edgeEnv({ proxyUrl, caPath }: EdgeAccess): Record<string, string> {
    return {
        HTTPS_PROXY: proxyUrl,
        // gRPC reads only the lower-case name.
        https_proxy: proxyUrl,
        NO_PROXY: "",
        SSL_CERT_FILE: caPath,
        REQUESTS_CA_BUNDLE: caPath,
        AWS_CA_BUNDLE: caPath,
        GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: caPath,
    };
}
