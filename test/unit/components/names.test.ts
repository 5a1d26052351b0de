import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
    azureVaultName,
    credentialResource,
    credentialTitle,
    envVarsOwner,
    fieldManager,
    gcpAccountId,
    hashOf,
    identityResource,
    parseResourceName,
    placeResource,
    serviceName,
    shortenWithHash,
    storeResource,
    workloadResource,
} from "../../../components/names";
import type { Owner } from "../../../components/owner";
import { currentOf, IDENTITY, NAME, ownerOf, PLACE, STORE } from "./current";

const stack = fc.stringMatching(/^[A-Za-z0-9._-]{1,30}$/);
const deployment = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
const hash = fc.stringMatching(/^[0-9a-f]{8}$/);

describe("the logical name of a resource", () => {
    const current = currentOf({ generation: 2 });

    it("contains the hash of its identity, its place or its store, and the generation of its credential", () => {
        assert.equal(identityResource(current, "role"), `${NAME}.${IDENTITY}.role`);
        assert.equal(credentialResource(current, "secret-id"), `${NAME}.${IDENTITY}.secret-id.2`);
        assert.equal(placeResource(current, "test-variable"), `${NAME}.${PLACE}.test-variable`);
        assert.equal(storeResource(current, "vault"), `${NAME}.${STORE}.vault`);
        assert.equal(credentialTitle(current), `${IDENTITY}.2`);
    });

    it("can be split into its parts", () => {
        const part = fc.stringMatching(/^[a-z]([-a-z0-9]{0,20}[a-z0-9])?$/);
        const generation = fc.nat().map((number) => number + 1);
        fc.assert(
            fc.property(deployment, hash, hash, part, generation, (name, identity, other, role, number) => {
                const some = { owner: ownerOf(name), identity, place: other, store: other, generation: number };
                const found = { deployment: name, part: role, generation: undefined };
                assert.deepEqual(parseResourceName(identityResource(some, role)), { ...found, hash: identity });
                assert.deepEqual(parseResourceName(placeResource(some, role)), { ...found, hash: other });
                assert.deepEqual(parseResourceName(storeResource(some, role)), { ...found, hash: other });
                assert.deepEqual(parseResourceName(credentialResource(some, role)), {
                    ...found,
                    hash: identity,
                    generation: number,
                });
            }),
        );
    });

    it("is not split if it has no hash", () => {
        for (const name of [
            NAME,
            `${NAME}.vault`,
            `${NAME}.made`,
            `${NAME}.env-deployment-scheduler`,
            `${NAME}.${IDENTITY}`,
            `${NAME}.${IDENTITY}.role.x`,
            `${NAME}.${IDENTITY}.role.1.2`,
            `${NAME}.${IDENTITY.toUpperCase()}.role`,
            `${NAME}.${IDENTITY}0.role`,
            `a.${NAME}.${IDENTITY}.role`,
            `${NAME}.env-statefulset-a.${IDENTITY}.c.d`,
        ]) {
            assert.equal(parseResourceName(name), undefined, name);
        }
    });
});

describe("hashOf", () => {
    it("is the same in every run, and different for another description", () => {
        assert.equal(hashOf(["vault", { mount: "secret" }]), "36f666e7");
        assert.notEqual(hashOf(["vault", { mount: "secret" }]), hashOf(["vault", { mount: "kv" }]));
    });
});

describe("serviceName", () => {
    const other = (of: string, name: string, identity = IDENTITY): string => serviceName(ownerOf(name, of), identity);

    it("contains stack, Deployment and identity, but not the project", () => {
        assert.equal(serviceName(ownerOf(), IDENTITY), "airflow.dev.solar-dust-1234.0a1b2c3d");
    });

    it("is a name that Vault does not change: lower case, a letter, digit or underscore at both ends", () => {
        fc.assert(
            fc.property(stack, deployment, hash, (of, name, identity) => {
                assert.match(other(of, name, identity), /^[a-z0-9_](([a-z0-9_.-]+)?[a-z0-9_])?$/);
            }),
        );
    });

    it("never returns the same name for two identities, even if only the case of the stack differs", () => {
        const parts = fc.tuple(stack, deployment, hash);
        fc.assert(
            fc.property(parts, parts, (a, b) => {
                fc.pre(a.join("/") !== b.join("/"));
                assert.notEqual(other(...a), other(...b));
            }),
        );
        assert.notEqual(other("Dev", "a"), other("dev", "a"));
        assert.notEqual(other("a-b", "c"), other("a", "b-c"));
        assert.notEqual(other("dev", "a"), other("dev", "a", "ffffffff"));
    });
});

describe("the owner of env vars", () => {
    const owner: Owner = { project: "p", stack: "dev", deployment: "solar" };

    it("is the same for every identity of a Deployment", () => {
        assert.equal(fieldManager(owner), "p/dev/solar");
        assert.equal(envVarsOwner(owner), "p/dev/solar");
    });

    it("has a name that Kubernetes accepts: at most 128 characters", () => {
        const long = { ...owner, project: "p".repeat(90), deployment: "d".repeat(63) };
        assert.equal(fieldManager(long).length, 128);
        assert.notEqual(fieldManager(long), fieldManager({ ...long, deployment: `${"d".repeat(62)}e` }));
    });
});

/** Two owners whose names are the same if they are joined with hyphens. */
const borders: [Owner, Owner] = [
    { project: "p", stack: "a-b", deployment: "c" },
    { project: "p", stack: "a", deployment: "b-c" },
];

describe("what belongs to an owner", () => {
    /** Few characters, so that names with other borders between their parts are frequent; some beyond every limit. */
    const part = fc.tuple(fc.stringMatching(/^[ab._-]{1,4}$/), fc.constantFrom("", "x".repeat(30), "x".repeat(60)));
    const label = fc.tuple(fc.stringMatching(/^[ab]([ab-]{0,3}[ab])?$/), fc.constantFrom("", "x".repeat(30)));
    const owner: fc.Arbitrary<Owner> = fc.record({
        project: part.map((parts) => parts.join("")),
        stack: part.map((parts) => parts.join("")),
        deployment: label.map((parts) => parts.join("")),
    });
    /** As planStack does: the project is part of the identity's hash. */
    const identityOf = ({ project }: Owner): string => hashOf([project, "vault"]);
    const names: Readonly<Record<string, (of: Owner) => string>> = {
        envVarsOwner,
        fieldManager,
        serviceName: (of) => serviceName(of, identityOf(of)),
        "serviceName, shortened": (of) => shortenWithHash(serviceName(of, identityOf(of)), 64),
        gcpAccountId: (of) => gcpAccountId(of, identityOf(of)),
        azureVaultName: (of) => azureVaultName("subscription", of, "group"),
    };

    for (const [what, nameOf] of Object.entries(names)) {
        it(`has a name of its own: ${what}`, () => {
            fc.assert(
                fc.property(owner, owner, (one, other) => {
                    fc.pre(JSON.stringify(one) !== JSON.stringify(other));
                    assert.notEqual(nameOf(one), nameOf(other));
                }),
                { numRuns: 2000, examples: [borders] },
            );
        });
    }

    it("has resources of its own in a stack, whatever its workloads are called", () => {
        const workload = fc.stringMatching(/^[ab]([ab.-]{0,6}[ab])?$/);
        const one = fc.tuple(
            label.map((parts) => parts.join("")),
            fc.constantFrom("Deployment", "StatefulSet"),
            workload,
        );
        fc.assert(
            fc.property(one, one, (a, b) => {
                fc.pre(a.join(" ") !== b.join(" "));
                assert.notEqual(workloadResource(...a), workloadResource(...b));
            }),
            {
                numRuns: 2000,
                examples: [
                    [
                        ["a", "Deployment", "b-env-deployment-c"],
                        ["a-env-deployment-b", "Deployment", "c"],
                    ],
                ],
            },
        );
    });
});

describe("shortenWithHash", () => {
    it("returns short names unchanged, and shortens long ones to the limit so that they still differ", () => {
        assert.equal(shortenWithHash("abc", 4), "abc");
        fc.assert(
            fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (left, right) => {
                fc.pre(left !== right);
                assert.ok(shortenWithHash(left, 20).length <= 20);
                assert.notEqual(shortenWithHash(left, 20), shortenWithHash(right, 20));
            }),
        );
    });
});
