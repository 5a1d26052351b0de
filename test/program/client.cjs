// Preloaded into the Node.js process that the language host starts for each `pulumi` command. Hands the program over to
// the program host (host.cjs), which has already loaded Pulumi's SDK. Starting it anew takes most of such a process.
"use strict";

const console = require("node:console");
const { realpathSync } = require("node:fs");
const Module = require("node:module");
const { connect } = require("node:net");

const { TEST_PROGRAM_HOST: socketPath } = process.env;
const runner = process.argv[1] ?? "";

if (socketPath !== undefined && /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run\b/.test(runner)) {
    const runHere = Module.runMain;
    Module.runMain = (...args) => handOver(() => runHere(...args));
}

/** Calls `runHere` if there is no host, or it cannot run this program now. */
function handOver(runHere) {
    let received = "";
    /** undefined: the host has not answered yet. */
    let isAccepted;
    const socket = connect(socketPath);
    socket.setEncoding("utf8");
    socket.on("connect", () => {
        const { argv, env } = process;
        socket.write(`${JSON.stringify({ runner: realpathSync(runner), argv, env, cwd: process.cwd() })}\n`);
    });
    socket.on("data", (text) => {
        const lines = `${received}${text}`.split("\n");
        received = lines.pop();
        lines.map((line) => JSON.parse(line)).forEach(handle);
    });
    // Without a host, or if it is just about to end.
    socket.on("error", () => undefined);
    socket.on("close", () => {
        if (isAccepted === true && process.exitCode === undefined) {
            console.error(`the program host ended while it ran this program; its log is ${socketPath}.log`);
            process.exitCode = 1;
        } else if (isAccepted !== true) {
            runHere();
        }
    });

    function handle({ accepted, stdout, stderr, code }) {
        isAccepted ??= accepted;
        process.stdout.write(stdout ?? "");
        process.stderr.write(stderr ?? "");
        process.exitCode ??= code;
    }
}
