import assert from "node:assert/strict";
import { credentialTimes, trustedPods } from "../../../stack/keyless";
import { requestProblems } from "../../../stack/planProblems";
import { assertProblem, minimal, parseDeployments, problemsIn, target } from "./fixtures";
import { planned } from "./plannedState";

const NAME = "solar-dust-1234";
const AT = `deployments[0] (${NAME})`;
const login = { login: "kubernetes" };
const pods = (more: object = {}) => target(NAME, { serviceAccounts: ["worker", "scheduler"], ...more });
const keyless = (more: object = {}) => minimal(NAME, login, { target: pods(), ...more });
const astronomer = (more: object = {}) => ({
    kind: "astronomer",
    houstonUrl: "https://houston.example.com/v1",
    ...more,
});

describe("the config of a login without a stored credential", () => {
    it("trusts the service accounts of the target's namespace, with the audience of the backend", () => {
        const [deployment] = parseDeployments([keyless()]);
        assert.deepEqual(trustedPods(deployment!), {
            namespace: `airflow-${NAME}`,
            serviceAccounts: ["scheduler", "worker"],
            audience: "vault",
            tokenFile: "/var/run/secrets/airflow-secrets-backend/token",
        });
        assert.equal(credentialTimes(deployment!).everyMs, undefined);
        const [other] = parseDeployments([minimal(NAME)]);
        assert.equal(trustedPods(other!), undefined);
    });

    it("has the token where the installation puts it, on Astronomer", () => {
        const on = (more: object) =>
            trustedPods(
                parseDeployments([
                    minimal(NAME, login, {
                        target: astronomer({ namespace: "astronomer-solar", serviceAccounts: ["a"], ...more }),
                    }),
                ])[0]!,
            )?.tokenFile;
        assert.equal(on({}), "/var/run/secrets/kubernetes.io/serviceaccount/token");
        assert.equal(on({ tokenFile: "/tokens/a" }), "/tokens/a");
    });

    it("needs the service accounts, and on Astronomer the namespace and perhaps the file", () => {
        const found = /Allowed: a value, because login: kubernetes trusts the pods.*kubectl get pods/;
        assertProblem([minimal(NAME, login)], `${AT}.target.serviceAccounts`, "nothing", found);
        const lines = problemsIn([minimal(NAME, login, { target: astronomer() })]);
        assert.deepEqual(
            lines.map((line) => line.slice(0, line.indexOf(":"))),
            [`${AT}.target.namespace`, `${AT}.target.serviceAccounts`],
        );
        const provider = "projects/123456789012/locations/global/workloadIdentityPools/my-cluster/providers/kubernetes";
        const google = { kind: "gcp-secret-manager", project: "my-project", login: "workload-identity" };
        const backend = { ...google, workloadIdentityProvider: provider };
        const on = astronomer({ namespace: "astronomer-solar", serviceAccounts: ["a"] });
        assertProblem([{ name: NAME, backend, target: on }], `${AT}.target.tokenFile`, "nothing", /your installation/);
    });

    it("refuses what has no effect: service accounts with a credential, and the age of a credential without one", () => {
        assertProblem(
            [minimal(NAME, {}, { target: pods() })],
            `${AT}.target.serviceAccounts`,
            "a value, but the backend's login uses a stored credential",
            /this key with a login that trusts the pods: "kubernetes" or "jwt"\. Write login: kubernetes/,
        );
        assertProblem(
            [keyless({ rotation: { every: "20d" } })],
            `${AT}.rotation.every`,
            "a value, but login: kubernetes has no credential to replace",
            /Remove the key/,
        );
        assert.deepEqual(problemsIn([keyless({ rotation: { overlap: "2h" } })]), []);
    });

    it("reports a mistyped login once", () => {
        const [line, ...others] = problemsIn([minimal(NAME, { login: "kubernets" }, { target: pods() })]);
        assert.match(line ?? "", /backend\.login: found "kubernets"/);
        assert.deepEqual(others, []);
    });

    it("refuses a service account in two Deployments: the pods of one could log in as the other", () => {
        const other = { ...minimal("lunar", login), target: target("lunar", { namespace: `airflow-${NAME}` }) };
        const workloads = [{ kind: "Deployment", name: "other", containers: ["scheduler"] }];
        const both = [keyless(), { ...other, target: { ...other.target, workloads, serviceAccounts: ["worker"] } }];
        const [line, ...others] = problemsIn(both);
        assert.match(line ?? "", /deployments\[1\] \(lunar\)\.target.*service account "worker" in namespace/);
        assert.deepEqual(others, []);
    });
});

describe("the identity of pods that log in", () => {
    const identity = (config: object): string => planned([config], [], 0)[0]?.current.identity ?? "";

    it("is another one with other pods or another audience, and not with another order", () => {
        const same = keyless({ target: pods({ serviceAccounts: ["scheduler", "worker"] }) });
        assert.equal(identity(same), identity(keyless()));
        const others = [
            minimal(NAME),
            keyless({ target: pods({ serviceAccounts: ["worker"] }) }),
            keyless({ target: pods({ namespace: "elsewhere" }) }),
            minimal(NAME, { ...login, audience: "other" }, { target: pods() }),
            minimal(NAME, { login: "jwt" }, { target: pods() }),
        ].map(identity);
        assert.equal(new Set([identity(keyless()), ...others]).size, 6);
    });

    it("is never rotated, and npm run rotate says so for one that it is asked for", () => {
        const request = { madeBefore: "2030-01-01T00:00:00.000Z", revoke: false };
        const [only] = planned([keyless()], [], 0);
        assert.equal(only?.current.generation, 1);
        assert.equal(only.plan.nextRotation, undefined);
        assert.deepEqual(requestProblems([only], request), []);
        const [problem] = requestProblems([only], { ...request, deployments: [NAME] });
        assert.match(problem ?? "", /has no credential to replace: its pods log in/);
    });
});
