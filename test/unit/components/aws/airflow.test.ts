import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { awsKwargs, awsPolicy } from "../../../../components/aws/airflow";
import { parameterStorePrefixes, parameterStoreResources } from "../../../../components/aws/parameterStore";
import { namePrefixes } from "../../../../airflow/scope";
import {
    secretsManagerKwargs,
    secretsManagerPrefixes,
    secretsManagerResources,
} from "../../../../components/aws/secretsManager";

const account = { accountId: "111122223333", partition: "aws" };
const grant = {
    service: "secretsmanager",
    action: "secretsmanager:GetSecretValue",
    resources: ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:airflow/variables/*"],
    region: "eu-central-1",
} as const;
const kmsKeyArn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

describe("awsPolicy", () => {
    it("only allows one action on the given resources", () => {
        assert.deepEqual(awsPolicy(account, grant), {
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Action: grant.action, Resource: grant.resources }],
        });
    });

    it("only allows the use of a customer managed key through the service", () => {
        const { Statement } = awsPolicy(account, { ...grant, kmsKeyArn }) as { Statement: object[] };
        assert.deepEqual(Statement.slice(1), [
            {
                Effect: "Allow",
                Action: "kms:Decrypt",
                Resource: [kmsKeyArn],
                Condition: { StringEquals: { "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com" } },
            },
        ]);
    });

    it("contains both names of a service in China", () => {
        const location = { region: "cn-north-1", kmsKeyArn: "arn:aws-cn:kms:cn-north-1:111122223333:key/a" };
        const policy = awsPolicy({ ...account, partition: "aws-cn" }, { ...grant, ...location, service: "ssm" });
        const { Statement } = policy as { Statement: { Condition?: unknown }[] };
        assert.deepEqual(Statement[1]?.Condition, {
            StringEquals: { "kms:ViaService": ["ssm.cn-north-1.amazonaws.com", "ssm.cn-north-1.amazonaws.com.cn"] },
        });
    });
});

describe("the resources of a scope", () => {
    it("have the prefixes of Astronomer's guide without a scope, in the partition, region and account", () => {
        assert.deepEqual(secretsManagerResources({ sep: "/" }, account, "eu-central-1"), [
            "arn:aws:secretsmanager:eu-central-1:111122223333:secret:airflow/variables/*",
            "arn:aws:secretsmanager:eu-central-1:111122223333:secret:airflow/connections/*",
        ]);
        const govCloud = { ...account, partition: "aws-us-gov" };
        assert.deepEqual(parameterStoreResources({}, govCloud, "us-gov-west-1"), [
            "arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter/airflow/variables/*",
            "arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter/airflow/connections/*",
        ]);
    });

    it("have the scope after airflow, or configured prefixes instead", () => {
        assert.deepEqual(namePrefixes(parameterStorePrefixes({ scope: "solar" })), [
            "/airflow/solar/variables/",
            "/airflow/solar/connections/",
        ]);
        assert.deepEqual(
            namePrefixes(
                secretsManagerPrefixes({ variablesPrefix: "data/vars", connectionsPrefix: "data/conns", sep: "-" }),
            ),
            ["data/vars-", "data/conns-"],
        );
    });

    /** Returns whether IAM would allow access to the ARN. */
    const covers = (resource: string, arn: string): boolean => {
        assert.equal(resource.indexOf("*"), resource.length - 1, "one wildcard, at the end");
        return arn.startsWith(resource.slice(0, -1));
    };

    it("cover the secrets that Airflow reads with the kwargs, and no other Deployment's", () => {
        const segment = fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/);
        fc.assert(
            fc.property(segment, segment, fc.constantFrom("/", "_", "-"), segment, (scope, other, sep, key) => {
                const resources = secretsManagerResources({ scope, sep }, account, "eu-central-1");
                const arn = (kwargs: { variables_prefix: string | null; sep?: string }) =>
                    "arn:aws:secretsmanager:eu-central-1:111122223333:secret:" +
                    `${kwargs.variables_prefix ?? ""}${kwargs.sep ?? "/"}${key}-AbCdEf`;
                const own = arn(secretsManagerKwargs({ scope, sep }, {}));
                assert.ok(resources.some((resource) => covers(resource, own)));
                if (scope !== other) {
                    const foreign = arn(secretsManagerKwargs({ scope: other, sep }, {}));
                    assert.ok(!resources.some((resource) => covers(resource, foreign)));
                }
            }),
        );
    });
});

/** Each kind, and the other one. */
const kinds = [
    ["variables", "connections"],
    ["connections", "variables"],
] as const;

describe("an AWS backend in which Airflow looks up one kind only", () => {
    for (const [only, other] of kinds) {
        it(`grants and has a prefix for ${only}, and none for ${other}`, () => {
            const secrets = { scope: "solar", sep: "/", only };
            const parameters = { scope: "solar", only };
            assert.deepEqual(secretsManagerResources(secrets, account, "eu-central-1"), [
                `arn:aws:secretsmanager:eu-central-1:111122223333:secret:airflow/solar/${only}/*`,
            ]);
            assert.deepEqual(parameterStoreResources(parameters, account, "eu-central-1"), [
                `arn:aws:ssm:eu-central-1:111122223333:parameter/airflow/solar/${only}/*`,
            ]);
            const none = { [`${other}_prefix`]: null, config_prefix: null };
            assert.deepEqual(secretsManagerKwargs(secrets, {}), {
                ...none,
                [`${only}_prefix`]: `airflow/solar/${only}`,
            });
            assert.deepEqual(awsKwargs(parameterStorePrefixes(parameters), {}), {
                ...none,
                [`${only}_prefix`]: `/airflow/solar/${only}`,
            });
        });
    }
});

describe("the kwargs of the AWS backends", () => {
    it("contain the prefixes, and disable the lookup of Airflow's own configuration", () => {
        assert.deepEqual(awsKwargs(parameterStorePrefixes({}), {}), {
            connections_prefix: "/airflow/connections",
            variables_prefix: "/airflow/variables",
            config_prefix: null,
        });
    });

    it("let Airflow look for its own configuration if there is a prefix for it, which the policy then grants", () => {
        const scope = { scope: "solar", configPrefix: "airflow/solar/config", sep: "_" };
        assert.equal(secretsManagerKwargs(scope, {}).config_prefix, scope.configPrefix);
        assert.equal(
            secretsManagerResources(scope, account, "eu-central-1").at(-1),
            "arn:aws:secretsmanager:eu-central-1:111122223333:secret:airflow/solar/config_*",
        );
        const parameters = parameterStorePrefixes({ configPrefix: "/airflow/config" });
        assert.equal(awsKwargs(parameters, {}).config_prefix, "/airflow/config");
        assert.equal(namePrefixes(parameters).at(-1), "/airflow/config/");
    });

    it("contain the lookup patterns, the separator and further names of fields if they are configured", () => {
        const extraConnWords = { user: ["db_user"], conn_type: ["engine_name"] };
        const { extra_conn_words: words } = secretsManagerKwargs({ scope: "solar", sep: "/" }, { extraConnWords });
        assert.deepEqual(words, extraConnWords);
        const lookups = { variablesLookupPattern: "^prod_", connectionsLookupPattern: "(?i)db" };
        assert.deepEqual(secretsManagerKwargs({ scope: "solar", sep: "_" }, lookups), {
            connections_prefix: "airflow/solar/connections",
            connections_lookup_pattern: "(?i)db",
            variables_prefix: "airflow/solar/variables",
            variables_lookup_pattern: "^prod_",
            config_prefix: null,
            sep: "_",
        });
    });
});
