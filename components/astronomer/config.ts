import { normalAddress } from "../../config/address";
import { DNS_LABEL, isDnsLabel, isFilePath, isServerAddress, mapping, oneOf, text } from "../../config/rules";
import { force } from "../force";
import { serviceAccounts } from "../trustedPods";

/** `target` of kind `astronomer`. */
export const astronomerTarget = mapping("Describe where Astronomer's API is", {
    kind: oneOf({ allowed: "astronomer", todo: "Write kind: astronomer" }, ["astronomer"]),
    houstonUrl: text(
        {
            allowed: "the https URL of Houston, http on this machine only, without user info, query and fragment",
            todo: "Write e.g. houstonUrl: https://houston.example.com/v1",
        },
        isHoustonUrl,
    ).transform(normalAddress),
    releaseName: text(
        { allowed: DNS_LABEL, todo: "Write the release name, or leave the key out for the Deployment's name" },
        isDnsLabel,
    ).optional(),
    deploymentUuid: text(
        {
            allowed: "letters and digits, with - and _, as Astronomer shows the Deployment's id",
            todo: "Write the id that `astro deployment list` shows, or leave the key out to have it looked up",
        },
        (value) => /^[A-Za-z0-9_-]+$/.test(value),
    ).optional(),
    namespace: text(
        {
            allowed: DNS_LABEL,
            todo: "Write the namespace of the Deployment's pods, e.g. astronomer-solar-dust-1234",
        },
        isDnsLabel,
    ).optional(),
    serviceAccounts,
    tokenFile: text(
        {
            allowed: "an absolute path without control characters",
            todo: "Write where your installation puts the service-account token into the pods",
        },
        isFilePath,
    ).optional(),
    force,
});

/** Requires https except on this machine, because each request carries the token. */
function isHoustonUrl(value: string): boolean {
    if (!isServerAddress(value)) {
        return false;
    }
    const { protocol, hostname } = new URL(value);
    return protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}
