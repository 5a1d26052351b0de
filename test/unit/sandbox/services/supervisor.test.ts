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
import { accepts } from "../../../../sandbox/services/providers";
import { typescript } from "../../../typescript";
import { Supervisor, type Service } from "../../../../sandbox/services/supervisor";

/** A server that says goodbye into a file when it is stopped in order. */
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
    afterEach(() => rm(dir, { recursive: true, force: true }));

    const goodbye = (): string => join(dir, "goodbye");
    const service = (): Service => ({
        name: "server",
        command: process.execPath,
        args: ["-e", server, String(port), goodbye()],
        env: {},
        ready: () => accepts(port),
    });

    /** Waits until nothing listens on the port any more. */
    async function silent(): Promise<void> {
        for (;;) {
            try {
                await accepts(port);
            } catch {
                return;
            }
        }
    }

    it("starts a service, waits until it answers, and stops it in order", async () => {
        const supervisor = await Supervisor.start(dir);
        await supervisor.run(service());
        await accepts(port);
        await supervisor.close();
        await assert.rejects(accepts(port));
        assert.ok(existsSync(goodbye()));
        assert.equal(existsSync(join(dir, "running.json")), false);
    });

    it("keeps what a service prints in a file that only its owner can read", async () => {
        const supervisor = await Supervisor.start(dir);
        await supervisor.run(service());
        await supervisor.close();
        const log = join(dir, "logs", "server.log");
        assert.equal(await readFile(log, "utf8"), "hello\n");
        assert.equal((await stat(log)).mode & 0o777, 0o600);
    });

    it("says how a service ended that does not come up, and what it said last", async () => {
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
             import { accepts } from ${JSON.stringify(join(projectDir, "sandbox", "services", "providers"))};
             void Supervisor.start(${JSON.stringify(dir)}).then(async (supervisor) => {
                 await supervisor.run({ ...${JSON.stringify(service())}, ready: () => accepts(${port}) });
                 console.log("up");
             });`,
        );
        const owner = spawn(process.execPath, [...typescript, script], { stdio: ["ignore", "pipe", "inherit"] });
        await once(owner.stdout, "data");
        await accepts(port);
        owner.kill("SIGKILL");
        await silent();
        assert.ok(existsSync(goodbye()), "it was stopped in order");
    });

    it("ends what a killed guard left behind, and no other process", async () => {
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
