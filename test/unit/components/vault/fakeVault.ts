import { VaultError, type VaultClient } from "../../../../components/vault/rest";

/** What Vault has, by API path, with the namespace before it: `data` of its answer, or the status of a refusal. */
export type Contents = Readonly<Record<string, object | number>>;

const texts: Readonly<Record<number, string>> = {
    400: "No secret engine mount at x/",
    403: "permission denied",
    503: "Vault is sealed",
};

/** Returns a client of a Vault with these contents, and what it was asked. */
export function fakeVault(contents: Contents): { readonly call: VaultClient; readonly asked: readonly string[] } {
    const asked: string[] = [];
    const call: VaultClient = ({ method, path, namespace }) => {
        const where = namespace === undefined ? path : `${namespace}/${path}`;
        asked.push(where);
        const found = contents[where];
        return typeof found === "number"
            ? Promise.reject(
                  new VaultError(found, `Vault's answer to ${method} ${path}: ${found} ${texts[found] ?? ""}`),
              )
            : Promise.resolve(found as Readonly<Record<string, unknown>> | undefined);
    };
    return { call, asked };
}
