/** The domains of AWS's partitions other than the commercial one, by the beginning of their regions' names. */
const domains = [
    ["cn-", "amazonaws.com.cn"],
    ["eusc-", "amazonaws.eu"],
    ["us-iso-", "c2s.ic.gov"],
    ["us-isob-", "sc2s.sgov.gov"],
    ["us-isof-", "csp.hci.ic.gov"],
    ["eu-isoe-", "cloud.adc-e.uk"],
] as const;

/** Returns the host of a service in a region, e.g. `ssm.eu-central-1.amazonaws.com`. */
export function awsHost(service: string, region: string): string {
    const [, domain] = domains.find(([beginning]) => region.startsWith(beginning)) ?? [];
    return `${service}.${region}.${domain ?? "amazonaws.com"}`;
}
