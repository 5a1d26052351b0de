// Runs Pulumi programs one after the other in one process, in place of a process of its own for each one:
//
//   node test/program/host.cjs <socket>
//
// Does what Pulumi's own runner does (@pulumi/pulumi/cmd/run/index.js), except that it does not wait until nothing is
// left to do in the process, but until the engine has answered all calls. The program is loaded anew each time.
// Pulumi's SDK stays loaded.
"use strict";

const console = require("node:console");
const { rmSync } = require("node:fs");
const Module = require("node:module");
const { createServer } = require("node:net");
const { dirname } = require("node:path");
const { performance } = require("node:perf_hooks");
const { setImmediate, setTimeout } = require("node:timers/promises");
const { constants, Script } = require("node:vm");

/** Pulumi's runner, in whose place this process runs programs. */
const runner = require.resolve("@pulumi/pulumi/cmd/run/index.js");
/** Exit code of a program whose errors the engine has already printed. */
const LOGGED = 32;

// The rest of the runner imports its main module for this constant. That module would run a program at once.
const main = new Module(runner);
main.exports = { __esModule: true, nodeJSProcessExitedAfterLoggingUserActionableMessage: LOGGED };
main.loaded = true;
require.cache[runner] = main;

const log = require("@pulumi/pulumi/log");
const debuggable = require("@pulumi/pulumi/runtime/debuggable");
const settings = require("@pulumi/pulumi/runtime/settings");
const { run } = require("@pulumi/pulumi/cmd/run/run");
const minimist = Module.createRequire(runner)("minimist");

/** The runner's flags that the SDK reads from `PULUMI_NODEJS_<flag>`. */
const flags = [
    "organization",
    "project",
    "root-directory",
    "stack",
    "dry-run",
    "parallel",
    "monitor",
    "engine",
    "sync",
];
const events = ["uncaughtException", "unhandledRejection", "exit", "beforeExit"];
/** Node.js reads it when it starts. */
const { NODE_EXTRA_CA_CERTS } = process.env;

/** `import()` in a bundle loads the packages that are not in it. */
const { USE_MAIN_CONTEXT_DEFAULT_LOADER: importModuleDynamically } = constants;
/** Bundles by path, which contains a hash of their content: V8 has to parse each only once. */
const scripts = new Map();
const compile = Module.prototype._compile;
Module.prototype._compile = function (source, file, ...more) {
    if (!/[\\/]node_modules[\\/]\.cache[\\/]/.test(file)) {
        return compile.call(this, source, file, ...more);
    }
    const script = scripts.get(file) ?? new Script(Module.wrap(source), { filename: file, importModuleDynamically });
    scripts.set(file, script);
    const load = Module.createRequire(file);
    return script.runInThisContext().call(this.exports, this.exports, load, this, file, dirname(file));
};

/** Runs a program and returns the exit code that its process would have. */
async function runProgram({ argv, env, cwd }) {
    const args = minimist(argv.slice(2), {
        boolean: ["dry-run"],
        string: [...flags.filter((flag) => flag !== "dry-run"), "pwd", "tracing"],
        stopEarly: true,
    });
    enter({ argv, env, cwd }, args);
    const known = new Map(events.map((event) => [event, new Set(process.listeners(event))]));
    const uncaught = new Set();
    const logged = new Set();
    let isRunning = false;
    const onUncaught = (error) => {
        uncaught.add(error);
        if (!isRunning && !logged.has(error)) {
            log.error(error.stack || error.message || String(error));
            logged.add(error);
        }
    };
    process.on("uncaughtException", onUncaught);
    process.on("unhandledRejection", onUncaught);

    const program = run(
        args,
        () => (isRunning = true),
        (error) => logged.add(error),
        (error) => logged.has(error),
    );
    // An error of the program stays an unhandled rejection, which the runner's handlers report.
    const finished = program.then(() => (isRunning = false));
    await program.catch(() => undefined);
    await setImmediate();
    await settings.waitForRPCs();
    if (uncaught.size === 0) {
        await finished;
        await settings.signalAndWaitForShutdown();
    }
    const code = exitCode(uncaught, logged);
    settings.disconnectSync();
    for (const [event, listeners] of known) {
        const added = process.listeners(event).filter((listener) => !listeners.has(listener));
        added.forEach((listener) => process.off(event, listener));
    }
    return code;
}

/** Makes this process look as the program's own process would. */
function enter({ argv, env, cwd }, args) {
    for (const name of Object.keys(process.env).filter((name) => !(name in env))) {
        delete process.env[name];
    }
    Object.assign(process.env, env);
    for (const flag of flags.filter((flag) => args[flag])) {
        process.env[`PULUMI_NODEJS_${flag.toUpperCase().replaceAll("-", "_")}`] = String(args[flag]);
    }
    process.argv = argv;
    process.chdir(cwd);
    // Pulumi's SDK makes a new one from the env vars.
    global.globalStore = undefined;
    for (const file of Object.keys(require.cache).filter(isOfProgram)) {
        delete require.cache[file];
    }
}

/** Whether a module belongs to the program: its sources, or its bundle. */
const isOfProgram = (file) => !/[\\/]node_modules[\\/](?!\.cache[\\/])/.test(file) && file !== module.filename;

function exitCode(uncaught, logged) {
    if (uncaught.size > 0) {
        return [...uncaught].every((error) => logged.has(error)) ? LOGGED : 1;
    }
    if (!log.hasErrors() && global.globalStore?.terminated !== true) {
        const [leaks, message] = debuggable.leakedPromises();
        if (leaks.size > 0) {
            console.error(message);
            return 1;
        }
    }
    return 0;
}

let isBusy = false;

/** Runs the program of a client (client.cjs), which gets its output and its exit code. */
async function serve(socket, request) {
    const send = (message) => socket.write(`${JSON.stringify(message)}\n`);
    if (isBusy || request.runner !== runner || request.env.NODE_EXTRA_CA_CERTS !== NODE_EXTRA_CA_CERTS) {
        socket.end(`${JSON.stringify({ accepted: false })}\n`);
        return;
    }
    isBusy = true;
    send({ accepted: true });
    // If the client is killed, its program has to end with it.
    const end = () => process.exit(0);
    socket.on("close", end);
    const { stdout, stderr } = process;
    const original = [stdout.write, stderr.write];
    stdout.write = (chunk) => send({ stdout: String(chunk) });
    stderr.write = (chunk) => send({ stderr: String(chunk) });
    const before = process.getActiveResourcesInfo();
    const code = await runProgram(request);
    [stdout.write, stderr.write] = original;
    socket.off("close", end);
    socket.end(`${JSON.stringify({ code })}\n`);
    await untilIdle(before.length);
    isBusy = false;
}

/**
 * Waits until nothing is left to do, as the program's own process would, but at most 2 seconds: what a program leaves
 * undone must not run into the next one.
 */
async function untilIdle(resources) {
    const deadline = performance.now() + 2000;
    while (process.getActiveResourcesInfo().length > resources) {
        if (performance.now() > deadline) {
            console.error("a program is still active after its end:", process.getActiveResourcesInfo());
            process.exit(0);
        }
        await setTimeout(10);
    }
}

const [, , socketPath] = process.argv;
rmSync(socketPath, { force: true });
createServer((socket) => {
    let received = "";
    socket.setEncoding("utf8");
    socket.on("error", (error) => console.error(error));
    socket.on("data", (text) => {
        received += text;
        if (received.endsWith("\n")) {
            void serve(socket, JSON.parse(received));
        }
    });
}).listen(socketPath);
// The process that started this one has ended.
process.stdin.on("close", () => process.exit(0)).resume();
