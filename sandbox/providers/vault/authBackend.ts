import type { FunctionType } from "../../../provider/resourceType";
import { withErrorPrefix } from "../withErrorPrefix";
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

/** `vault:index/getAuthBackend:getAuthBackend`. Throws if no auth method is enabled at the path. */
export const getAuthBackend: FunctionType = {
    inputs: ["path", "namespace"],
    async call({ path, namespace }) {
        const request = { method: "GET", path: `sys/mounts/auth/${String(path)}`, namespace } as const;
        const mount = (await withErrorPrefix("error reading from Vault: ", vault(request))) as unknown as Mount;
        return {
            id: path,
            path,
            namespace,
            type: mount.type,
            accessor: mount.accessor,
            description: mount.description,
            local: mount.local,
            listingVisibility: mount.config.listing_visibility ?? "",
            defaultLeaseTtlSeconds: mount.config.default_lease_ttl,
            maxLeaseTtlSeconds: mount.config.max_lease_ttl,
        };
    },
};
