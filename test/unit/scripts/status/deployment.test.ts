import assert from "node:assert/strict";
import { deploymentStatus, type DeploymentStatus } from "../../../../scripts/status/deployment";
import { identitiesIn, plannableResources } from "../../../../scripts/status/state";
import type { ExportedState } from "../../../../scripts/teardown/state";
import { planStack, type PlannedDeployment } from "../../../../stack/planStack";
import { minimal, parseDeployments } from "../../stack/fixtures";
import { exported, stateOf } from "./states";

const START = Date.parse("2026-01-01T00:00:00.000Z");
const at = (days: number): Date => new Date(START + days * 86_400_000);
const options = (days: number) => ({ project: "airflow-secrets-backends", stack: "dev", now: at(days) });

/** The state of Deployment `solar`, as one `up` after the other leaves it. Its credentials end after 30 days. */
class Life {
    state: ExportedState = stateOf([]);
    private readonly ends = new Map<string, string>();

    constructor(private config: object = minimal("solar")) {}

    plan(days: number): PlannedDeployment {
        return planStack(parseDeployments([this.config]), plannableResources(this.state), options(days))[0]!;
    }

    change(config: object): this {
        this.config = config;
        return this;
    }

    /** Runs an `up`. If it is interrupted, it has created the credential and not yet set the env vars. */
    up(days: number, { interrupted = false } = {}): this {
        const { current, made, plan, holds } = this.plan(days);
        const moved = interrupted ? holds : plan.moved;
        const credentials = [current, ...plan.retiring, ...(interrupted ? plan.over : [])];
        this.state = stateOf([
            exported("", "pulumi:index:Stash", "solar.made", { outputs: { input: made } }),
            ...(moved === undefined
                ? []
                : [exported("", "pulumi:index:Stash", "solar.moved", { outputs: { input: moved } })]),
            ...credentials.flatMap(({ identity, generation }) => this.resources(identity, generation, days)),
        ]);
        return this;
    }

    /** Finds that a credential no longer exists. */
    refresh(generation: number): this {
        const { resources } = this.state.deployment;
        this.state = stateOf((resources ?? []).filter(({ urn }) => !urn.endsWith(`.secret-id.${generation}`)));
        return this;
    }

    private resources(identity: string, generation: number, days: number) {
        const name = `solar.${identity}.secret-id.${generation}`;
        const ends = this.ends.get(name) ?? at(days + 30).toISOString();
        this.ends.set(name, ends);
        const type = "vault:appRole/authBackendRole:AuthBackendRole";
        return [
            exported("VaultBackend", type, `solar.${identity}.role`, {
                id: `auth/approle/role/airflow.dev.solar.${identity}`,
                outputs: { roleName: `airflow.dev.solar.${identity}` },
            }),
            exported("VaultBackend", "vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId", name, {
                id: `accessor=${name}`,
                outputs: { metadata: JSON.stringify({ ends }) },
            }),
        ];
    }

    /** @param gone whether the service no longer has the second credential */
    status(days: number, isGone = false): DeploymentStatus {
        const { identity } = this.plan(days).current;
        const gone = new Set(isGone ? [`solar.${identity}.secret-id.2`] : []);
        return deploymentStatus(this.plan(days), identitiesIn(this.state), { stack: "dev", now: at(days), gone });
    }
}

describe("the status of a Deployment", () => {
    it("has no credential before the first up", () => {
        const { credential, problems, warnings } = new Life().status(0);
        assert.deepEqual([credential, problems], [null, []]);
        assert.deepEqual(warnings, [
            'Deployment "solar": no pulumi up has set its env vars yet. Run pulumi up --stack dev.',
        ]);
    });

    it("has the credential that its env vars hold, and when it is replaced and ends", () => {
        const life = new Life().up(0);
        const { identity } = life.plan(1).current;
        assert.deepEqual(life.status(1), {
            name: "solar",
            credential: {
                identity: `airflow.dev.solar.${identity}`,
                kind: "vault",
                generation: 1,
                ends: at(30).toISOString(),
                made: at(0).toISOString(),
            },
            nextRotation: at(20).toISOString(),
            retiring: [],
            problems: [],
            warnings: [],
        });
    });

    it("still shows the old credential when a rotation is due, and warns when it is more than two days late", () => {
        const life = new Life().up(0);
        const due = life.status(22);
        assert.deepEqual([due.credential?.generation, due.nextRotation], [1, at(20).toISOString()]);
        assert.deepEqual(due.warnings, []);
        assert.deepEqual(life.status(22.5).warnings, [
            'Deployment "solar": its credential should have been replaced at 2026-01-21T00:00:00.000Z. Run pulumi up ' +
                "--stack dev.",
        ]);
    });

    it("shows the previous credential until its overlap is over, and after that until it is deleted", () => {
        const life = new Life().up(0).up(20);
        const shown = (days: number) =>
            life.status(days).retiring.map(({ generation, until, ends }) => [generation, until, ends]);
        const previous = [[1, at(21).toISOString(), at(30).toISOString()]];
        assert.deepEqual([shown(20.5), shown(22)], [previous, previous]);
        assert.deepEqual(life.status(22).warnings, []);
        assert.match(life.status(24).warnings.join(), /an earlier credential should have been deleted at 2026-01-22T/);
        assert.deepEqual(life.up(24).status(24).retiring, []);
    });

    it("warns from seven days before a credential ends, and has a problem once it has", () => {
        const life = new Life({ ...minimal("solar"), rotation: { every: "never" } }).up(0);
        assert.equal(life.status(1).nextRotation, null);
        assert.deepEqual([life.status(22).warnings, life.status(22).problems], [[], []]);
        assert.match(life.status(24).warnings.join(), /its credential ends at 2026-01-31T/);
        const { warnings, problems } = life.status(30);
        assert.deepEqual(warnings, []);
        assert.deepEqual(problems, [
            'Deployment "solar": its credential ended at 2026-01-31T00:00:00.000Z, and Airflow there cannot read secrets. ' +
                "Replace it now: npm run rotate -- --stack dev --deployment solar.",
        ]);
    });

    it("has a problem if a refresh has found that the credential is gone", () => {
        const [problem, ...others] = new Life().up(0).up(20).refresh(2).status(20.5).problems;
        assert.match(problem ?? "", /the credential that its env vars hold is not in the state/);
        assert.deepEqual(others, []);
    });

    it("has no problem without a credential if the pods log in with their own tokens", () => {
        const life = new Life().up(0).refresh(1);
        const planned = life.plan(1);
        const identity = planned.holds?.identity ?? "";
        const problems = (keyless?: true): readonly string[] => {
            const places = [{ identity, place: { kind: "vault" }, ...(keyless === undefined ? {} : { keyless }) }];
            const made = { ...planned.made, places };
            const options = { stack: "dev", now: at(1), gone: new Set<string>() };
            return deploymentStatus({ ...planned, made }, identitiesIn(life.state), options).problems;
        };
        assert.deepEqual(problems(true), []);
        assert.equal(problems().length, 1);
    });

    it("has a problem if the service no longer has the credential that the env vars hold, and only then", () => {
        const [problem, ...others] = new Life().up(0).up(20).status(20.5, true).problems;
        assert.match(problem ?? "", /no longer exists in the service.*pulumi refresh --stack dev, and then pulumi up/);
        assert.deepEqual(others, []);
        assert.deepEqual(new Life().up(0).status(1, true).problems, [], "another credential");
    });

    it("has a problem if only the env Secret of its credential is in the state", () => {
        const life = new Life().up(0).up(20).refresh(2);
        const { deployment } = life.state;
        const name =
            (deployment.resources ?? []).map(({ urn }) => urn).find((urn) => urn.endsWith(".secret-id.1")) ?? "";
        const secret = `${name.slice(name.lastIndexOf("::") + 2).replace(".secret-id.1", "")}.env.2`;
        life.state = stateOf([
            ...(deployment.resources ?? []),
            exported("KubernetesTarget", "kubernetes:core/v1:Secret", secret, { id: "airflow/env" }),
        ]);
        assert.match(life.status(20.5).problems.join(), /is not in the state/);
    });

    it("has the credential that an interrupted rotation has not replaced yet, and says that it goes on", () => {
        const { credential, retiring, warnings } = new Life().up(0).up(20, { interrupted: true }).status(20.5);
        assert.equal(credential?.generation, 1);
        assert.deepEqual(retiring, []);
        assert.match(warnings.join(), /its config has changed, or the last pulumi up did not finish/);
    });

    it("has both identities while the old one stays, and says so before an up has changed anything", () => {
        const life = new Life().up(0);
        const before = life.status(1).credential?.identity;
        life.change(minimal("solar", { scope: "other" }));
        assert.equal(life.status(1).credential?.identity, before);
        assert.match(life.status(1).warnings.join(), /sets its env vars to another credential/);
        const { credential, retiring, warnings } = life.up(1).status(1.5);
        assert.notEqual(credential?.identity, before);
        assert.deepEqual([retiring.map(({ identity }) => identity), warnings], [[before], []]);
    });
});
