import { getSecrets } from "@pulumi/aws/secretsmanager/getSecrets";
import { keysBelow, namePrefix, type SecretKind } from "../../airflow/scope";
import { reasonOf } from "../../lib/reason";
import type { AirflowKey, ListedKeys, Place } from "../backend";
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
        const found = await Promise.all([keysOf("variables"), keysOf("connections")]);
        return { isExact: true, keys: found.flat() };
    } catch (error) {
        const reason = reasonOf(error);
        return {
            unknown: /AccessDenied|not authorized to perform/.test(reason)
                ? "Pulumi's AWS login may not list secrets (secretsmanager:ListSecrets, see docs/aws.md)"
                : `AWS does not list them: ${reason}`,
        };
    }

    async function keysOf(kind: SecretKind): Promise<AirflowKey[]> {
        const filters = [{ name: "name", values: [namePrefix(prefixes, kind)] }];
        const { names } = await getSecrets({ region, filters });
        return keysBelow(prefixes, kind, names);
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
