import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { loadConfig } from "../../stack/load";
import { parseDeployments } from "./stack/fixtures";
import { projectDir } from "../../sandbox/paths";

const KEY = "airflow-secrets-backends:deployments";

describe("Pulumi.prod.yaml.example", () => {
    let config: Record<string, unknown>;

    before(async () => {
        const text = await readFile(join(projectDir, "Pulumi.prod.yaml.example"), "utf8");
        ({ config } = parse(text) as { config: typeof config });
    });

    it("is a valid config with every kind of backend and target", () => {
        const deployments = parseDeployments(config[KEY]);
        const kinds = (of: "backend" | "target") => [...new Set(deployments.map((each) => each[of].kind))].sort();
        assert.deepEqual(kinds("backend"), [
            "aws-parameter-store",
            "aws-secrets-manager",
            "azure-key-vault",
            "gcp-secret-manager",
            "vault",
        ]);
        assert.deepEqual(kinds("target"), ["astronomer", "kubernetes"]);
    });

    it("has a valid AWS account, Azure subscription, Vault and Kubernetes cluster", async () => {
        const refuse = () => {
            throw new Error("loading the config must not need the engine");
        };
        await pulumi.runtime.setMocks({ newResource: refuse, call: refuse }, "airflow-secrets-backends", "prod");
        const values = Object.entries(config).map(([key, value]) => [
            key,
            typeof value === "string" ? value : JSON.stringify(value),
        ]);
        pulumi.runtime.setAllConfig(Object.fromEntries(values) as Record<string, string>);
        try {
            const { awsAccountId, azureSubscriptionId, vaultClusterId, kubernetesClusterUid } = loadConfig();
            assert.deepEqual(
                [awsAccountId, azureSubscriptionId, vaultClusterId, kubernetesClusterUid],
                [
                    "111122223333",
                    "11112222-3333-4444-5555-666677778888",
                    "99998888-7777-6666-5555-444433332222",
                    "aaaabbbb-cccc-dddd-eeee-ffff00001111",
                ],
            );
        } finally {
            pulumi.runtime.setAllConfig({});
        }
    });
});
