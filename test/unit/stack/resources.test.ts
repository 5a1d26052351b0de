import assert from "node:assert/strict";
import { awsPolicy } from "../../../components/aws/airflow";
import { secretsUserRole } from "../../../components/azure/airflow";
import { gcpCondition } from "../../../components/gcp/airflow";
import { vaultPolicy } from "../../../components/vault/airflow";
import { grantedBy, grantKind } from "../../../stack/resources";

const POLICY = "vault:index/policy:Policy";
const ROLE = "vault:appRole/authBackendRole:AuthBackendRole";
const USER_POLICY = "aws:iam/userPolicy:UserPolicy";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const MEMBER = "gcp:projects/iAMMember:IAMMember";
const ACCESS_POLICY = "azure-native:keyvault:AccessPolicy";
const ASSIGNMENT = "azure-native:authorization:RoleAssignment";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };

describe("a Vault policy", () => {
    const grants = (policy: unknown, namespace?: string) => grantedBy(POLICY, { policy, namespace })?.grants;

    it("created by this project grants read below two paths", () => {
        assert.deepEqual(grants(vaultPolicy({ mount: "secret", kvVersion: 2, scope: "a" }, { "made-by": "x" })), [
            { action: "read", resource: "secret/data/a/variables/*" },
            { action: "read", resource: "secret/data/a/connections/*" },
        ]);
    });

    it("applies below its namespace", () => {
        assert.deepEqual(grants('path "kv/a" { capabilities = ["list"] }', "team/a/"), [
            { action: "list", resource: "team/a/kv/a" },
        ]);
    });

    it("is not understood if it contains more than paths and capabilities", () => {
        for (const text of [
            'path "a" { policy = "write" }',
            'path "a" { capabilities = ["deny"] }',
            'path "a" { capabilities = ["read"] min_wrapping_ttl = "1s" }',
            'path "a/+/b" { capabilities = ["read"] }',
            'path "a/*/b" { capabilities = ["read"] }',
            'path "a/{{identity.entity.id}}/*" { capabilities = ["read"] }',
            '/* a comment */ path "a" { capabilities = ["read"] }',
            'path "a" { capabilities = ["read"] } # a comment',
            'path "a" { capabilities = ["read"] } and more',
            `path "${UNKNOWN}" { capabilities = ["read"] }`,
            UNKNOWN,
            secret,
            undefined,
        ]) {
            assert.equal(grants(text), undefined, JSON.stringify(text));
        }
    });

    it("is not understood if one path restricts another one", () => {
        const wide = 'path "a/*" { capabilities = ["read", "list"] }';
        assert.equal(grants(`${wide}\npath "a/b/*" { capabilities = ["read"] }`), undefined);
        assert.equal(grants(`${wide}\npath "a/b/*" { capabilities = ["list", "read"] }`)?.length, 4);
    });
});

describe("an AppRole", () => {
    const grants = (inputs: object) => grantedBy(ROLE, { tokenPolicies: ["p"], tokenNoDefaultPolicy: true, ...inputs });

    it("grants its policies, from the allowed addresses", () => {
        const anywhere = [
            { action: "token policy", resource: "p" },
            { action: "log in from", resource: "*" },
            { action: "use a token from", resource: "*" },
        ];
        assert.deepEqual(grants({})?.grants, anywhere);
        assert.deepEqual(grants({ tokenNoDefaultPolicy: false })?.grants[1], {
            action: "token policy",
            resource: "default",
        });
        assert.deepEqual(grants({ secretIdBoundCidrs: ["10.0.0.0/8"] })?.grants[1]?.resource, "10.0.0.0/8");
        assert.deepEqual(grants({ secretIdBoundCidrs: [], tokenBoundCidrs: [], bindSecretId: true })?.grants, anywhere);
        assert.equal(grants({ bindSecretId: false })?.grants[3]?.action, "log in without a secret id");
        assert.equal(grants({ bindSecretId: UNKNOWN })?.grants[3]?.action, "log in without a secret id");
    });

    it("is not understood while its policies are unknown", () => {
        assert.equal(grants({ tokenPolicies: UNKNOWN }), undefined);
        assert.equal(grants({ tokenPolicies: [UNKNOWN] }), undefined);
        assert.equal(grants({ tokenBoundCidrs: secret }), undefined);
    });
});

describe("a role of Vault for the tokens of pods", () => {
    it("grants its policies, from the allowed addresses", () => {
        for (const type of [
            "vault:kubernetes/authBackendRole:AuthBackendRole",
            "vault:jwt/authBackendRole:AuthBackendRole",
        ]) {
            assert.deepEqual(grantedBy(type, { tokenPolicies: ["p"], tokenBoundCidrs: ["10.0.0.0/8"] })?.grants, [
                { action: "token policy", resource: "p" },
                { action: "token policy", resource: "default" },
                { action: "use a token from", resource: "10.0.0.0/8" },
            ]);
            assert.equal(grantedBy(type, { tokenPolicies: [UNKNOWN] }), undefined);
            assert.equal(grantedBy(type, { tokenPolicies: ["p"], tokenBoundCidrs: secret }), undefined);
        }
    });
});

describe("an AWS user's policy", () => {
    const grants = (policy: unknown) =>
        grantedBy(USER_POLICY, { policy: typeof policy === "string" ? policy : JSON.stringify(policy) })?.grants;
    const statement = { Effect: "Allow", Action: "ssm:GetParameter", Resource: "arn:a" };
    const document = (...statements: object[]) => ({ Version: "2012-10-17", Statement: statements });

    it("created by this project grants one action, and decryption via one service", () => {
        const account = { accountId: "1", partition: "aws" };
        const grant = { service: "ssm" as const, action: "ssm:GetParameter", resources: ["arn:a*", "arn:b*"] };
        const policy = awsPolicy(account, { ...grant, region: "r", kmsKeyArn: "arn:k" });
        assert.deepEqual(grants(policy), [
            { action: "ssm:GetParameter", resource: "arn:a*" },
            { action: "ssm:GetParameter", resource: "arn:b*" },
            {
                action: "kms:Decrypt",
                resource: "arn:k",
                condition: '{"StringEquals":{"kms:ViaService":"ssm.r.amazonaws.com"}}',
            },
        ]);
    });

    it("may contain lists or single strings, and a single statement", () => {
        const { Version } = document();
        assert.deepEqual(grants({ Version, Statement: { ...statement, Action: ["a:b", "a:c"] } }), [
            { action: "a:b", resource: "arn:a" },
            { action: "a:c", resource: "arn:a" },
        ]);
    });

    it("is not understood if it denies, excludes, uses policy variables or is not a policy", () => {
        for (const policy of [
            document({ ...statement, Effect: "Deny" }),
            document({ Effect: "Allow", NotAction: "a:b", Resource: "*" }),
            document(statement, { Effect: "Allow", Action: "a:b", NotResource: "arn:a" }),
            document({ ...statement, Resource: "arn:${aws:username}" }),
            { Statement: [statement] },
            { ...document(statement), Statement: "a" },
            "{",
            UNKNOWN,
        ]) {
            assert.equal(grants(policy), undefined, JSON.stringify(policy));
        }
    });
});

it("an AWS role's policy grants what it would grant a user", () => {
    const grant = { service: "ssm" as const, action: "ssm:GetParameter", resources: ["arn:a*"], region: "r" };
    const policy = JSON.stringify(awsPolicy({ accountId: "1", partition: "aws" }, grant));
    assert.deepEqual(grantedBy(ROLE_POLICY, { policy, role: "r" }), {
        grants: [{ action: "ssm:GetParameter", resource: "arn:a*" }],
        holder: "r",
    });
    assert.equal(grantedBy(ROLE_POLICY, { policy: "{", role: "r" }), undefined);
});

it("an AWS user or role without a permissions boundary is not limited", () => {
    for (const type of ["aws:iam/user:User", "aws:iam/role:Role"]) {
        const grants = (inputs: object) => grantedBy(type, { ...inputs })?.grants;
        assert.deepEqual(grants({}), [{ action: "have permissions within", resource: "*" }]);
        assert.deepEqual(grants({ permissionsBoundary: "arn:b" }), [
            { action: "have permissions within", resource: "arn:b" },
        ]);
    }
});

describe("a member of a Google project", () => {
    const scope = { scope: "a", sep: "-" };
    const grants = (condition?: object) =>
        grantedBy(MEMBER, {
            role: "roles/r",
            project: "p",
            member: "m",
            ...(condition === undefined ? {} : { condition }),
        });

    it("reads the secrets in the condition that this project creates", () => {
        assert.deepEqual(grants({ title: "t", expression: gcpCondition(scope, "42") }), {
            grants: [
                { action: "roles/r", resource: "p: projects/42/secrets/a-airflow-variables-*" },
                { action: "roles/r", resource: "p: projects/42/secrets/a-airflow-connections-*" },
            ],
            holder: "m",
        });
    });

    it("reads everything without a condition", () => {
        assert.deepEqual(grants()?.grants, [{ action: "roles/r", resource: "p: *" }]);
    });

    it("is not understood under any other condition", () => {
        const [own] = [gcpCondition(scope, "42")];
        for (const expression of [
            "true",
            `${own} || true`,
            own.replace("SecretVersion", "Secret"),
            own.replace(" || ", " || true || "),
            own.replace('")', '") || !("a" == "b")'),
            "",
            UNKNOWN,
        ]) {
            assert.equal(grants({ expression }), undefined, expression);
        }
    });
});

describe("in Azure", () => {
    const vault = { resourceGroupName: "g", vaultName: "v" };

    it("an access policy grants permissions on one vault", () => {
        const policy = { objectId: "o", permissions: { secrets: ["Get"], keys: ["all"] } };
        assert.deepEqual(grantedBy(ACCESS_POLICY, { ...vault, policy }), {
            grants: [
                { action: "secrets: get", resource: "g/v" },
                { action: "keys: *", resource: "g/v" },
            ],
            holder: "o",
        });
        assert.equal(grantedBy(ACCESS_POLICY, { ...vault, policy: { permissions: { secrets: UNKNOWN } } }), undefined);
    });

    it("a role applies to its scope and everything below it", () => {
        const roleDefinitionId = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/R-1";
        assert.deepEqual(grantedBy(ASSIGNMENT, { scope: "/subscriptions/S/", roleDefinitionId, principalId: "o" }), {
            grants: [{ action: "role r-1", resource: "/subscriptions/s/*" }],
            holder: "o",
        });
        const own = roleDefinitionId.replace("R-1", secretsUserRole.id);
        assert.deepEqual(grantedBy(ASSIGNMENT, { scope: "/a", roleDefinitionId: own })?.grants, [
            { action: "role Key Vault Secrets User", resource: "/a/*" },
        ]);
        assert.equal(grantedBy(ASSIGNMENT, { scope: UNKNOWN, roleDefinitionId }), undefined);
        assert.equal(grantedBy(ASSIGNMENT, { scope: "/a", roleDefinitionId: "R-1" }), undefined);
    });

    it("a vault uses either roles or access policies", () => {
        const grants = (properties: object) => grantedBy("azure-native:keyvault:Vault", { properties })?.grants;
        assert.deepEqual(grants({ enableRbacAuthorization: true }), [{ action: "be opened by", resource: "roles" }]);
        assert.deepEqual(grants({}), [{ action: "be opened by", resource: "access policies" }]);
        assert.equal(grants({ accessPolicies: [] }), undefined);
        assert.equal(grants({ enableRbacAuthorization: UNKNOWN }), undefined);
    });
});

it("the name of a resource type shows that it may grant something", () => {
    assert.equal(grantKind(POLICY), "read");
    for (const type of ["gcp:projects/iAMBinding:IAMBinding", "aws:iam/userPolicyAttachment:UserPolicyAttachment"]) {
        assert.equal(grantKind(type), "unknown", type);
    }
    for (const type of [
        "kubernetes:core/v1:Secret",
        "aws:iam/accessKey:AccessKey",
        "pulumi:providers:vault",
        "toString",
    ]) {
        assert.equal(grantKind(type), "none", type);
    }
});
