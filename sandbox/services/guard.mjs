// Runs the sandbox's services and stops them when the parent process ends for whatever reason: the pipe on standard
// input closes even if the parent crashes. Runs in its own session, so that Ctrl-C in a terminal reaches the parent and
// not the services, which are then stopped in order.
//
// Input, one JSON object per line: {start: {name, command, args, env, log}} starts a service; {foreground: {pid,
// isGroupLeader} or null} sets the command of the parent that has to end before the services are stopped. Output, also
// one JSON object per line: {started: name, pid}, {failed: name, reason}, {exited: name, how}.
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { createInterface } from "node:readline";

/** Long enough for a server to write its state to disk. */
const GRACE_MS = 15_000;

const running = new Map();
let foreground = null;
let stopping = false;

function sendEvent(event) {
    process.stdout.write(`${JSON.stringify(event)}\n`);
}

function start({ name, command, args, env, log }) {
    const file = openSync(log, "a", 0o600);
    const child = spawn(command, args, { env, stdio: ["ignore", file, file] });
    closeSync(file);
    child.once("spawn", () => sendEvent({ started: name, pid: child.pid }));
    child.once("error", (error) => {
        running.delete(name);
        sendEvent({ failed: name, reason: error.message });
    });
    const ended = new Promise((resolve) => {
        child.once("exit", (code, signal) => {
            running.delete(name);
            sendEvent({ exited: name, how: signal ?? `exit code ${code}` });
            resolve();
        });
    });
    running.set(name, { child, ended });
}

/** Sends SIGTERM first: Pulumi then finishes the operation in progress. */
async function endForeground() {
    if (foreground === null) {
        return;
    }
    const target = foreground.isGroupLeader ? -foreground.pid : foreground.pid;
    const deadline = Date.now() + GRACE_MS;
    const send = (signal) => {
        try {
            return process.kill(target, signal);
        } catch (error) {
            if (error.code === "ESRCH") {
                return false;
            }
            throw error;
        }
    };
    for (let isAlive = send("SIGTERM"); isAlive; isAlive = send(Date.now() > deadline ? "SIGKILL" : 0)) {
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

async function stopAll() {
    if (stopping) {
        return;
    }
    stopping = true;
    await endForeground();
    // A service may depend on those that were started before it: stop in reverse order.
    for (const { child, ended } of [...running.values()].reverse()) {
        child.kill("SIGTERM");
        const kill = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
        await ended;
        clearTimeout(kill);
    }
    process.exit(0);
}

// The parent, which reads the events, may already have ended.
process.stdout.on("error", () => undefined);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => void stopAll());
}
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
    const message = JSON.parse(line);
    if (message.foreground !== undefined) {
        foreground = message.foreground;
    } else if (!stopping) {
        start(message.start);
    }
});
lines.on("close", () => void stopAll());
