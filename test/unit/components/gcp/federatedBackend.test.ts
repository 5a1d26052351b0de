import assert from "node:assert/strict";
import {
    accountTitle,
    GcpSecretManagerBackend,
    type GcpSecretManagerBackendArgs,
} from "../../../../components/gcp/backend";
import { credentialConfig, federatedMembers } from "../../../../components/gcp/workloadIdentity";
import { currentOf, IDENTITY, NAME, ownerOf } from "../current";
import { inspect, Mocks, settled } from "../mocks";
import { federated } from "./federated";

const GRANT = "gcp:projects/iAMMember:IAMMember";

async function build(args: Partial<GcpSecretManagerBackendArgs> = {}, identity = IDENTITY) {
    const mocks = await Mocks.set();
    const place = { project: "my-project", projectNumber: "123456789012", scope: "solar", sep: "-" } as const;
    const backend = new GcpSecretManagerBackend(currentOf({ identity }), {
        ...place,
        testSecrets: false,
        shareSecrets: false,
        federated,
        ...args,
    });
    await settled();
    return { backend, mocks };
}

describe("GcpSecretManagerBackend with the pods' own token", () => {
    const members = federatedMembers(federated);

    it("creates one grant per service account of the pods, and neither a service account nor a key", async () => {
        const { mocks, backend } = await build();
        const [, ...created] = mocks.registered;
        assert.deepEqual(
            created.map(({ type, name, inputs }) => [type, name, inputs.member]),
            members.map((member, index) => [GRANT, `${NAME}.${IDENTITY}.grant_${index + 1}`, member]),
        );
        assert.equal(backend.requirement, "apache-airflow-providers-google>=10.2.0");
        assert.equal(
            (await build({ federated: undefined })).backend.requirement,
            "apache-airflow-providers-google>=6.8.0",
        );
    });

    it("limits each grant as it limits that of a service account, and says whose it is", async () => {
        const withKey = (await build({ federated: undefined })).mocks.one(GRANT).inputs.condition as {
            expression: string;
        };
        const { mocks } = await build();
        for (const { inputs } of mocks.registered.filter(({ type }) => type === GRANT)) {
            assert.equal(inputs.role, "roles/secretmanager.secretAccessor");
            const { title, expression } = inputs.condition as { title: string; expression: string };
            assert.deepEqual([title, expression], [accountTitle(ownerOf()), withKey.expression]);
        }
    });

    it("has bindings of its own, so that the end of another identity with the same pods does not end them", async () => {
        const conditionOf = async (identity: string) => {
            const { mocks } = await build({}, identity);
            const grant = mocks.one(GRANT, "grant_1");
            return { member: grant.inputs.member, condition: grant.inputs.condition };
        };
        const [one, other] = [await conditionOf(IDENTITY), await conditionOf("eeeeeeee")];
        assert.equal(one.member, other.member);
        assert.notDeepEqual(one.condition, other.condition);
    });

    it("has no secret in its env vars, which are there only after the grants and test secrets", async () => {
        const { backend, mocks } = await build({ testSecrets: true });
        const values = await Promise.all(backend.env.map(({ value }) => inspect(value)));
        assert.deepEqual(
            backend.env.map(({ name, secret }, index) => [name, secret, values[index]!.secret]),
            [
                ["AIRFLOW__SECRETS__BACKEND", false, false],
                ["AIRFLOW__SECRETS__BACKEND_KWARGS", false, false],
            ],
        );
        const kwargs = JSON.parse(values[1]!.value) as Record<string, unknown>;
        assert.deepEqual(kwargs.gcp_credential_config_file, credentialConfig(federated));
        assert.equal(kwargs.project_id, "my-project");
        assert.ok(!("gcp_keyfile_dict" in kwargs));
        const versions = mocks.registered.filter(({ type }) => type.endsWith(":SecretVersion"));
        const kwargsOutput = backend.env[1]!.value as unknown as { allResources(): Promise<ReadonlySet<unknown>> };
        assert.equal((await kwargsOutput.allResources()).size, members.length + versions.length);
    });

    it("names the grants of another identity differently", async () => {
        const { mocks } = await build({}, "eeeeeeee");
        assert.equal(mocks.one(GRANT, ".grant_2").name, `${NAME}.eeeeeeee.grant_2`);
    });
});
