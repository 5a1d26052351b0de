// Keeps the sandbox's services and ends them when the command that asked for them is gone, however it went: the pipe
// on standard input closes even when that command crashes. Runs in a session of its own, so that Ctrl-C in a terminal
// reaches the command and not the services, which are then stopped in order.
//
// In, a line of JSON each: {start: {name, command, args, env, log}}, {foreground: {pid, leads} or null}, a command
// started by our parent that has to end first when the parent is gone. Out, likewise: {started: name, pid},
// {failed: name, reason}, {exited: name, how}.
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { createInterface } from "node:readline";

/** Long enough for a server to write its state down. */
const GRACE_MS = 15_000;

const running = new Map();
let foreground = null;
let stopping = false;

function tell(event) {
    process.stdout.write(`${JSON.stringify(event)}\n`);
}

function start({ name, command, args, env, log }) {
    const file = openSync(log, "a", 0o600);
    const child = spawn(command, args, { env, stdio: ["ignore", file, file] });
    closeSync(file);
    child.once("spawn", () => tell({ started: name, pid: child.pid }));
    child.once("error", (error) => {
        running.delete(name);
        tell({ failed: name, reason: error.message });
    });
    const ended = new Promise((resolve) => {
        child.once("exit", (code, signal) => {
            running.delete(name);
            tell({ exited: name, how: signal ?? `exit code ${code}` });
            resolve();
        });
    });
    running.set(name, { child, ended });
}

/** Pulumi lets the operation in progress finish when it is told to stop. */
async function endForeground() {
    if (foreground === null) {
        return;
    }
    const target = foreground.leads ? -foreground.pid : foreground.pid;
    const giveUp = Date.now() + GRACE_MS;
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
    for (let left = send("SIGTERM"); left; left = send(Date.now() > giveUp ? "SIGKILL" : 0)) {
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

async function stopAll() {
    if (stopping) {
        return;
    }
    stopping = true;
    await endForeground();
    // The last one started leans on those before it.
    for (const { child, ended } of [...running.values()].reverse()) {
        child.kill("SIGTERM");
        const kill = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
        await ended;
        clearTimeout(kill);
    }
    process.exit(0);
}

// The reader of our events may be gone already.
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
