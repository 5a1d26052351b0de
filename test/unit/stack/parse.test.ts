import * as assert from "node:assert/strict";
import { assertProblem, minimal, problemsIn, parseDeployments, target, workload } from "./fixtures";

describe("parseDeployments", () => {
    it("fills in the defaults", () => {
        const { scope, ...backend } = minimal().backend as Record<string, unknown>;
        assert.equal(scope, "solar-dust-1234");
        assert.deepEqual(parseDeployments([{ ...minimal(), backend }]), [
            {
                name: "solar-dust-1234",
                backend: {
                    kind: "vault",
                    address: "https://vault.example.com",
                    mount: "secret",
                    kvVersion: 2,
                    login: "approle",
                    authMount: "approle",
                    tokenTtl: 1200,
                    secretIdTtl: 2592000,
                },
                target: {
                    kind: "kubernetes",
                    namespace: "airflow-solar-dust-1234",
                    workloads: [{ kind: "Deployment", name: "scheduler", containers: ["scheduler"] }],
                    force: false,
                    waitForRollout: true,
                },
                rotation: { overlap: "24h" },
                testSecrets: false,
                proofTimeout: "10m",
                shareSecrets: false,
                allowMissing: false,
            },
        ]);
    });

    it("keeps all configured values", () => {
        const full = {
            name: "solar-dust-1234",
            backend: {
                kind: "vault",
                address: "http://[::1]:8200/behind/a/path",
                mount: "kv/team.a/x_y",
                kvVersion: 1,
                scope: "Solar_Dust.1234",
                namespace: "team-a/sub",
                login: "approle",
                authMount: "logins/approle",
                tokenTtl: 1,
                secretIdTtl: 864000,
                caFile: "/usr/local/share/ca.pem",
                boundCidrs: ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32", "::/0"],
            },
            target: target("solar-dust-1234", {
                workloads: [
                    workload({ name: "a.b-c.d", containers: ["scheduler", "log-groomer"] }),
                    workload({ kind: "StatefulSet", name: "a.b-c.d" }),
                ],
                force: true,
                waitForRollout: false,
                podTemplateSecret: "solar.pod-env",
            }),
            rotation: { every: "36h", overlap: "2h" },
            testSecrets: true,
            proof: "if-reachable",
            proofTimeout: "90s",
            shareSecrets: true,
            allowMissing: true,
        };
        assert.deepEqual(parseDeployments([full]), [full]);
    });

    it("accepts as podTemplateSecret what Kubernetes accepts as a name, but no name of the stack's own Secrets", () => {
        const names = [
            "Solar",
            "solar_env",
            "-solar",
            "",
            "a/b",
            1,
            "solar.9d53274c.env.2-0a1b2c3d",
            "solar.9d53274c.env.2",
        ];
        for (const podTemplateSecret of names) {
            assertProblem(
                [minimal("solar", {}, { target: target("solar", { podTemplateSecret }) })],
                "deployments[0] (solar).target.podTemplateSecret",
                JSON.stringify(podTemplateSecret),
                /^Allowed: the name of a Secret: lower-case letters/,
            );
        }
    });

    it("writes an address in one spelling", () => {
        const addresses = [
            "https://VAULT.example.com:443/",
            "https://vault.example.com:8200//",
            "http://h:80/Vault/",
            "https://h/v1-old/uiux",
        ];
        const parsed = addresses.map((address) => {
            const { backend } = parseDeployments([minimal("a", { address })])[0]!;
            return backend.kind === "vault" ? backend.address : backend.kind;
        });
        assert.deepEqual(parsed, [
            "https://vault.example.com",
            "https://vault.example.com:8200",
            "http://h/Vault",
            "https://h/v1-old/uiux",
        ]);
    });

    it("accepts an empty list, so that the last Deployment can be removed", () => {
        assert.deepEqual(parseDeployments([]), []);
    });

    it("does not modify its input", () => {
        const found = [minimal("a", { address: "https://vault.example.com/" })];
        const before = structuredClone(found);
        parseDeployments(found);
        assert.deepEqual(found, before);
    });

    it("parses 1,000 Deployments, and 1,000 with several problems each", () => {
        const many = Array.from({ length: 1000 }, (_, i) => minimal(`d-${i}`));
        assert.equal(parseDeployments(many).length, 1000);
        const wrong = many.map((each) => ({
            ...each,
            name: "same",
            backend: { kind: "vault", address: "vault.example.com" },
            target: target("same"),
        }));
        // One address problem per Deployment; except for the first also a name, a workload and an overlap.
        assert.equal(problemsIn(wrong).length, 1000 + 3 * 999);
    });
});
