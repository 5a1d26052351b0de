import { normalAddress } from "../../config/address";
import { groupBy } from "../../lib/groupBy";
import { deploymentsTitle } from "../names";
import { jsonBody, statusText, textField } from "../probe";
import { sendTo, VaultError } from "./rest";

/** A short timeout: an address that only the pods can reach often has no answer here. */
const TIMEOUT_MS = 5_000;

/** A Vault cluster, as `sys/health` describes it to everybody. */
export interface Cluster {
    readonly id: string;
    /** Whether it is one of several clusters with the same roles and secrets (Vault Enterprise). */
    readonly isReplicated: boolean;
}

/** The address of a Deployment's Vault. */
export interface AddressUse {
    /** Name of the Deployment. */
    readonly deployment: string;
    readonly address: string;
}

export interface ClusterFindings {
    /** Each is a sentence without a full stop. */
    readonly problems: readonly string[];
    /** What could not be checked, and why. */
    readonly warnings: readonly string[];
}

/**
 * Reads which cluster is at an address.
 *
 * @throws VaultError if that is not known
 */
export async function readCluster(url: string): Promise<Cluster> {
    // A standby answers with another status unless the query says that it is fine.
    const path = "sys/health?standbyok=true&perfstandbyok=true";
    const response = await sendTo({ url }, { method: "GET", path }, TIMEOUT_MS);
    const found = jsonBody(response);
    const id = textField(found, "cluster_id");
    if (id === undefined) {
        throw new VaultError(response.status, `${url} does not say which Vault cluster it is: ${statusText(response)}`);
    }
    return { id, isReplicated: found.replication_performance_mode !== "disabled" };
}

/**
 * Finds Deployments whose address is another Vault than the one that Pulumi uses: Airflow would find neither their
 * AppRoles nor their secrets. An address that cannot be reached from here is not judged, since Airflow may reach it.
 *
 * @param own the address of the Vault that Pulumi uses
 */
export async function findClusterProblems(uses: readonly AddressUse[], own: string): Promise<ClusterFindings> {
    const others = [...groupBy(uses, ({ address }) => address)].filter(([address]) => address !== normalAddress(own));
    if (others.length === 0) {
        return { problems: [], warnings: [] };
    }
    const ours = await readCluster(own);
    const found = await Promise.all(others.map(([address, users]) => compare(address, users, { ...ours, url: own })));
    return {
        problems: found.flatMap(({ problem }) => problem ?? []),
        warnings: found.flatMap(({ warning }) => warning ?? []),
    };
}

async function compare(
    address: string,
    users: readonly AddressUse[],
    ours: Cluster & { readonly url: string },
): Promise<{ readonly problem?: string; readonly warning?: string }> {
    const title = deploymentsTitle(users.map(({ deployment }) => deployment));
    try {
        const { id, isReplicated } = await readCluster(address);
        return id === ours.id || (isReplicated && ours.isReplicated)
            ? {}
            : {
                  problem:
                      `${title}: address ${address} is the Vault with cluster id ${id}, but Pulumi is logged ` +
                      `in to the one with ${ours.id} (VAULT_ADDR, ${ours.url}). Airflow would find nothing that Pulumi ` +
                      "creates. Write the address of that Vault, or log in to the other one",
              };
    } catch (error) {
        if (!(error instanceof VaultError)) {
            throw error;
        }
        // There is an answer, but not Vault's. Without an answer, there is nothing to say: the proof says it.
        return error.status === undefined
            ? {}
            : {
                  warning: `${title}: ${error.message}. It may be another server than the one that Airflow reaches.`,
              };
    }
}
