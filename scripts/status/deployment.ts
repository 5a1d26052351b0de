import { isSameCredential, type CredentialId } from "../../components/owner";
import { parseResourceName } from "../../components/names";
import { DAY_MS } from "../../config/duration";
import { credentialEnd } from "../../stack/credentialEnd";
import { endWarning } from "../../stack/endWarning";
import { identityParts } from "../../stack/kinds";
import { credentialTimes } from "../../stack/keyless";
import { dueAt } from "../../stack/plan";
import type { PlannedDeployment } from "../../stack/planStack";
import type { FoundIdentity } from "./state";

/** A credential in the state. All times are RFC 3339, UTC. */
export interface CredentialStatus {
    /** The identity's name in the service. */
    readonly identity: string;
    /** The kind of backend. */
    readonly kind: string;
    readonly generation: number;
    /** When it ends in the service; `null` if the service sets no end. */
    readonly ends: string | null;
}

export interface DeploymentStatus {
    readonly name: string;
    /** The credential that its env vars hold; `null` before the first `up`. */
    readonly credential: (CredentialStatus & { readonly made: string | null }) | null;
    /** When the credential is due to be replaced. A time in the past: the next `up` replaces it. `null`: never, or not known. */
    readonly nextRotation: string | null;
    /** Earlier credentials. A time in the past: the next `up` deletes it. */
    readonly retiring: readonly (CredentialStatus & { readonly until: string })[];
    /** Airflow cannot read secrets. Each is a sentence. */
    readonly problems: readonly string[];
    /** Each is a sentence. */
    readonly warnings: readonly string[];
}

interface RunOptions {
    readonly stack: string;
    readonly now: Date;
}

interface StatusContext extends RunOptions {
    /** Logical names of the credentials that the state holds and the service does not. */
    readonly gone: ReadonlySet<string>;
}

/** Time after which a rotation or a deletion that is due counts as late. */
const LATE_MS = 2 * DAY_MS;

/** Describes one Deployment, from its plan and the identities in the state. */
export function deploymentStatus(
    planned: PlannedDeployment,
    identities: readonly FoundIdentity[],
    { stack, now, gone }: StatusContext,
): DeploymentStatus {
    const { name, holds, plan, made, found } = planned;
    if (holds === undefined) {
        const warnings = [
            `Deployment "${name}": no pulumi up has set its env vars yet. Run pulumi up --stack ${stack}.`,
        ];
        return { name, credential: null, nextRotation: null, retiring: [], problems: [], warnings };
    }
    const describe = (credential: CredentialId): CredentialStatus => {
        const identity = identities.find(
            ({ deployment, hash }) => deployment === planned.current.owner.deployment && hash === credential.identity,
        );
        return {
            identity: identity?.name ?? credential.identity,
            kind: identity?.kind ?? planned.backend.kind,
            generation: credential.generation,
            ends: credentialEnd(found, credential)?.toISOString() ?? null,
        };
    };
    const madeAt = made.credentials.find((each) => isSameCredential(each, holds))?.made ?? null;
    const retiring = [...plan.retiring, ...plan.over].filter((each) => !isSameCredential(each, holds));
    const ending = endWarning(planned, holds, { stack, now });
    const { ends } = describe(holds);
    const due = madeAt === null ? undefined : dueAt(credentialTimes(planned), madeAt, credentialEnd(found, holds));
    const hasEnded = ends !== null && Date.parse(ends) <= now.getTime();
    return {
        name,
        credential: { ...describe(holds), made: madeAt },
        nextRotation: due?.toISOString() ?? null,
        retiring: retiring.map((each) => ({ ...describe(each), until: each.until.toISOString() })),
        problems: [...(ending !== undefined && hasEnded ? [ending] : []), ...missing(planned, holds, { stack, gone })],
        warnings: [
            ...(ending !== undefined && !hasEnded ? [ending] : []),
            ...unsettled(planned, holds.step, stack),
            ...late(planned, due, { stack, now }),
        ],
    };
}

/** The service no longer has the credential, or a refresh has found that. */
function missing(
    { name, made, found }: PlannedDeployment,
    holds: CredentialId,
    { stack, gone }: Pick<StatusContext, "stack" | "gone">,
): string[] {
    // An env Secret has the number of its credential too.
    const parts = found.flatMap((resource) => {
        const { hash, generation, part = "" } = parseResourceName(resource.name) ?? {};
        return hash === holds.identity && identityParts.has(part) ? [{ name: resource.name, generation }] : [];
    });
    // An identity that logs in with its pods' tokens has no resource with the number of a credential.
    const isKeyless = made.places.some(({ identity, keyless }) => identity === holds.identity && keyless === true);
    const held = parts.find(({ generation }) => isKeyless || generation === holds.generation);
    const start = `Deployment "${name}": the credential that its env vars hold`;
    if (held === undefined) {
        return [
            `${start} is not in the state, so it probably no longer exists. Run pulumi up --stack ${stack}: it creates ` +
                "another one.",
        ];
    }
    return gone.has(held.name)
        ? [
              `${start} no longer exists in the service, and Airflow there cannot read secrets. Run pulumi refresh ` +
                  `--stack ${stack}, and then pulumi up --stack ${stack}: it creates another one.`,
          ]
        : [];
}

/** The next `up` sets the env vars, for another reason than the credential's age. */
function unsettled({ name, plan }: PlannedDeployment, step: number, stack: string): string[] {
    return plan.made.step === step || plan.rotates
        ? []
        : [
              `Deployment "${name}": its config has changed, or the last pulumi up did not finish. The next pulumi up ` +
                  `--stack ${stack} sets its env vars to another credential.`,
          ];
}

function late({ name, plan }: PlannedDeployment, due: Date | undefined, { stack, now }: RunOptions): string[] {
    const isLate = (time: Date): boolean => time.getTime() < now.getTime() - LATE_MS;
    const run = `Run pulumi up --stack ${stack}`;
    const deletions = plan.over.map(({ until }) => until).filter(isLate);
    return [
        ...(due !== undefined && isLate(due)
            ? [
                  `Deployment "${name}": its credential should have been replaced at ${due.toISOString()}. ` +
                      (plan.waits ? `First the previous one has to be deleted. ${run} when it may be.` : `${run}.`),
              ]
            : []),
        ...deletions.map(
            (until) =>
                `Deployment "${name}": an earlier credential should have been deleted at ${until.toISOString()}. ${run}.`,
        ),
    ];
}
