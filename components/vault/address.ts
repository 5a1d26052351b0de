import { isServerAddress } from "../../config/rules";

/** Whether the value is the URL of a Vault server, and not that of its API or its web page. */
export function isVaultAddress(value: string): boolean {
    return isServerAddress(value) && !/\/(v1|ui)(\/|$)/.test(new URL(value).pathname);
}
