import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { awsErrorAdvice } from "../../../../components/aws/errors";
import { adviceMessage } from "../../../../components/errorAdvice";

const messageFor = (newInputs: Record<string, unknown>, ...errors: string[]): string | undefined =>
    adviceMessage(awsErrorAdvice, {
        urn: "urn:pulumi:prod::project::aws:iam/accessKey:AccessKey::a",
        newInputs,
        errors,
    } as unknown as pulumi.ErrorHookArgs);

/** Error messages as the official plugin reports them. */
const cases: [error: string, inputs: Record<string, unknown>, advice: RegExp][] = [
    [
        "creating IAM User (a): operation error IAM: CreateUser, https response error StatusCode: 409, RequestID: 1, " +
            "EntityAlreadyExists: User with name a already exists.",
        { name: "a" },
        /^There is an IAM user "a" already.*aws iam list-user-tags --user-name a.*it imports the user/,
    ],
    [
        "creating IAM Role (a): operation error IAM: CreateRole, https response error StatusCode: 409, RequestID: 1, " +
            "EntityAlreadyExists: Role with name a already exists.",
        { name: "a", assumeRolePolicy: "{}" },
        /^There is an IAM role "a" already.*aws iam list-role-tags --role-name a.*it imports the role/,
    ],
    [
        "creating IAM Role (a): operation error IAM: CreateRole, https response error StatusCode: 409, RequestID: 1, " +
            "LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000",
        { name: "a", assumeRolePolicy: "{}" },
        /^The account has as many IAM roles as its quota allows/,
    ],
    [
        "creating IAM Role (a): operation error IAM: CreateRole, https response error StatusCode: 409, RequestID: 1, " +
            "LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048",
        { name: "a", assumeRolePolicy: "{}" },
        /^The role's trust policy is longer than AWS allows.*fewer service accounts/,
    ],
    [
        "creating IAM Access Key (a): operation error IAM: CreateAccessKey, https response error StatusCode: 409, " +
            "RequestID: 1, LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2",
        { user: "a" },
        /^IAM user "a" has two access keys.*npm run status -- --stack prod --remove-orphans deletes it/,
    ],
    [
        "creating IAM User (a): operation error IAM: CreateUser, https response error StatusCode: 409, RequestID: 1, " +
            "LimitExceeded: Cannot exceed quota for UsersPerAccount: 5000",
        { name: "a" },
        /^The account has as many IAM users as its quota allows/,
    ],
    [
        "creating Secrets Manager Secret (a): operation error Secrets Manager: CreateSecret, https response error " +
            "StatusCode: 400, RequestID: 1, InvalidRequestException: You can't create this secret because a secret " +
            "with this name is already scheduled for deletion.",
        { name: "a" },
        /^Secret "a" was deleted and AWS keeps its name/,
    ],
    [
        "creating Secrets Manager Secret (a): operation error Secrets Manager: CreateSecret, https response error " +
            "StatusCode: 400, RequestID: 1, ResourceExistsException: The operation failed because the secret a " +
            "already exists.",
        { name: "a" },
        /^There is a secret "a" already/,
    ],
    [
        "creating SSM Parameter (/a): operation error SSM: PutParameter, https response error StatusCode: 400, " +
            "RequestID: 1, ParameterAlreadyExists: The parameter already exists.",
        { name: "/a" },
        /^There is a secret "\/a" already/,
    ],
    [
        "creating IAM User (a): operation error IAM: CreateUser, https response error StatusCode: 403, RequestID: 1, " +
            "api error AccessDenied: User: arn:aws:iam::111122223333:user/ann is not authorized to perform: iam:CreateUser",
        { name: "a" },
        /docs\/aws\.md/,
    ],
];

describe("the advice on an error from AWS", () => {
    for (const [error, inputs, advice] of cases) {
        it(`exists for ${/, (?:api error )?(\w+: .{30})/.exec(error)?.[1] ?? error}…`, () => {
            assert.match(messageFor(inputs, error) ?? "", advice);
        });
    }

    it("is messageFor the latest error, which comes first", () => {
        assert.equal(messageFor({ name: "a" }, "a timeout", cases[0]![0]), undefined);
    });

    it("does not exist if AWS's message is sufficient", () => {
        assert.equal(messageFor({ name: "a" }, "InvalidParameterException: Invalid name"), undefined);
        assert.equal(messageFor({}), undefined);
    });

    it("does not exist for a conflict that cannot happen: everything of a user is deleted with it", () => {
        assert.equal(
            messageFor({ name: "a" }, "DeleteConflict: Cannot delete entity, must delete policies first."),
            undefined,
        );
    });
});
