import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { FunctionType } from "../../../provider/resourceType";
import { sts } from "./clients";

/** `aws:index/getCallerIdentity:getCallerIdentity` */
export const getCallerIdentity: FunctionType = {
    inputs: [],
    async call() {
        const { Account, Arn, UserId } = await sts.send(new GetCallerIdentityCommand({}));
        return { id: Account, accountId: Account, arn: Arn, userId: UserId };
    },
};
