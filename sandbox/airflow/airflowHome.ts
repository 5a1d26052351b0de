import { copyFile, mkdir, rm } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import { execa } from "execa";
import { SandboxError } from "../progress";
import { cached } from "../tools/cache";

/** An Airflow that can run DAGs: its folder, and the environment variables that make it use only that folder. */
export interface AirflowHome {
    readonly dir: string;
    readonly env: Readonly<Record<string, string>>;
}

/**
 * Returns the path of an empty Airflow database for `prepareAirflowHome` to copy. Creating it takes seconds, so it is
 * cached beside the Python environment, for all clones.
 *
 * @throws SandboxError if `airflow db migrate` fails
 */
export async function ensureDatabaseTemplate(args: {
    /** Folder of the Python environment that contains Airflow. */
    python: string;
    log: (line: string) => void;
}): Promise<string> {
    const { python, log } = args;
    const folder = await cached(`${python}-database`, async (home) => {
        const start = Date.now();
        log("creating Airflow's database …");
        const result = await execa(join(python, "bin", "airflow"), ["db", "migrate"], {
            env: airflowEnv(python, home),
            extendEnv: false,
            reject: false,
            all: true,
        });
        if (result.failed) {
            const reason = result.all.split("\n").slice(-15).join("\n") || result.shortMessage;
            throw new SandboxError(`airflow db migrate failed:\n${reason}`);
        }
        log(`creating Airflow's database: done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
    });
    return join(folder, "airflow.db");
}

/**
 * Creates a fresh Airflow in `dir` with only these files in its `dags` folder. Existing content of `dir` is deleted.
 */
export async function prepareAirflowHome(args: {
    python: string;
    template: string;
    dir: string;
    dagFiles: readonly string[];
}): Promise<AirflowHome> {
    await rm(args.dir, { recursive: true, force: true });
    await mkdir(join(args.dir, "dags"), { recursive: true, mode: 0o700 });
    await copyFile(args.template, join(args.dir, "airflow.db"));
    for (const file of args.dagFiles) await copyFile(file, join(args.dir, "dags", basename(file)));
    return { dir: args.dir, env: airflowEnv(args.python, args.dir) };
}

function airflowEnv(python: string, home: string): Record<string, string> {
    return {
        PATH: [join(python, "bin"), "/usr/bin", "/bin"].join(delimiter),
        // Also keeps the user's own cloud credentials (~/.aws, ~/.azure, …) out of the test.
        HOME: home,
        LANG: "C.UTF-8",
        AIRFLOW_HOME: home,
        AIRFLOW__CORE__LOAD_EXAMPLES: "False",
        AIRFLOW__USAGE_DATA_COLLECTION__ENABLED: "False",
    };
}
