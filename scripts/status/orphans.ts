import type { CredentialStore, HeldCredential, ServiceCredentials } from "../../components/serviceCredentials";
import { inPool } from "../../lib/pool";
import { reasonOf } from "../../lib/reason";
import type { ExportedState } from "../teardown/state";
import { parseResourceName } from "../../components/names";
import { credentialIds, credentialsIn, identitiesIn, isCreatingCredential, keyOf, type FoundIdentity } from "./state";

/** Calls of services at the same time. */
const CALLS = 8;

/** A credential that a service holds, with its identity. */
export interface Held {
    readonly identity: FoundIdentity;
    readonly credential: HeldCredential;
}

/** A credential that a service holds and the state does not. */
export interface Orphan extends Held {
    /** Whether an `up` that was killed, or that runs now, may have created it. */
    readonly isBeingCreated: boolean;
}

/** What the services answered. */
export interface Listed {
    readonly held: readonly Held[];
    readonly unchecked: readonly Unchecked[];
}

/** An identity whose credentials could not be listed. */
export interface Unchecked {
    readonly identity: FoundIdentity;
    readonly reason: string;
}

/** Asks the services which credentials identities have. Logs in to each service once, when it is needed. */
export class Services {
    private readonly logins = new Map<ServiceCredentials, Promise<CredentialStore>>();

    async list(identities: readonly FoundIdentity[]): Promise<Listed> {
        const found = await inPool(CALLS, identities, async (identity): Promise<readonly Held[] | Unchecked> => {
            try {
                const credentials = await (await this.store(identity)).list(identity.resource);
                return credentials.map((credential) => ({ identity, credential }));
            } catch (error) {
                return { identity, reason: reasonOf(error) };
            }
        });
        return {
            held: found.flatMap((each) => ("reason" in each ? [] : each)),
            unchecked: found.flatMap((each) => ("reason" in each ? each : [])),
        };
    }

    /** @throws Error if the service refuses */
    async remove({ identity, credential }: Held): Promise<void> {
        await (await this.store(identity)).remove(identity.resource, credential.id);
    }

    private store({ credentials }: FoundIdentity): Promise<CredentialStore> {
        const login = this.logins.get(credentials) ?? credentials.logIn();
        this.logins.set(credentials, login);
        return login;
    }
}

/**
 * Returns the credentials that the state does not hold, of identities that it does.
 *
 * @param state exported after the services were asked: what was created before that is then recorded
 */
export function orphansAmong(held: readonly Held[], state: ExportedState): Orphan[] {
    const known = credentialsIn(state);
    const identities = new Set(identitiesIn(state).map(keyOf));
    return held
        .filter(({ identity, credential }) => !known.has(credential.id) && identities.has(keyOf(identity)))
        .map((each) => ({ ...each, isBeingCreated: isCreatingCredential(state, each.identity) }));
}

/**
 * Returns the logical names of the credentials that the state holds and the service does not, of identities whose
 * credentials were listed.
 *
 * @param state exported before the services were asked: what an `up` creates afterwards is not expected there
 */
export function goneAmong({ held, unchecked }: Listed, state: ExportedState): ReadonlySet<string> {
    const there = new Set(held.map(({ credential }) => credential.id));
    const notListed = new Set(unchecked.map(({ identity }) => keyOf(identity)));
    const listed = identitiesIn(state).filter((identity) => !notListed.has(keyOf(identity)));
    const isListed = (name: string): boolean => {
        const parsed = parseResourceName(name);
        return listed.some(({ deployment, hash }) => deployment === parsed?.deployment && hash === parsed.hash);
    };
    return new Set([...credentialIds(state)].flatMap(([name, id]) => (!there.has(id) && isListed(name) ? name : [])));
}
