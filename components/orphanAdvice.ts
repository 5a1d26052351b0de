import { urnStack } from "../lib/urn";

/** Returns how to find and delete the credentials of an identity that are in no state. */
export function orphanAdvice(urn: string): string {
    const command = `npm run status -- --stack ${urnStack(urn)}`;
    return `${command} names what the state does not hold, and ${command} --remove-orphans deletes it.`;
}
