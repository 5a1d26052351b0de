import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { awsAdvices } from "../../../../components/aws/errors";
import { adviceOn } from "../../../../components/errorAdvice";

const about = (newInputs: Record<string, unknown>, ...errors: string[]): string | undefined =>
    adviceOn(awsAdvices, { newInputs, errors } as unknown as pulumi.ErrorHookArgs);

/** As the official plugin puts them. */
const cases: [error: string, inputs: Record<string, unknown>, advice: RegExp][] = [
    [
        "creating IAM User (a): operation error IAM: CreateUser, https response error StatusCode: 409, RequestID: 1, " +
            "EntityAlreadyExists: User with name a already exists.",
        { name: "a" },
        /^There is an IAM user "a" already.*run pulumi up again: it goes on from here/,
    ],
    [
        "creating IAM Access Key (a): operation error IAM: CreateAccessKey, https response error StatusCode: 409, " +
            "RequestID: 1, LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2",
        { user: "a" },
        /^IAM user "a" has two access keys.*list-access-keys --user-name a/,
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

describe("the advice on an error of AWS's", () => {
    for (const [error, inputs, advice] of cases) {
        it(`is there for ${/, (?:api error )?(\w+: .{30})/.exec(error)?.[1] ?? error}…`, () => {
            assert.match(about(inputs, error) ?? "", advice);
        });
    }

    it("looks at the latest error, which comes first", () => {
        assert.equal(about({ name: "a" }, "a timeout", cases[0]![0]), undefined);
    });

    it("is not given where AWS's own words say it all", () => {
        assert.equal(about({ name: "a" }, "InvalidParameterException: Invalid name"), undefined);
        assert.equal(about({}), undefined);
    });

    it("is not there for a conflict that cannot be: whatever a user has is deleted with it", () => {
        assert.equal(
            about({ name: "a" }, "DeleteConflict: Cannot delete entity, must delete policies first."),
            undefined,
        );
    });
});
