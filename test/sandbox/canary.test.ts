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

/** One Deployment per kind of backend, with both kinds of target. */
const DEPLOYMENTS = [
    "solar-dust-1234",
    "crimson-comet-2468",
    "golden-nebula-8642",
    "copper-aurora-2718",
    "jade-eclipse-5772",
] as const;
const [SOLAR, CRIMSON, GOLDEN, COPPER, JADE] = DEPLOYMENTS;
/** They have no credential. Their proof uses tokens of the cluster. */
const KEYLESS = ["coral-drift-2357", "olive-comet-7113"] as const;

describe("the credentials that the stack creates", function () {
    this.timeout(600_000);
    this.slow(60_000);
    let harness: Harness;
    const canaries: string[] = [];
    const outputs = new Map<string, string>();

    before(async () => {
        harness = await Harness.open(...DEPLOYMENTS, ...KEYLESS);
        const watch = watchProcesses();
        outputs.set("up", (await harness.up("--diff", "--show-reads")).all);
        await collect();
        outputs.set("preview", (await harness.succeed(["preview", "--diff"])).all);
        // Older than the age at which any kind of backend replaces its credential.
        await harness.age({ days: 100 });
        outputs.set("preview of a rotation", (await harness.succeed(["preview", "--diff", "--json"])).all);
        outputs.set("rotation", (await harness.up("--diff")).all);
        await collect();
        await harness.edit(([solar]) => {
            solar!.backend.authMount = "nowhere";
        });
        outputs.set("error", (await harness.pulumi(["up", "--yes"])).all);
        await harness.restoreConfig();
        outputs.set("refresh", (await harness.succeed(["refresh", "--yes", "--diff"])).all);
        outputs.set("outputs", (await harness.succeed(["stack", "output", "--json"], { configFile: false })).all);
        outputs.set("process arguments", await watch());
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
        // A single line, which is found however line breaks are encoded. The first lines are the same for many keys.
        canaries.push(privateKey.split("\n")[3] ?? "");
        const { clientSecret } = azureLoginIn(await harness.resolvedEnv(JADE));
        assert.match(clientSecret, /^[\w-]{40}$/);
        canaries.push(clientSecret);
    }

    /** Returns the token for Houston, which the stack does not create but gets as an env var. */
    function token(): string {
        return harness.sandbox.env.ASTRONOMER_API_TOKEN ?? assert.fail("the sandbox has no token for Houston");
    }

    /** Records the arguments of every process; the returned function stops this and returns them. */
    function watchProcesses(): () => Promise<string> {
        const lines = new Set<string>();
        const stop = new AbortController();
        const watching = (async () => {
            // Often enough to catch short-lived processes, without taking a core from the stack.
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

    /** Asserts that the text contains no credential in any encoding. */
    function assertClean(where: string, text: string): void {
        assert.notEqual(text, "", `${where} is empty: nothing was checked`);
        for (const canary of [...canaries, token()]) {
            for (const form of forms(canary)) {
                assert.ok(
                    !text.includes(form),
                    `${where} contains a credential${form === canary ? "" : " in an encoding"}`,
                );
            }
        }
        assert.doesNotMatch(text, /eyJhbGciOi[\w-]+\.eyJ[\w-]+\./, `${where} contains an access token`);
    }

    it("are ten, a current and a previous one per Deployment, and are found in each encoding", () => {
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
                assertClean("a text with a credential", text);
            }, text);
        }
    });

    it("are not in Pulumi's output, including previews and errors", () => {
        for (const where of ["up", "preview", "preview of a rotation", "rotation", "error", "refresh", "outputs"]) {
            assertClean(where, outputs.get(where) ?? "");
        }
    });

    it("are not in the arguments of any process", () => {
        const text = outputs.get("process arguments") ?? "";
        assert.match(text, /pulumi/);
        assertClean("process arguments", text);
    });

    it("are in Pulumi's state only encrypted", async () => {
        const { text } = await harness.state();
        assertClean("state", text);
        const shown = await harness.succeed(["stack", "export", "--show-secrets"], { configFile: false });
        assert.deepEqual(
            canaries.filter((canary) => !forms(canary).some((form) => shown.all.includes(form))),
            [],
            "the state contains every current credential, and the previous one until its overlap is over",
        );
        assert.ok(!shown.all.includes(token()), "the state does not contain the token for Houston");
    });

    it("are not in the log of any service", async () => {
        const logs = join(harness.sandbox.stateDir, "logs");
        const files = await readdir(logs);
        assert.deepEqual(files.sort(), [
            "aws.log",
            "azure.log",
            "edge.log",
            "etcd.log",
            "google.log",
            "houston.log",
            "issuer.log",
            "kube-apiserver.log",
            "providers.log",
            "vault.log",
        ]);
        for (const file of files) {
            assertClean(file, await readFile(join(logs, file), "utf8"));
        }
    });

    it("are in a directory that only its owner can open", async () => {
        assert.equal((await stat(harness.sandbox.stateDir)).mode & 0o777, 0o700);
        assert.equal((await stat(join(harness.sandbox.stateDir, "vault", "init.json"))).mode & 0o777, 0o600);
        assert.equal((await stat(harness.sandbox.kubeconfig)).mode & 0o777, 0o600);
    });
});
