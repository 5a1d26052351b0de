import assert from "node:assert/strict";
import type { CredentialStore } from "../../../../components/serviceCredentials";
import { goneAmong, orphansAmong, Services, type Held } from "../../../../scripts/status/orphans";
import { credentialsIn, identitiesIn, type FoundIdentity } from "../../../../scripts/status/state";
import { exported, role, secretId, stateOf } from "./states";

const ACCOUNT = "projects/my-project/serviceAccounts/airflow-solar@my-project.iam.gserviceaccount.com";
const APP = "0aa0aa0a-0000-4000-8000-000000000001";

/** One identity and one credential per kind, as Pulumi's providers record them. */
const everyKind = stateOf([
    role(),
    secretId(1, "accessor-1"),
    ...["SecretsManagerBackend", "ParameterStoreBackend"].flatMap((component, index) => [
        exported(component, "aws:iam/user:User", `solar.a000000${index}.user`, {
            id: `user-${index}`,
            outputs: { name: `user-${index}`, uniqueId: `AIDA${index}` },
        }),
        exported(component, "aws:iam/accessKey:AccessKey", `solar.a000000${index}.access-key.1`, {
            id: `AKIA${index}`,
        }),
    ]),
    exported("GcpSecretManagerBackend", "gcp:serviceaccount/account:Account", "solar.b0000000.account", {
        id: ACCOUNT,
        outputs: { name: ACCOUNT, email: "airflow-solar@my-project.iam.gserviceaccount.com", uniqueId: "1" },
    }),
    exported("GcpSecretManagerBackend", "gcp:serviceaccount/key:Key", "solar.b0000000.key.1", {
        id: `${ACCOUNT}/keys/0123abcd`,
    }),
    exported("AzureKeyVaultBackend", "azuread:index/application:Application", "solar.c0000000.app", {
        id: `/applications/${APP}`,
        outputs: { displayName: "airflow.dev.solar.c0000000" },
    }),
    exported("AzureKeyVaultBackend", "azuread:index/servicePrincipal:ServicePrincipal", "solar.c0000000.principal", {
        id: "principal",
    }),
    exported(
        "AzureKeyVaultBackend",
        "azuread:index/applicationPassword:ApplicationPassword",
        "solar.c0000000.client-secret.1",
        { id: `${APP}/password/11111111-0000-4000-8000-000000000001` },
    ),
]);

describe("the identities and credentials in an exported state", () => {
    it("are those of every kind, with their names in the service", () => {
        assert.deepEqual(
            identitiesIn(everyKind).map(({ deployment, kind, hash, name }) => [deployment, kind, hash, name]),
            [
                ["solar", "vault", "1a2b3c4d", "airflow.dev.solar.1a2b3c4d"],
                ["solar", "aws-secrets-manager", "a0000000", "user-0"],
                ["solar", "aws-parameter-store", "a0000001", "user-1"],
                ["solar", "gcp-secret-manager", "b0000000", "airflow-solar@my-project.iam.gserviceaccount.com"],
                ["solar", "azure-key-vault", "c0000000", "airflow.dev.solar.c0000000"],
            ],
        );
        assert.deepEqual(
            [...credentialsIn(everyKind)],
            ["accessor-1", "AKIA0", "AKIA1", "0123abcd", "11111111-0000-4000-8000-000000000001"],
        );
    });

    it("are not those of somebody else's resources", () => {
        const user = exported("", "aws:iam/user:User", "ann", { id: "ann", outputs: { name: "ann" } });
        assert.deepEqual(identitiesIn(stateOf([user])), []);
    });
});

describe("orphans", () => {
    const [identity] = identitiesIn(stateOf([role()]));
    const held = (...ids: readonly string[]): Held[] =>
        ids.map((id) => ({ identity: identity!, credential: { id, made: undefined } }));
    const idsOf = (found: readonly Held[]) => found.map(({ credential }) => credential.id);

    it("are what the service holds and the state does not", () => {
        const state = stateOf([role(), secretId(1, "one")]);
        assert.deepEqual(idsOf(orphansAmong(held("one", "two", "three"), state)), ["two", "three"]);
    });

    it("are not what is still to be deleted, or was being deleted when an up was killed", () => {
        const state = stateOf([role(), { ...secretId(1, "one"), delete: true }], [["deleting", secretId(2, "two")]]);
        assert.deepEqual(idsOf(orphansAmong(held("one", "two"), state)), []);
    });

    it("are none of an identity that has left the state: its credentials go with it", () => {
        assert.deepEqual(orphansAmong(held("one"), stateOf([role("0f0f0f0f")])), []);
    });

    it("may be what an up is creating, or was when it was killed", () => {
        const creating = exported("VaultBackend", secretId(2, "").type, "solar.1a2b3c4d.secret-id.2", {});
        const [found] = orphansAmong(held("two"), stateOf([role()], [["creating", creating]]));
        assert.equal(found?.isBeingCreated, true);
        const [other] = orphansAmong(held("two"), stateOf([role()], [["updating", creating]]));
        assert.equal(other?.isBeingCreated, false);
    });
});

describe("credentials that are gone", () => {
    const state = stateOf([role(), secretId(1, "one"), secretId(2, "two")]);
    const [identity] = identitiesIn(state);
    const one: Held = { identity: identity!, credential: { id: "one", made: undefined } };

    it("are what the state holds and the service does not", () => {
        assert.deepEqual([...goneAmong({ held: [one], unchecked: [] }, state)], ["solar.1a2b3c4d.secret-id.2"]);
    });

    it("are none of an identity that could not be asked", () => {
        const unchecked = [{ identity: identity!, reason: "no login" }];
        assert.deepEqual([...goneAmong({ held: [], unchecked }, state)], []);
    });
});

describe("services", () => {
    function identitiesOf(logIn: () => Promise<CredentialStore>, ...names: readonly string[]): FoundIdentity[] {
        const credentials = { title: "key", identityName: () => undefined, credentialId: () => undefined, logIn };
        const resource = { type: "a:b:C", id: "1", output: () => undefined };
        return names.map((name) => ({ deployment: name, kind: "kind", hash: "1a2b3c4d", name, resource, credentials }));
    }

    it("are logged in to once, and one that cannot be asked does not stop the others", async () => {
        let logins = 0;
        const store: CredentialStore = {
            list: () => Promise.resolve([{ id: "one", made: undefined }]),
            remove: () => Promise.resolve(),
        };
        const logIn = (): Promise<CredentialStore> => {
            logins += 1;
            return Promise.resolve(store);
        };
        const { held, unchecked } = await new Services().list([
            ...identitiesOf(logIn, "a", "b"),
            ...identitiesOf(() => Promise.reject(new Error("no login.")), "c", "d"),
        ]);
        assert.equal(logins, 1);
        assert.deepEqual(
            held.map(({ identity }) => identity.name),
            ["a", "b"],
        );
        assert.deepEqual(
            unchecked.map(({ identity, reason }) => [identity.name, reason]),
            [
                ["c", "no login"],
                ["d", "no login"],
            ],
        );
    });
});
