import { existsSync } from "node:fs";
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import { execa } from "execa";
import { SandboxError } from "../progress";

/** An Airflow that can run DAGs: its folder, and the environment variables that make it use that folder and no other. */
export interface AirflowHome {
    readonly dir: string;
    readonly env: Readonly<Record<string, string>>;
}

/**
 * Makes an empty Airflow database, once for each Python environment, since that takes seconds; `prepareAirflowHome`
 * copies it. Gives its path.
 */
export async function ensureDatabaseTemplate(args: {
    /** Folder of the Python environment that has Airflow. */
    python: string;
    /** Folder in which the template is kept. */
    dir: string;
    log: (line: string) => void;
}): Promise<string> {
    const template = join(args.dir, `${basename(args.python)}.db`);
    if (existsSync(template)) return template;
    const start = Date.now();
    args.log("making Airflow's database …");
    const home = join(args.dir, "template");
    await rm(home, { recursive: true, force: true });
    await mkdir(home, { recursive: true, mode: 0o700 });
    const env = airflowEnv(args.python, home);
    const result = await execa(join(args.python, "bin", "airflow"), ["db", "migrate"], {
        env,
        extendEnv: false,
        reject: false,
        all: true,
    });
    if (result.failed) {
        const reason = result.all.split("\n").slice(-15).join("\n") || result.shortMessage;
        throw new SandboxError(`airflow db migrate failed:\n${reason}`);
    }
    await rename(join(home, "airflow.db"), template);
    await rm(home, { recursive: true });
    args.log(`making Airflow's database: done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
    return template;
}

/** A fresh Airflow in `dir`, whose `dags` folder has these files only. What was in `dir` goes. */
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
        // Also keeps the user's own cloud credentials (~/.aws, ~/.azure, …) out of what is being tested.
        HOME: home,
        LANG: "C.UTF-8",
        AIRFLOW_HOME: home,
        AIRFLOW__CORE__LOAD_EXAMPLES: "False",
        AIRFLOW__USAGE_DATA_COLLECTION__ENABLED: "False",
    };
}
