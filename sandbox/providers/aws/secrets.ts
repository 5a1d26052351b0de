import { paginateListSecrets, type Filter } from "@aws-sdk/client-secrets-manager";
import type { FunctionType } from "../../../provider/resourceType";
import { secretsManager, withErrorPrefix } from "./clients";

/** `aws:secretsmanager/getSecrets:getSecrets` */
export const getSecrets: FunctionType = {
    inputs: ["filters", "region"],
    async call({ filters = [], region }) {
        const wanted = filters as readonly { readonly name: string; readonly values: readonly string[] }[];
        const input = { Filters: wanted.map(({ name, values }) => ({ Key: name, Values: values }) as Filter) };
        const found = await withErrorPrefix("listing Secrets Manager Secrets", allPages());
        return { id: region, region, filters, names: found.map(({ Name }) => Name), arns: found.map(({ ARN }) => ARN) };

        async function allPages() {
            const secrets = [];
            for await (const { SecretList = [] } of paginateListSecrets({ client: secretsManager(region) }, input)) {
                secrets.push(...SecretList);
            }
            return secrets;
        }
    },
};
