import { getSecrets } from "@pulumi/gcp/secretmanager/getSecrets";
import { flatPrefixes, keysBelow } from "../../airflow/scope";
import { reasonOf } from "../../lib/reason";
import type { ListedKeys, Place } from "../backend";
import { readNames } from "./kind";

/** Lists the keys of a place. Google Cloud lists the ids of all secrets of the project. */
export async function listGcpKeys(recorded: Place): Promise<ListedKeys> {
    const place = readNames(recorded);
    if (place === undefined) {
        return { unknown: "its place in Google Cloud is not recorded in a known form" };
    }
    const { project } = place;
    try {
        const ids = (await getSecrets({ project })).secrets.map(({ secretId }) => secretId);
        return { isExact: true, keys: keysBelow(flatPrefixes(place), ids) };
    } catch (error) {
        const reason = reasonOf(error);
        return {
            unknown: /PERMISSION_DENIED|Error 403|Permission .* denied/.test(reason)
                ? `Pulumi's Google Cloud login may not list the secrets of project "${project}" ` +
                  "(secretmanager.secrets.list, see docs/gcp.md)"
                : `Google Cloud does not list them: ${reason}`,
        };
    }
}
