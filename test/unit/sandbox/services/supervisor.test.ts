import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectDir } from "../../../../sandbox/paths";
import { identify } from "../../../../sandbox/services/leftovers";
import { freePorts } from "../../../../sandbox/services/ports";
import { acceptsConnections } from "../../../../sandbox/services/providers";
import { typescript } from "../../../typescript";
import { Supervisor, type Service } from "../../../../sandbox/services/supervisor";

/** A server that writes a file when it is stopped in order (SIGTERM). */
const server = `
    const { writeFileSync } = require("node:fs");
    const [port, goodbye] = process.argv.slice(1);
    require("node:net").createServer().listen(Number(port), "127.0.0.1");
    console.log("hello");
    process.on("SIGTERM", () => { writeFileSync(goodbye, "goodbye"); process.exit(0); });
`;

describe("Supervisor", () => {
    let dir: string;
    let port: number;

    beforeEach(async () => {
        dir = await mkdtemp(join(tmpdir(), "supervisor-"));
        ({ port } = await freePorts("port"));
    });
    // A process that is just ending may still write there.
    afterEach(() => rm(dir, { recursive: true, force: true, maxRetries: 10 }));

    const goodbye = (): string => join(dir, "goodbye");
    const service = (): Service => ({
        name: "server",
        command: process.execPath,
        args: ["-e", server, String(port), goodbye()],
        env: {},
        ready: () => acceptsConnections(port),
    });

    /** Waits until nothing listens on the port any more. */
    async function untilClosed(): Promise<void> {
        for (;;) {
            try {
                await acceptsConnections(port);
            } catch {
                return;
            }
        }
    }

    it("starts a service, waits until it is ready, and stops it in order", async () => {
        const supervisor = await Supervisor.start(dir);
        await supervisor.run(service());
        await acceptsConnections(port);
        await supervisor.close();
        await assert.rejects(acceptsConnections(port));
        assert.ok(existsSync(goodbye()));
        assert.equal(existsSync(join(dir, "running.json")), false);
    });

    it("writes a service's output to a file that only its owner can read", async () => {
        const supervisor = await Supervisor.start(dir);
        await supervisor.run(service());
        await supervisor.close();
        const log = join(dir, "logs", "server.log");
        assert.equal(await readFile(log, "utf8"), "hello\n");
        assert.equal((await stat(log)).mode & 0o777, 0o600);
    });

    it("reports how a service ended that did not become ready, with its last output", async () => {
        const supervisor = await Supervisor.start(dir);
        const args = ["-e", 'console.error("no such mount"); process.exit(3)'];
        await assert.rejects(supervisor.run({ ...service(), args }), /server ended \(exit code 3\).*no such mount/s);
        await assert.rejects(
            supervisor.run({ ...service(), name: "nothing", command: join(dir, "nothing") }),
            /nothing ended \(spawn .* ENOENT\)/,
        );
        await supervisor.close();
    });

    it("stops the services when its own process is killed", async () => {
        const script = join(dir, "owner.ts");
        await writeFile(
            script,
            `import { Supervisor } from ${JSON.stringify(join(projectDir, "sandbox", "services", "supervisor"))};
             import { acceptsConnections } from ${JSON.stringify(join(projectDir, "sandbox", "services", "providers"))};
             void Supervisor.start(${JSON.stringify(dir)}).then(async (supervisor) => {
                 await supervisor.run({ ...${JSON.stringify(service())}, ready: () => acceptsConnections(${port}) });
                 console.log("up");
             });`,
        );
        const owner = spawn(process.execPath, [...typescript, script], { stdio: ["ignore", "pipe", "inherit"] });
        await once(owner.stdout, "data");
        await acceptsConnections(port);
        owner.kill("SIGKILL");
        await untilClosed();
        assert.ok(existsSync(goodbye()), "it was stopped in order");
    });

    it("ends the processes that a killed guard left running, and no other process", async () => {
        const { otherPort } = await freePorts("otherPort");
        const left = spawn(process.execPath, ["-e", server, String(port), goodbye()], { stdio: "ignore" });
        const other = spawn(process.execPath, ["-e", server, String(otherPort), join(dir, "other")], {
            stdio: "ignore",
        });
        await Promise.all([once(left, "spawn"), once(other, "spawn")]);
        const pid = left.pid ?? 0;
        const running = [
            { pid, identity: await identify(pid) },
            { pid: other.pid, identity: "something-else --port=1" },
        ];
        await writeFile(join(dir, "running.json"), JSON.stringify(running));
        const ended = once(left, "exit");
        const supervisor = await Supervisor.start(dir);
        await ended;
        assert.equal(other.exitCode, null);
        assert.equal(other.signalCode, null);
        other.kill("SIGKILL");
        await supervisor.close();
    });
});
