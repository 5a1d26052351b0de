import { DAY_MS } from "../config/duration";
import type { CredentialId } from "../components/owner";
import { credentialEnd } from "./credentialEnd";
import type { PlannedDeployment } from "./planStack";

/** Time before a credential's end in which every run warns about it. */
const WARNING_MS = 7 * DAY_MS;

/** Returns what to say about a Deployment's credential if it has ended, or ends soon; otherwise `undefined`. */
export function endWarning(
    { name, found, plan }: PlannedDeployment,
    credential: CredentialId,
    { stack, now }: { readonly stack: string; readonly now: Date },
): string | undefined {
    const end = credentialEnd(found, credential);
    if (end === undefined || end.getTime() > now.getTime() + WARNING_MS) {
        return undefined;
    }
    const [verb, effect] =
        end <= now
            ? ["ended", "Airflow there cannot read secrets"]
            : ["ends", "Airflow there then cannot read secrets"];
    const command = `npm run rotate -- --stack ${stack} --deployment ${name}`;
    const next = plan.waits
        ? "It is replaced by the first pulumi up after the previous credential has been deleted"
        : plan.rotates
          ? `Replace it now: pulumi up --stack ${stack}`
          : `Replace it now: ${command}`;
    return `Deployment "${name}": its credential ${verb} at ${end.toISOString()}, and ${effect}. ${next}.`;
}
