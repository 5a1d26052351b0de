import assert from "node:assert/strict";
import { adviceMessage } from "../../../../components/errorAdvice";
import { vaultAdvice, vaultErrorAdvice } from "../../../../components/vault/errors";

/** An error of Vault's provider. */
const providerError = (
    code: number,
    reason: string,
    request = "PUT http://vault.test/v1/sys/policies/acl/airflow.dev.x",
) => `error writing to Vault: Error making API request.\n\nURL: ${request}\nCode: ${code}. Errors:\n\n* ${reason}`;

describe("the advice for an error of Vault", () => {
    const cases: readonly [error: string, expected: RegExp][] = [
        [
            providerError(403, "1 error occurred:\n\t* permission denied\n\n"),
            /lacks a permission \("create" and "update" on sys\/policies\/acl\/airflow\.dev\.x\): docs\/vault\.md/,
        ],
        [
            "Vault's answer to GET secret/metadata/a: 403 permission denied",
            /lacks a permission \(read on secret\/metadata\/a\): docs\/vault\.md/,
        ],
        ["Code: 403. Errors:\n\n* permission denied", /lacks a permission: docs\/vault\.md/],
        [
            providerError(403, "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"),
            /has expired or was revoked/,
        ],
        [providerError(503, "Vault is sealed"), /Unseal Vault/],
        [
            providerError(500, "local node not active but active cluster node not found"),
            /no node of its cluster is active/,
        ],
        [providerError(404, 'no handler for route "kv/data/x". route entry not found.'), /Compare mount, kvVersion/],
        [providerError(405, "unsupported operation"), /vault secrets list and vault auth list/],
        [
            providerError(404, "Invalid path for a versioned K/V secrets engine. See the API docs"),
            /Write kvVersion: 2, and the mount's path without data\/ at its end/,
        ],
        [providerError(400, "check-and-set parameter required for this call"), /Remove testSecrets: true/],
        [providerError(429, 'request path "sys": rate limit quota exceeded'), /A quota of Vault is used up/],
        [
            providerError(400, "local_secret_ids can only be modified during role creation"),
            /Vault has an AppRole of this name/,
        ],
        [providerError(404, "namespace not found"), /no such namespace/],
    ];
    for (const [error, expected] of cases) {
        it(`says what to do: ${error.replaceAll(/\s+/g, " ").slice(-70)}`, () => {
            assert.match(vaultAdvice(error) ?? "", expected);
            const args = { errors: [error, "an older error"], urn: "", newInputs: {} };
            assert.equal(adviceMessage(vaultErrorAdvice, args as never), vaultAdvice(error));
        });
    }

    it("says nothing about an error that is not known", () => {
        assert.equal(vaultAdvice(providerError(500, "internal error")), undefined);
    });
});
