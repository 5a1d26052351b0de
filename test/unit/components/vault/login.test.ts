import assert from "node:assert/strict";
import { findLoginProblems, findTokenProblems } from "../../../../components/vault/login";
import { fakeVault } from "./fakeVault";

const SELF = "auth/token/lookup-self";
const inNamespace = (...namespaces: (string | undefined)[]) =>
    namespaces.map((namespace, index) => ({ name: `d-${index}`, backend: { namespace } }));

describe("the login to Vault", () => {
    it("is fine without a namespace of its own", () => {
        assert.deepEqual(findLoginProblems({ VAULT_ADDR: "x", VAULT_NAMESPACE: "" }, []), []);
    });

    it("must not set a namespace for every resource", () => {
        const [problem, ...others] = findLoginProblems({ VAULT_NAMESPACE: "admin" }, []);
        assert.match(
            problem ?? "",
            /^VAULT_NAMESPACE is set to "admin".*unset VAULT_NAMESPACE\), and write namespace in/,
        );
        assert.deepEqual(others, []);
        assert.equal(findLoginProblems({ TERRAFORM_VAULT_NAMESPACE_IMPORT: "a" }, []).length, 1);
    });

    it("must not be in the stack's config", () => {
        const problems = findLoginProblems({}, ["address", "token", "namespace"]);
        assert.match(problems[0] ?? "", /config rm vault:address\), and set VAULT_ADDR$/);
        assert.match(problems[1] ?? "", /config rm vault:token\), and set VAULT_TOKEN$/);
        assert.match(problems[2] ?? "", /config rm vault:namespace\), and write namespace in the backends/);
    });

    it("is refused with a token that Vault does not accept", async () => {
        const [problem] = await findTokenProblems([], {}, fakeVault({ [SELF]: 403 }).call);
        assert.match(
            problem ?? "",
            /does not accept the token of this shell .*has expired or was revoked.*VAULT_TOKEN$/,
        );
        await assert.rejects(findTokenProblems([], {}, fakeVault({ [SELF]: 503 }).call), /Vault is sealed/);
    });

    it("may have a token of a namespace only if the provider does not put it before the others", async () => {
        const { call } = fakeVault({ [SELF]: { namespace_path: "team/" } });
        assert.match(
            (await findTokenProblems(inNamespace("team"), {}, call)).join(),
            /namespace "team".*Set VAULT_SET_NAMESPACE_FROM_TOKEN=false$/,
        );
        const env = { VAULT_SET_NAMESPACE_FROM_TOKEN: "false" };
        assert.deepEqual(await findTokenProblems(inNamespace("team"), env, call), []);
        assert.match(
            (await findTokenProblems(inNamespace("team", undefined), env, call)).join(),
            /^Deployment "d-1": its/,
        );
        const { call: root } = fakeVault({ [SELF]: { namespace_path: "" } });
        assert.deepEqual(await findTokenProblems(inNamespace(undefined, "team"), {}, root), []);
    });
});
