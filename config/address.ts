/**
 * Returns a server's address in its normal form: scheme and host in lower case, without the scheme's default port, a dot
 * at the end of the host, `.` and `..` in the path, and slashes at its end. Two spellings of one address are the same
 * then. The address has to be valid, see `isServerAddress`.
 */
export function normalAddress(address: string): string {
    const url = new URL(address);
    url.hostname = url.hostname.replace(/\.$/, "");
    return url.href.replace(/\/+$/, "");
}
