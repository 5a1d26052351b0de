/** All faults, instead of a few. Set by `npm run test:faults`. */
export const ALL_FAULTS = "ALL_FAULTS";
/** Chooses the few: a whole number. Default: the days since 1970, so that each day has others. */
const SEED = "FAULTS_SEED";

const DAY_MS = 86_400_000;

/** The faults that this run tries, and the name of the choice for the test's title. */
export interface ChosenFaults<T> {
    readonly faults: readonly T[];
    readonly choice: string;
}

/** Whether all faults are to be tried, and the number that chooses some of them otherwise. */
export function faultsToTry(): { readonly all: boolean; readonly seed: number; readonly choice: string } {
    const all = process.env[ALL_FAULTS] === "true";
    const seed = Number(process.env[SEED] ?? Math.floor(Date.now() / DAY_MS));
    return { all, seed, choice: all ? "all faults" : `${SEED}=${seed}` };
}

/** Chooses two of the faults, since each takes half a minute; all of them in `npm run test:faults`. */
export function chooseFaults<T>(all: readonly T[]): ChosenFaults<T> {
    const { all: tryAll, seed, choice } = faultsToTry();
    if (tryAll) {
        return { faults: all, choice };
    }
    const first = seed % all.length;
    const second = (first + Math.ceil(all.length / 2)) % all.length;
    return { faults: all.filter((_, index) => index === first || index === second), choice };
}
