import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { loadConfig } from "../../../stack/load";
import { minimal } from "./fixtures";

const KEY = "airflow-secrets-backends:deployments";
const EXPIRES = "airflow-secrets-backends:expires";

describe("loadConfig", () => {
    before(async () => {
        const refuse = () => {
            throw new Error("loading the config must not need the engine");
        };
        await pulumi.runtime.setMocks({ newResource: refuse, call: refuse }, "airflow-secrets-backends", "prod");
    });
    afterEach(() => {
        pulumi.runtime.setAllConfig({});
    });

    function messageFor(value: string | undefined): string {
        return messageOf(value === undefined ? {} : { [KEY]: value });
    }

    function messageOf(config: Record<string, string>): string {
        pulumi.runtime.setAllConfig(config);
        try {
            loadConfig();
        } catch (error) {
            assert.ok(pulumi.RunError.isInstance(error), String(error));
            return error.message;
        }
        return assert.fail("nothing was thrown");
    }

    it("returns the parsed Deployments", () => {
        pulumi.runtime.setAllConfig({ [KEY]: JSON.stringify([minimal("a"), minimal("b")]) });
        assert.deepEqual(
            loadConfig().deployments.map(({ name, backend, rotation }) => [name, backend.kind, rotation]),
            [
                ["a", "vault", { overlap: "24h" }],
                ["b", "vault", { overlap: "24h" }],
            ],
        );
    });

    it("names the file for a missing key", () => {
        assert.equal(
            messageFor(undefined),
            `The config of airflow-secrets-backends has a problem. Nothing was changed.\n` +
                "  - deployments: found nothing. Allowed: a list of Deployments. " +
                "Write it into Pulumi.prod.yaml, as README.md shows.",
        );
    });

    it("refuses text that is not JSON, without printing it", () => {
        const message = messageFor("[hunter2");
        assert.match(message, /deployments: found text that is not JSON\. Allowed: a list of Deployments\. /);
        assert.doesNotMatch(message, /hunter2/);
    });

    it("reports every problem in an error without a stack trace", () => {
        const message = messageFor(JSON.stringify([minimal("a", { kvVersion: 3 }), minimal("b", { mount: "" })]));
        const [head, ...lines] = message.split("\n");
        assert.equal(head, "The config of airflow-secrets-backends has 2 problems. Nothing was changed.");
        assert.deepEqual(
            lines.map((line) => line.slice(0, line.indexOf(": "))),
            ["  - deployments[0] (a).backend.kvVersion", "  - deployments[1] (b).backend.mount"],
        );
    });

    it("returns when the stack may be torn down; undefined without expires", () => {
        const deployments = JSON.stringify([minimal("a")]);
        pulumi.runtime.setAllConfig({ [KEY]: deployments, [EXPIRES]: "2026-12-01T18:00:00Z" });
        assert.equal(loadConfig().expires, "2026-12-01T18:00:00Z");
        pulumi.runtime.setAllConfig({ [KEY]: deployments });
        assert.equal(loadConfig().expires, undefined);
    });

    it("reads an unquoted time, which the engine passes in another format", () => {
        pulumi.runtime.setAllConfig({ [KEY]: "[]", [EXPIRES]: "2026-12-01 18:00:00 +0000 UTC" });
        assert.equal(loadConfig().expires, "2026-12-01T18:00:00Z");
    });

    it("refuses any other format of the time", () => {
        assert.equal(
            messageOf({ [KEY]: "[]", [EXPIRES]: "2026-12-01 18:00:00" }),
            "The config of airflow-secrets-backends has a problem. Nothing was changed.\n" +
                '  - expires: found "2026-12-01 18:00:00". Allowed: an RFC 3339 time with an offset from ' +
                "UTC. Write e.g. 2026-12-01T18:00:00Z.",
        );
    });

    it("reports the problems of all keys at once, those of the Deployments last", () => {
        const message = messageOf({
            "airflow-secrets-backends:awsAccountId": "11112222333",
            "airflow-secrets-backends:azureSubscriptionId": "11112222-3333-4444-5555-66667777888A",
            "airflow-secrets-backends:vaultClusterId": "vault-cluster-1",
            [EXPIRES]: "soon",
            [KEY]: JSON.stringify([minimal("a", { tokenTtl: 1e20 })]),
        });
        assert.deepEqual(message.split("\n"), [
            "The config of airflow-secrets-backends has 5 problems. Nothing was changed.",
            '  - awsAccountId: found "11112222333". Allowed: the 12 digits of an AWS account, in quotes. ' +
                'Write e.g. "111122223333".',
            '  - azureSubscriptionId: found "11112222-3333-4444-5555-66667777888A". Allowed: the id of an Azure ' +
                "subscription, in lower case. Write e.g. 11112222-3333-4444-5555-666677778888.",
            '  - vaultClusterId: found "vault-cluster-1". Allowed: the id of a Vault cluster, in lower case. Write the ' +
                "Cluster ID that vault status shows, e.g. 11112222-3333-4444-5555-666677778888.",
            '  - expires: found "soon". Allowed: an RFC 3339 time with an offset from UTC. ' +
                "Write e.g. 2026-12-01T18:00:00Z.",
            "  - deployments[0] (a).backend.tokenTtl: found 100000000000000000000. Allowed: whole seconds from 1 to " +
                "1200 (20 minutes). Write the TTL of a login's token, or leave the key out for 1200.",
        ]);
    });

    it("reports an invalid UID of a cluster, and how to find it", () => {
        assert.match(
            messageOf({ [KEY]: "[]", "airflow-secrets-backends:kubernetesClusterUid": "production" }),
            /- kubernetesClusterUid: found "production"\. Allowed: the UID of .* kube-system, in lower case\. Write what `kubectl get/,
        );
    });

    it("reports them even if the list of Deployments cannot be read", () => {
        const [, first, second, ...others] = messageOf({ [EXPIRES]: "soon", [KEY]: "[hunter2" }).split("\n");
        assert.match(first!, /^ {2}- expires: found "soon"\./);
        assert.match(second!, /^ {2}- deployments: found text that is not JSON\./);
        assert.deepEqual(others, []);
    });
});
