import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The project's root folder. */
export const projectDir = resolve(__dirname, "..");

/**
 * Returns the folder of built tools, shared by all clones of this user: `$XDG_CACHE_HOME/airflow-secrets-backends`, or
 * the same folder in the platform's default cache folder.
 */
export function cacheDir(): string {
    const platformDefault =
        process.platform === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache");
    return join(process.env.XDG_CACHE_HOME ?? platformDefault, "airflow-secrets-backends");
}

/** Returns the folder of the services' state: `SANDBOX_STATE_DIR`, or `.sandbox/` of this clone. */
export function stateDir(): string {
    return resolve(process.env.SANDBOX_STATE_DIR ?? join(projectDir, ".sandbox"));
}
