import assert from "node:assert/strict";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";
import { keyIn } from "./aws";
import { azureLoginIn } from "./azure";
import { accountKeyIn } from "./google";
import { Harness } from "./harness";
import { forms } from "./secretForms";

/** One of each backend, and of both targets. */
const DEPLOYMENTS = [
    "solar-dust-1234",
    "crimson-comet-2468",
    "golden-nebula-8642",
    "copper-aurora-2718",
    "jade-eclipse-5772",
] as const;
const [SOLAR, CRIMSON, GOLDEN, COPPER, JADE] = DEPLOYMENTS;

describe("the credentials that the stack makes", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;
    const canaries: string[] = [];
    const seen = new Map<string, string>();

    before(async () => {
        harness = await Harness.open(...DEPLOYMENTS);
        const watch = watchProcesses();
        seen.set("up", (await harness.up("--diff", "--show-reads")).all);
        await collect();
        seen.set("preview", (await harness.succeed(["preview", "--diff"])).all);
        await harness.edit((deployments) => {
            for (const { backend } of deployments) {
                backend.generation = 2;
            }
        });
        seen.set("preview of a rotation", (await harness.succeed(["preview", "--diff", "--json"])).all);
        seen.set("rotation", (await harness.up("--diff")).all);
        await collect();
        await harness.edit(([solar]) => {
            solar!.backend.approleMount = "nowhere";
        });
        seen.set("error", (await harness.pulumi(["up", "--yes"])).all);
        await harness.restoreConfig();
        seen.set("refresh", (await harness.succeed(["refresh", "--yes", "--diff"])).all);
        seen.set("outputs", (await harness.succeed(["stack", "output", "--json"], { configFile: false })).all);
        seen.set("process arguments", await watch());
    });
    after(() => harness.close());

    async function collect(): Promise<void> {
        const { secret_id: secretId } = await harness.kwargs(SOLAR);
        assert.match(String(secretId), /^[0-9a-f-]{36}$/);
        canaries.push(String(secretId));
        for (const release of [CRIMSON, GOLDEN]) {
            const { secretAccessKey } = keyIn(await harness.resolvedEnv(release));
            assert.match(secretAccessKey, /^[A-Za-z0-9+/]{40}$/);
            canaries.push(secretAccessKey);
        }
        const { private_key: privateKey } = accountKeyIn(await harness.kwargs(COPPER));
        // Whatever becomes of the line breaks: the first whole line is the same for many keys.
        canaries.push(privateKey.split("\n")[3] ?? "");
        const { clientSecret } = azureLoginIn(await harness.resolvedEnv(JADE));
        assert.match(clientSecret, /^[\w-]{40}$/);
        canaries.push(clientSecret);
    }

    /** Not made by the stack: it is handed in. */
    function token(): string {
        return harness.sandbox.env.ASTRONOMER_API_TOKEN ?? assert.fail("the sandbox has no token for Houston");
    }

    /** Notes the arguments of every process until the returned function is called. */
    function watchProcesses(): () => Promise<string> {
        const lines = new Set<string>();
        const stop = new AbortController();
        const watching = (async () => {
            // As often as a process of a Pulumi program can come and go, without taking a core from what is watched.
            while (!stop.signal.aborted) {
                const { stdout } = await execa("ps", ["-eo", "args="]);
                stdout.split("\n").forEach((line) => lines.add(line));
                await setTimeout(50);
            }
        })();
        return async () => {
            stop.abort();
            await watching;
            return [...lines].join("\n");
        };
    }

    function assertClean(where: string, text: string): void {
        assert.notEqual(text, "", `${where} is empty: nothing was looked at`);
        for (const canary of [...canaries, token()]) {
            for (const form of forms(canary)) {
                assert.ok(
                    !text.includes(form),
                    `${where} holds a credential, as ${form === canary ? "it is" : "an encoding"}`,
                );
            }
        }
        assert.doesNotMatch(text, /eyJhbGciOi[\w-]+\.eyJ[\w-]+\./, `${where} holds an access token`);
    }

    it("are ten, one a Deployment and generation, and would be found in each form", () => {
        assert.equal(new Set(canaries).size, 10);
        const [canary = ""] = canaries;
        const texts = [
            `{"secret_id":"${canary}"}`,
            Buffer.from(`{"secret_id":"${canary}"}`).toString("base64"),
            Buffer.from(`x{"secret_id":"${canary}"}`).toString("base64"),
            Buffer.from(`xx{"secret_id":"${canary}"}`).toString("base64"),
        ];
        for (const text of texts) {
            assert.throws(() => {
                assertClean("a text with it", text);
            }, text);
        }
    });

    it("are not in what Pulumi prints, in previews and errors included", () => {
        for (const where of ["up", "preview", "preview of a rotation", "rotation", "error", "refresh", "outputs"]) {
            assertClean(where, seen.get(where) ?? "");
        }
    });

    it("are in no process's arguments", () => {
        const text = seen.get("process arguments") ?? "";
        assert.match(text, /pulumi/);
        assertClean("process arguments", text);
    });

    it("are in Pulumi's state only encrypted", async () => {
        const { text } = await harness.state();
        assertClean("state", text);
        const shown = await harness.succeed(["stack", "export", "--show-secrets"], { configFile: false });
        const current = canaries.slice(canaries.length / 2);
        assert.deepEqual(
            current.filter((canary) => !forms(canary).some((form) => shown.all.includes(form))),
            [],
            "they are in there",
        );
        assert.ok(!shown.all.includes(token()), "the token for Houston is not");
    });

    it("are in no log of a service", async () => {
        const logs = join(harness.sandbox.stateDir, "logs");
        const files = await readdir(logs);
        assert.deepEqual(files.sort(), [
            "aws.log",
            "azure.log",
            "edge.log",
            "etcd.log",
            "google.log",
            "houston.log",
            "kube-apiserver.log",
            "providers.log",
            "vault.log",
        ]);
        for (const file of files) {
            assertClean(file, await readFile(join(logs, file), "utf8"));
        }
    });

    it("are behind a folder that only its owner can open", async () => {
        assert.equal((await stat(harness.sandbox.stateDir)).mode & 0o777, 0o700);
        assert.equal((await stat(join(harness.sandbox.stateDir, "vault", "init.json"))).mode & 0o777, 0o600);
        assert.equal((await stat(harness.sandbox.kubeconfig)).mode & 0o777, 0o600);
    });
});
