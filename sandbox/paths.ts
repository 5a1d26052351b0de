import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The project's root. */
export const projectDir = resolve(__dirname, "..");

/** Built tools, shared by all clones of this user: `$XDG_CACHE_HOME/airflow-secrets-backends`, or the system's usual place. */
export function cacheDir(): string {
    const usual = process.platform === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache");
    return join(process.env.XDG_CACHE_HOME ?? usual, "airflow-secrets-backends");
}

/** What the services keep: `.sandbox/` of this clone, or `SANDBOX_STATE_DIR`. */
export function stateDir(): string {
    return resolve(process.env.SANDBOX_STATE_DIR ?? join(projectDir, ".sandbox"));
}
