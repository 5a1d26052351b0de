// Runs one of this project's commands on a machine that has only Node.js: installs the packages if they do not match
// package-lock.json, then starts the command. Uses only Node.js built-ins, because node_modules may not exist yet.
//
//   node scripts/start.mjs <file.ts or a package's program> [arguments]
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
// Same as `engines` in package.json. Node.js 20 is past its end of life, so the message only names newer versions.
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
 * Runs `npm ci` if node_modules does not match the lock file. A file in node_modules stores the lock file's hash. A
 * pipeline that only runs the commands in scripts/ may have installed only their packages, with
 * `npm ci --omit=dev --workspaces=false`.
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

/** Whether all direct dependencies are installed, and all installed packages have their locked version. */
function areCommandPackagesInstalled(locked) {
    // In this file npm lists the installed packages.
    const file = join(root, "node_modules", ".package-lock.json");
    if (!existsSync(file)) {
        return false;
    }
    const { packages: installed } = JSON.parse(readFileSync(file, "utf8"));
    const isInstalled = (name) => installed[`node_modules/${name}`] !== undefined;
    const isLocked = ([path, { version }]) => locked[path] !== undefined && locked[path].version === version;
    return Object.keys(locked[""].dependencies).every(isInstalled) && Object.entries(installed).every(isLocked);
}

function run(program, args) {
    const command = program.endsWith(".ts")
        ? ["-r", join(root, "scripts", "typescript.cjs"), join(root, program), ...args]
        : [join(root, "node_modules", ".bin", program), ...args];
    // Without this, the AWS SDK warns at every run that it will require a newer Node.js.
    const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", ...process.env };
    const child = spawn(process.execPath, command, { cwd: root, stdio: "inherit", env });
    // Forward the signals and wait: the child cleans up before it exits. Ctrl-C in a terminal has already reached the
    // child; a second SIGINT is harmless.
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
