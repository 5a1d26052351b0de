import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import { parse } from "yaml";
import program from "../../../index";
import { projectDir } from "../../../sandbox/paths";
import { faultsToTry } from "../../sandbox/faults";
import { Mocks } from "../components/mocks";
import { KEY } from "../devStack";
import { badConfigs, CANARY, type BadConfig } from "./badConfigs";
import { assertReported, pathsIn } from "./reportedPaths";

const PROJECT = "airflow-secrets-backends";

describe("a config with mistakes", function () {
    this.timeout(300_000);
    this.slow(60_000);
    const { all, seed, choice } = faultsToTry();
    let deployments: readonly object[];
    let mocks: Mocks;

    before(async () => {
        const file = parse(await readFile(join(projectDir, "Pulumi.dev.yaml"), "utf8")) as {
            config: { [KEY]: readonly object[] };
        };
        deployments = file.config[KEY];
        mocks = await Mocks.set();
    });
    after(() => {
        pulumi.runtime.setAllConfig({});
    });

    /** Runs the program; returns the error that it ends with. */
    async function errorFor({ deployments: list, others }: BadConfig): Promise<unknown> {
        const more = Object.entries(others).map(([key, value]) => [`${PROJECT}:${key}`, value]);
        pulumi.runtime.setAllConfig({ [KEY]: JSON.stringify(list), ...(Object.fromEntries(more) as object) });
        try {
            await program();
        } catch (error) {
            return error;
        }
        return undefined;
    }

    it(`is refused with one message with a path for each, and nothing is registered or asked (${choice})`, () =>
        fc.assert(
            fc.asyncProperty(badConfigs(deployments), async (config) => {
                const error = await errorFor(config);
                assert.ok(pulumi.RunError.isInstance(error), String(error));
                // The engine prints the stack trace, if there is one.
                assert.equal(error.stack, "");
                assertReported(pathsIn(error.message), config.mistakes);
                assert.doesNotMatch(error.message, new RegExp(CANARY));
                assert.deepEqual([mocks.registered, mocks.calls], [[], []]);
            }),
            { seed, numRuns: all ? 2000 : 200 },
        ));
});
