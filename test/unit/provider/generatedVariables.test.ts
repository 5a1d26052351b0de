import assert from "node:assert/strict";
import * as fc from "fast-check";
import { OWNERS } from "../../../components/astronomer/houston/variables";
import { environmentVariables } from "../../../provider/environmentVariables";
import type { Context, Properties } from "../../../provider/resourceType";
import { faultsToTry } from "../../sandbox/faults";
import { Houston } from "../components/astronomer/houston/fixture";

const SOLAR = "solar-dust-1234";
const BACKEND = "AIRFLOW__SECRETS__BACKEND";
const KWARGS = "AIRFLOW__SECRETS__BACKEND_KWARGS";
const OWNER = "project/dev/solar";
const REGION = "AWS_DEFAULT_REGION";
const context: Context = { log: () => undefined, signal: new AbortController().signal, timeoutMs: undefined };

/** Names that others use: similar to ours, or anything that Houston allows. */
const key = fc.oneof(
    fc.constantFrom(`${BACKEND}_2`, "AIRFLOW__SECRETS__BACKEND_KWARG", `${OWNERS}_2`, "TZ", "AWS_REGION"),
    fc
        .stringMatching(/^[A-Z_][A-Z0-9_]{0,20}[A-Z]$/)
        .filter((name) => ![BACKEND, KWARGS, REGION, OWNERS].includes(name)),
);
const value = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 40 }),
    fc.constantFrom("", "$(TZ)", "a\nb", '{"a": 1}'),
);
const others = fc.uniqueArray(fc.record({ key, value, isSecret: fc.boolean() }, { noNullPrototype: true }), {
    selector: (variable) => variable.key,
    maxLength: 15,
});
/** What other stacks of this project have set. */
const lists = fc.uniqueArray(fc.tuple(fc.constantFrom("project/prod/solar", "project/dev/lunar"), key), {
    selector: ([owner]) => owner,
    maxLength: 2,
});

describe("generated environment variables of a Deployment on Astronomer", function () {
    const { all, seed, choice } = faultsToTry();
    const numRuns = all ? 500 : 50;
    this.timeout(all ? 900_000 : 120_000);
    this.slow(5_000);
    let houston: Houston;

    before(async () => {
        houston = await Houston.start(SOLAR);
    });
    after(() => houston.stop());

    const wanted = (values: object, secretValues: object): Properties => ({
        ...houston.deployment(SOLAR),
        owner: OWNER,
        force: false,
        values,
        secretValues,
    });

    /** Returns what is stored, without ours and our entry in the list of owners, in a fixed order. */
    function withoutOurs(): readonly { readonly key: string }[] {
        const found = houston.stored(SOLAR).filter((each) => ![BACKEND, KWARGS, REGION].includes(each.key));
        const listed = found.flatMap((each): { readonly key: string; readonly value: unknown }[] => {
            if (each.key !== OWNERS) {
                return [each];
            }
            const rest = Object.entries(JSON.parse(each.value) as object).filter(([of]) => of !== OWNER);
            return rest.length === 0 ? [] : [{ ...each, value: Object.fromEntries(rest) }];
        });
        return listed.sort((one, other) => (one.key < other.key ? -1 : 1));
    }

    it(`stay as they are while ours are set, changed and removed, ${numRuns} times (${choice})`, async () => {
        await fc.assert(
            fc.asyncProperty(others, lists, async (foreign, owners) => {
                const list = Object.fromEntries(owners.map(([owner, name]) => [owner, [name]]));
                const owned = { key: OWNERS, value: JSON.stringify(list), isSecret: false };
                houston.store(SOLAR, owners.length === 0 ? foreign : [...foreign, owned]);
                const before = withoutOurs();
                const first = wanted({ [BACKEND]: "a.B" }, { [KWARGS]: "{}" });
                const second = wanted({ [REGION]: "eu" }, { [KWARGS]: '{"b": 1}' });
                await environmentVariables.create(first);
                assert.deepEqual(withoutOurs(), before);
                await environmentVariables.update(SOLAR, second, first);
                assert.deepEqual(withoutOurs(), before);
                assert.ok(houston.stored(SOLAR).every((each) => each.key !== BACKEND));
                await environmentVariables.delete(SOLAR, second, context);
                assert.deepEqual(withoutOurs(), before);
                assert.ok(houston.stored(SOLAR).every((each) => ![KWARGS, REGION].includes(each.key)));
            }),
            { numRuns, seed },
        );
    });
});
