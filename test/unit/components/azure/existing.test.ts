import assert from "node:assert/strict";
import { findClaimsByDeployment } from "../../../../components/claimsByDeployment";
import { azureDenied, azureLookups } from "../../../../components/azure/existing";
import { roleAssignmentName, vaultResourceId } from "../../../../components/azure/deploymentVault";
import { markLines, marksOf } from "../../../../components/marks";
import { deploymentWith, IDENTITY, NAME, ownerOf, PLACE, STORE } from "../current";
import { azureCaller } from "../mockAnswers";
import { Mocks } from "../mocks";
import { replaceNetwork } from "../../mockNetwork";
import { warningsOf } from "../../warnings";

const GROUP = "sandbox-group";
const VAULT = "af-solar-12345678";
const MANAGEMENT = "https://management.azure.com";
const GRAPH = "https://graph.microsoft.com";
const DATA = `https://${VAULT}.vault.azure.net`;
const vaultId = vaultResourceId(azureCaller.subscriptionId, GROUP, VAULT);
const login = { ...azureCaller, operatorId: azureCaller.objectId, vaultToken: "vault-token-of-test" };

const backend = {
    kind: "azure-key-vault",
    resourceGroup: GROUP,
    createVault: true,
    purgeProtection: false,
    authorization: "rbac",
    scope: "solar",
    sep: "-",
    login: "client-secret",
} as const;

/** The services' contents: by URL without the query; everything else does not exist. */
type Contents = Readonly<Record<string, object>>;
type Config = Parameters<typeof azureLookups>[0]["backend"];
type More = Parameters<typeof deploymentWith<Config>>[1];

const own = marksOf(ownerOf(), false);
const anothers = (shares: boolean) => marksOf(ownerOf("lunar", "production"), shares);
const nothing = { existing: {}, shared: [], problems: [] };

async function found(contents: Contents, more: More = {}, isNew = true, statusOf: (url: string) => number = () => 404) {
    await Mocks.set();
    const { agent, restore } = replaceNetwork();
    for (const origin of [GRAPH, MANAGEMENT, DATA]) {
        agent
            .get(origin)
            .intercept({ path: () => true })
            .reply(({ path }) => {
                const url = `${origin}${path.split("?")[0] ?? ""}`;
                const body = contents[url];
                const statusCode = body === undefined ? statusOf(url) : 200;
                const code = statusCode === 403 ? "Forbidden" : "Other";
                return { statusCode, data: JSON.stringify(body ?? { error: { code, message: "no right" } }) };
            })
            .persist();
    }
    const deployment = deploymentWith<Config>(backend, more);
    const vault = { name: VAULT, create: isNew ? { location: "westeurope", recover: false } : undefined, isNew };
    const context = { login, managerToken: "manager-token-of-test", vaults: new Map([[NAME, vault]]) };
    try {
        const lookups = () => azureLookups(deployment, context, () => Promise.resolve("graph-token-of-test"));
        const { claims, problems } = await findClaimsByDeployment([deployment], lookups, azureDenied);
        const { existing, shared } = claims.get(NAME)!;
        return { existing: Object.fromEntries(existing), shared: [...shared], problems };
    } finally {
        await restore();
    }
}

describe("what already has the name of something in Azure", () => {
    const applications = (...value: object[]): Contents => ({ [`${GRAPH}/v1.0/applications`]: { value } });
    const app = { id: "object-id", appId: "client-id", notes: markLines(own).join("\n") };
    const appResource = `${NAME}.${IDENTITY}.app`;

    it("is nothing if nothing is found", async () => {
        assert.deepEqual(await found({}), nothing);
    });

    it("is an app whose notes have this Deployment's marks; any other is a problem", async () => {
        const ours = { ...nothing, existing: { [appResource]: "/applications/object-id" } };
        assert.deepEqual(await found(applications(app)), ours);
        assert.deepEqual(await found(applications({ id: "other", notes: null }, app)), ours);
        for (const notes of [null, "for payroll", markLines(anothers(false)).join("\n")]) {
            const { existing, problems } = await found(applications({ ...app, notes }));
            assert.deepEqual([existing, problems.length], [{}, 1]);
            assert.match(problems[0] ?? "", /^Deployment \S+: the app registration "airflow\.dev\.\S+" already exists/);
        }
    });

    it("is the role assignment of the principal of this Deployment's app, after an interrupted run only", async () => {
        const name = roleAssignmentName(vaultId, "principal-id");
        const id = `${vaultId}/providers/Microsoft.Authorization/roleAssignments/${name}`;
        const contents = {
            ...applications(app),
            [`${GRAPH}/v1.0/servicePrincipals`]: { value: [{ id: "principal-id" }] },
            [`${MANAGEMENT}${id}`]: { id },
        };
        const grant = `${NAME}.${IDENTITY}.grant`;
        const inState = { isInState: (resource: string) => resource === appResource };
        assert.deepEqual((await found(contents, inState)).existing, { [grant]: id });
        assert.deepEqual((await found(contents, { ...inState, mayExist: () => false })).existing, {});
        const another = { ...contents, ...applications({ ...app, notes: null }) };
        assert.deepEqual((await found(another, inState)).existing, {});
    });

    it("is a federated credential of this Deployment's app, after an interrupted run only", async () => {
        const url = `${GRAPH}/v1.0/applications/object-id/federatedIdentityCredentials`;
        const contents = { ...applications(app), [url]: { value: [{ id: "first", name: "trust-1" }] } };
        const pods = { namespace: "airflow", serviceAccounts: ["a", "b"], audience: "", tokenFile: "" };
        const inState = { pods, isInState: (resource: string) => resource === appResource };
        const ours = { [`${NAME}.${IDENTITY}.trust_1`]: "object-id/federatedIdentityCredential/first" };
        assert.deepEqual((await found(contents, inState)).existing, ours);
        assert.deepEqual((await found(contents, { ...inState, pods: undefined })).existing, {});
        assert.deepEqual((await found(contents, { ...inState, mayExist: () => false })).existing, {});
        const another = { ...contents, ...applications({ ...app, notes: null }) };
        assert.deepEqual((await found(another, inState)).existing, {});
    });

    it("is the created vault with this Deployment's tags; any other is a problem", async () => {
        const vault = (tags?: object): Contents => ({ [`${MANAGEMENT}${vaultId}`]: { id: vaultId, tags } });
        const resource = `${NAME}.${STORE}.vault`;
        assert.deepEqual(await found(vault(own)), { ...nothing, existing: { [resource]: vaultId } });
        for (const tags of [undefined, { owner: "payments" }, anothers(true)]) {
            const { existing, problems } = await found(vault(tags));
            assert.deepEqual([existing, problems.length], [{}, 1]);
            assert.match(problems[0] ?? "", /: the Key Vault "af-solar-12345678" already exists/);
        }
        const { problems } = await found(vault(own), { mayExist: () => false });
        assert.match(problems.join(), /it is not in the state.*write createVault: false/);
        assert.deepEqual((await found(vault(anothers(true)), { shareSecrets: true })).shared, [resource]);
    });

    it("is a test secret with this Deployment's tags; any other is a problem", async () => {
        const id = `${vaultId}/secrets/solar-airflow-variables-verify-variable`;
        const secret = (tags: object, more?: More) => found({ [`${MANAGEMENT}${id}`]: { tags } }, more, false);
        const resource = `${NAME}.${PLACE}.test-variable`;
        assert.deepEqual(await secret(own), { ...nothing, existing: { [resource]: id } });
        assert.deepEqual(await secret(anothers(true), { shareSecrets: true }), { ...nothing, shared: [resource] });
        for (const tags of [{}, { "made-by": "airflow-secrets-backends" }, anothers(false)]) {
            const { existing, problems } = await secret(tags);
            assert.deepEqual([existing, problems.length], [{}, 1]);
            assert.match(problems[0] ?? "", /: the secret "solar-\S+" in Key Vault "af-solar-12345678" already exists/);
        }
    });

    it("is not looked for among what Airflow does not look up", async () => {
        const id = `${vaultId}/secrets/solar-airflow-variables-verify-variable`;
        const contents = { [`${MANAGEMENT}${id}`]: { tags: {} } };
        const only = { backend: { ...backend, only: "connections" } } as const;
        assert.deepEqual(await found(contents, only, false), nothing);
    });

    it("is a deleted secret that is not this Deployment's: the provider would recover and overwrite it", async () => {
        const url = `${DATA}/deletedsecrets/solar-airflow-variables-verify-variable`;
        assert.deepEqual(await found({ [url]: { tags: own } }, {}, false), nothing);
        for (const tags of [null, { owner: "payments" }, anothers(true)]) {
            const { existing, shared, problems } = await found({ [url]: { tags } }, { shareSecrets: true }, false);
            assert.deepEqual([existing, shared, problems.length], [{}, [], 1]);
            assert.match(
                problems[0] ?? "",
                /"solar-\S+" in Key Vault "\S+", which was deleted and can be recovered, already/,
            );
        }
    });

    it("is only a warning where the login may not look, and an error if Azure fails in another way", async () => {
        const inVault = (status: number) => (url: string) => (url.startsWith(DATA) ? status : 404);
        const warnings = await warningsOf(async () => {
            assert.deepEqual(await found({}, {}, false, inVault(403)), nothing);
        });
        assert.equal(warnings.length, 1);
        assert.match(
            warnings[0] ?? "",
            /cannot find out .*can be recovered, \(GET .* answers 403: Forbidden no right\)/,
        );
        await assert.rejects(
            found({}, {}, false, inVault(409)),
            /cannot find out whether .* answers 409.*Nothing was changed/,
        );
    });
});
