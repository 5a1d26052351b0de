// Runs one of this project's commands on a machine that has nothing but Node.js: installs the packages when they are
// not those of package-lock.json, then hands over. Only Node.js built-ins, since there may be no node_modules yet.
//
//   node scripts/start.mjs <file.ts or package's program> [arguments]
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
// As package.json's engines has it. It is past its end of life, which is why the message names newer ones only.
const OLDEST_NODE = [20, 19];

function stop(message) {
    console.error(message);
    process.exit(1);
}

function checkNode() {
    const [major, minor] = process.versions.node.split(".").map(Number);
    if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]) || major === 21) {
        stop(`Node.js ${process.versions.node} is too old: use 22 or 24. Get one at https://nodejs.org/`);
    }
}

/**
 * `npm ci` when node_modules is not what the lock file says; the hash of that file is kept inside it. A pipeline that only
 * runs the commands in scripts/ may have installed the packages for them alone: `npm ci --omit=dev --workspaces=false`.
 */
function installPackages(program) {
    const text = readFileSync(join(root, "package-lock.json"), "utf8");
    const lock = createHash("sha256").update(text).digest("hex");
    const marker = join(root, "node_modules", ".installed-lock");
    if (existsSync(marker) && readFileSync(marker, "utf8") === lock) {
        return;
    }
    if (program.startsWith("scripts/") && areCommandPackagesInstalled(JSON.parse(text).packages)) {
        return;
    }
    console.error("installing the Node.js packages …");
    const start = Date.now();
    const { status, error } = spawnSync("npm", ["ci", "--loglevel=error"], { cwd: root, stdio: ["ignore", 2, 2] });
    if (error !== undefined || status !== 0) {
        stop(`npm ci failed (${error?.message ?? `exit code ${status}`}): its own message is above.`);
    }
    writeFileSync(marker, lock);
    console.error(`installing the Node.js packages: done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

/** Whether all direct dependencies are installed, and no package in another version than the locked one. */
function areCommandPackagesInstalled(locked) {
    // npm lists here what it has installed.
    const file = join(root, "node_modules", ".package-lock.json");
    if (!existsSync(file)) {
        return false;
    }
    const { packages: installed } = JSON.parse(readFileSync(file, "utf8"));
    const isThere = (name) => installed[`node_modules/${name}`] !== undefined;
    const isLocked = ([path, { version }]) => locked[path] !== undefined && locked[path].version === version;
    return Object.keys(locked[""].dependencies).every(isThere) && Object.entries(installed).every(isLocked);
}

function run(program, args) {
    const command = program.endsWith(".ts")
        ? ["-r", join(root, "scripts", "typescript.cjs"), join(root, program), ...args]
        : [join(root, "node_modules", ".bin", program), ...args];
    // AWS's SDK would tell at every run that it will want a newer Node.js some day.
    const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", ...process.env };
    const child = spawn(process.execPath, command, { cwd: root, stdio: "inherit", env });
    // The child knows how to stop, and is waited for. A terminal's Ctrl-C has reached it already; once more is harmless.
    process.on("SIGINT", () => child.kill("SIGINT"));
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
}

const [program, ...args] = process.argv.slice(2);
if (program === undefined) {
    stop("usage: node scripts/start.mjs <file.ts or program> [arguments]");
}
checkNode();
installPackages(program);
run(program, args);
