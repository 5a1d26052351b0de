import type { FunctionType } from "../../../provider/resourceType";
import { vault } from "./client";

interface Mount {
    readonly type: string;
    readonly accessor: string;
    readonly description: string;
    readonly local: boolean;
    readonly config: {
        readonly default_lease_ttl: number;
        readonly max_lease_ttl: number;
        readonly listing_visibility?: string;
    };
}

/** `vault:index/getAuthBackend:getAuthBackend`. A path without an auth method gives empty values, as the plugin's does. */
export const getAuthBackend: FunctionType = {
    inputs: ["path", "namespace"],
    async call({ path, namespace }) {
        const mounts = (await vault({ method: "GET", path: "sys/auth", namespace })) as Record<string, Mount>;
        const mount = mounts[`${String(path)}/`];
        return {
            id: mount === undefined ? "" : String(path),
            path,
            namespace,
            type: mount?.type ?? "",
            accessor: mount?.accessor ?? "",
            description: mount?.description ?? "",
            local: mount?.local ?? false,
            listingVisibility: mount?.config.listing_visibility ?? "",
            defaultLeaseTtlSeconds: mount?.config.default_lease_ttl ?? 0,
            maxLeaseTtlSeconds: mount?.config.max_lease_ttl ?? 0,
        };
    },
};
