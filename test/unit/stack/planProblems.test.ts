import assert from "node:assert/strict";
import { createdVaultProblems } from "../../../stack/createdVaults";
import { endWarnings, requestProblems } from "../../../stack/planProblems";
import { planStack, type PlannedDeployment } from "../../../stack/planStack";
import { ROTATE_ENV, rotateRequest, type RotateRequest } from "../../../stack/rotateRequest";
import type { StateResource } from "../../../stack/stateResource";
import { Mocks } from "../components/mocks";
import { minimal, parseDeployments, target } from "./fixtures";

const DAY = 86_400_000;
const now = new Date("2026-01-01T00:00:00.000Z");
const at = (days: number): Date => new Date(now.getTime() + days * DAY);
const SECRET_ID = "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId";
const VAULT = "azure-native:keyvault:Vault";

function resource(type: string, name: string, outputs: Record<string, unknown>): StateResource {
    return { type, name, parentType: "", outputNames: Object.keys(outputs), output: (key) => outputs[key] };
}

function planned(config: object, state: readonly StateResource[], request?: RotateRequest): PlannedDeployment {
    const options = { project: "airflow-secrets-backends", stack: "dev", now, request };
    return planStack(parseDeployments([config]), state, options)[0]!;
}

/** Returns the state of a Deployment with secret ids of these generations, made long ago, that end on these days. */
function withSecretIds(config: object, ends: Readonly<Record<number, number>>): StateResource[] {
    const { current } = planned(config, []);
    return Object.entries(ends).map(([generation, days]) =>
        resource(SECRET_ID, `solar.${current.identity}.secret-id.${generation}`, {
            metadata: JSON.stringify({ ends: at(days).toISOString() }),
        }),
    );
}

describe("endWarnings", () => {
    const never = { ...minimal("solar"), rotation: { every: "never" } };
    const warnings = (config: object, ends: Readonly<Record<number, number>>) =>
        endWarnings([planned(config, withSecretIds(config, ends))], now);

    before(() => Mocks.set());

    it("are about a credential that has ended, or ends within a week", () => {
        assert.deepEqual(warnings(never, { 1: 8 }), []);
        assert.deepEqual(warnings(never, { 1: 6 }), [
            'Deployment "solar": its credential ends at 2026-01-07T00:00:00.000Z, and Airflow there then cannot read ' +
                "secrets. Replace it now: npm run rotate -- --stack dev --deployment solar.",
        ]);
        assert.match(warnings(never, { 1: -1 })[0] ?? "", /ended at 2025-12-31T.* Airflow there cannot read secrets\./);
    });

    it("are not about a credential that this run replaces", () => {
        assert.deepEqual(warnings(minimal("solar"), { 1: 6 }), []);
    });

    it("say that a rotation waits for the one before it", () => {
        assert.match(
            warnings(minimal("solar"), { 1: -2, 2: 6 })[0] ?? "",
            /after the previous credential has been deleted/,
        );
    });
});

describe("requestProblems", () => {
    const request = { madeBefore: at(1).toISOString(), revoke: false };
    const problems = (asked: RotateRequest, ends: Readonly<Record<number, number>>) =>
        requestProblems([planned(minimal("solar"), withSecretIds(minimal("solar"), ends), asked)], asked);

    it("names the Deployments of the config if there is none of that name", () => {
        assert.deepEqual(problems({ ...request, deployments: ["sola"] }, {}), [
            'the config has no Deployment "sola", only: solar',
        ]);
    });

    it("says until when a rotation has to wait, unless the old credential is revoked", () => {
        assert.deepEqual(problems(request, { 1: 20 }), []);
        assert.deepEqual(problems(request, { 1: 20, 2: 30 }), [
            'Deployment "solar" cannot get a new credential now: the one before the current one is valid until ' +
                "2026-01-02T00:00:00.000Z. Wait until then and run pulumi up, or add --revoke",
        ]);
        assert.deepEqual(problems({ ...request, revoke: true }, { 1: 20, 2: 30 }), []);
    });
});

describe("rotateRequest", () => {
    it("reads what the command writes, and refuses anything else", () => {
        const request = { madeBefore: at(0).toISOString(), deployments: ["solar"], revoke: true };
        assert.deepEqual(rotateRequest({ [ROTATE_ENV]: JSON.stringify(request) }), request);
        assert.deepEqual([rotateRequest({}), rotateRequest({ [ROTATE_ENV]: "" })], [undefined, undefined]);
        for (const text of ["true", "{}", JSON.stringify({ ...request, all: true })]) {
            assert.throws(() => rotateRequest({ [ROTATE_ENV]: text }), /use npm run rotate/);
        }
    });
});

describe("createdVaultProblems", () => {
    const azure = { kind: "azure-key-vault", resourceGroup: "group", createVault: true };
    const config = (backend: object) => ({ name: "solar", target: target("solar"), backend: { ...azure, ...backend } });
    const problems = (backend: object) => {
        const { store } = planned(config({}), []).current;
        const properties = { enableRbacAuthorization: false };
        const vault = resource(VAULT, `solar.${store}.vault`, { name: "af-solar-1a2b3c4d", properties });
        return createdVaultProblems([planned(config(backend), [vault])]);
    };

    it("refuse another authorization of a created vault, and say what to do", () => {
        assert.deepEqual([problems({ authorization: "access-policy" }), problems({})], [[], []]);
        assert.match(
            problems({ authorization: "rbac" })[0] ?? "",
            /^Deployment "solar": the stack created Key Vault "af-solar-1a2b3c4d" with authorization: access-policy\. .*Write authorization: access-policy again\./,
        );
    });

    it("allow another vault with another authorization", () => {
        assert.deepEqual(problems({ authorization: "rbac", vaultName: "other", createVault: false }), []);
    });
});
