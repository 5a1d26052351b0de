import { Region } from "@pulumi/aws/types/enums";
import { nearest } from "../../config/nearest";

/** The regions that the SDK of the AWS provider knows. AWS adds regions, so another one may exist too. */
const known: readonly string[] = Object.values(Region);

/** Returns a warning for each region that is not known. */
export function regionWarnings(regions: readonly string[]): string[] {
    const unknown = [...new Set(regions)].filter((region) => !known.includes(region));
    return unknown.map((region) => {
        const similar = nearest(region, known);
        return (
            `region ${region} is not one of the ${known.length} AWS regions that the provider's SDK knows` +
            `${similar === undefined ? "" : ` (${similar} is)`}. If AWS has no such region, Airflow finds nothing there: ` +
            "correct region in the config. If AWS has added it since, ignore this warning."
        );
    });
}
