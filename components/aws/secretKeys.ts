import { getSecrets } from "@pulumi/aws/secretsmanager/getSecrets";
import { keysBelow, lookedUp } from "../../airflow/scope";
import { reasonOf } from "../../lib/reason";
import type { ListedKeys, Place } from "../backend";
import { readSecretNames } from "./kinds";
import { secretsManagerPrefixes } from "./secretsManager";

/** Lists the keys of a place in Secrets Manager. */
export async function listSecretsManagerKeys(recorded: Place): Promise<ListedKeys> {
    const place = readSecretNames(recorded);
    if (place === undefined) {
        return { unknown: "its place in Secrets Manager is not recorded in a known form" };
    }
    const { region } = place;
    const prefixes = secretsManagerPrefixes(place);
    try {
        const found = await Promise.all(lookedUp(prefixes).map(({ prefix }) => namesWith(prefix)));
        return { isExact: true, keys: keysBelow(prefixes, [...new Set(found.flat())]) };
    } catch (error) {
        const reason = reasonOf(error);
        return {
            unknown: /AccessDenied|not authorized to perform/.test(reason)
                ? "Pulumi's AWS login may not list secrets (secretsmanager:ListSecrets, see docs/aws.md)"
                : `AWS does not list them: ${reason}`,
        };
    }

    async function namesWith(prefix: string): Promise<readonly string[]> {
        const { names } = await getSecrets({ region, filters: [{ name: "name", values: [prefix] }] });
        return names;
    }
}

/** Parameters cannot be listed: the provider only returns their names together with their values. */
export function listParameterKeys(): ListedKeys {
    return {
        unknown:
            "the AWS provider lists parameters only together with their values, which the stack does not read (aws ssm " +
            "describe-parameters lists the names)",
    };
}
