import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { findAwsAccount } from "../../../../components/aws/account";
import { Mocks } from "../mocks";

describe("findAwsAccount", () => {
    const caller = { accountId: "111122223333", arn: "arn:aws-us-gov:sts::111122223333:assumed-role/ops/ann" };

    it("returns account and partition of the login", async () => {
        await Mocks.set({ caller });
        const found = { accountId: "111122223333", partition: "aws-us-gov" };
        assert.deepEqual(await findAwsAccount(undefined), found);
        assert.deepEqual(await findAwsAccount("111122223333"), found);
    });

    it("throws if the stack belongs to another account, and names both", async () => {
        await Mocks.set({ caller, stack: "prod" });
        await assert.rejects(findAwsAccount("444455556666"), (error) => {
            assert.ok(pulumi.RunError.isInstance(error));
            assert.match(
                error.message,
                /account 111122223333 as arn:aws-us-gov:sts:.* Pulumi\.prod\.yaml is 444455556666/,
            );
            return true;
        });
    });
});
