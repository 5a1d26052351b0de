import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { airflowsOf, sandboxStacks } from "../../../sandbox/stackFile";

describe("the Airflows of the sandbox", () => {
    let dir: string;
    beforeEach(async () => {
        dir = await mkdtemp(join(tmpdir(), "stacks-"));
    });
    afterEach(() => rm(dir, { recursive: true }));

    const workload = { kind: "Deployment", name: "w", containers: ["scheduler"] };
    const deployment = (name: string, target: object) => ({
        name,
        backend: { kind: "vault", address: "https://vault.sandbox.test", scope: name },
        target,
    });
    const onKubernetes = (name: string) =>
        deployment(name, { kind: "kubernetes", namespace: "n", workloads: [workload] });
    const onAstronomer = (name: string, more: object = {}) =>
        deployment(name, { kind: "astronomer", houstonUrl: "https://houston.sandbox.test/v1", ...more });
    const write = (stack: string, deployments: unknown, more: object = {}) => {
        const config = { "airflow-secrets-backends:deployments": deployments, ...more };
        return writeFile(join(dir, `Pulumi.${stack}.yaml`), stringify({ config }));
    };
    const expires = { "airflow-secrets-backends:expires": "2026-12-01T18:00:00Z" };

    it("are those of dev and of test stacks, not of permanent environments", async () => {
        await write("dev", []);
        await write("prod", []);
        await write("pr-1", [], expires);
        await writeFile(join(dir, "Pulumi.empty.yaml"), "");
        assert.deepEqual(await sandboxStacks(dir), ["dev", "pr-1"]);
    });

    it("have the workloads that the config names, or on Astronomer those of the release", async () => {
        await write("dev", [onKubernetes("a"), onAstronomer("b", { releaseName: "c" })]);
        const { all, onAstronomer: releases } = await airflowsOf(["dev"], dir);
        assert.deepEqual(all[0], { release: "a", namespace: "n", workloads: [workload] });
        assert.equal(all[1]?.namespace, "airflow-c");
        assert.deepEqual(all[1].workloads[4], { kind: "StatefulSet", name: "c-worker", containers: ["worker"] });
        assert.deepEqual(releases, ["c"]);
    });

    it("include a workload only for the first stack that names it", async () => {
        await write("dev", [onKubernetes("a")]);
        await write("pr-1", [onKubernetes("a-copy")], expires);
        const { all } = await airflowsOf(["dev", "pr-1"], dir);
        assert.deepEqual(
            all.map(({ workloads }) => workloads.length),
            [1, 0],
        );
    });

    it("are empty for a stack with an invalid config", async () => {
        await write("dev", [{ name: "NO" }]);
        assert.deepEqual(await airflowsOf(["dev"], dir), { all: [], onAstronomer: [] });
    });
});
