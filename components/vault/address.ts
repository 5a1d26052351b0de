import { isServerAddress } from "../../config/rules";

/** Whether the value is the URL of a Vault server, and not that of its API or its web page. */
export function isVaultAddress(value: string): boolean {
    return isServerAddress(value) && !/\/(v1|ui)(\/|$)/.test(new URL(value).pathname);
}

/** Returns the one spelling of an address: the host in small letters, no default port, no slash at the end. */
export function normalAddress(address: string): string {
    const { origin, pathname } = new URL(address);
    return `${origin}${pathname.replace(/\/+$/, "")}`;
}
